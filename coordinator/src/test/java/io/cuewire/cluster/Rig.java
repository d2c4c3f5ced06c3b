package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.Node;
import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import io.cuewire.message.Message;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Target;
import io.cuewire.show.Show;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import io.cuewire.transport.Senders;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node without sockets and systems: what it tells its endpoints and the other nodes is kept. */
final class Rig {
  static final TimeTags TIME_TAGS = new TimeTags(Clock.systemUTC());
  static final ShowControl CONTROL = new ShowRequests(() -> "{}");

  static final Show THREE =
      show(
          """
          show: three
          nodes:
            a: {host: 10.0.0.1, cluster: 7411, api: 7421}
            b: {host: 10.0.0.2, cluster: 7411, api: 7421}
            c: {host: 10.0.0.3, cluster: 7411, api: 7421}
          endpoints:
            desk: {protocol: osc, listen: 9000, on: all}
            lights: {protocol: osc, send: 10.0.1.1:9001, on: a}
            video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
            sound: {protocol: osc, send: 10.0.1.3:9003, on: c}
          routes:
            faders: {from: desk, match: "/fader/*", to: [lights, video]}
          """);

  final Map<String, LinkState> links = new ConcurrentHashMap<>();

  /** {@code video RUN}, in the order of telling. */
  final List<String> told = new CopyOnWriteArrayList<>();

  /** {@code a/video /fader/1 [0.5]}: where a message ended, and what it was. */
  final List<String> delivered = new CopyOnWriteArrayList<>();

  /** Grows with each target on another node that a compiler of routes asks for. */
  final List<String> patched = new CopyOnWriteArrayList<>();

  final LocalNode node;
  final StatusBoard board;
  private final Clock clock;
  private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

  Rig(Show show, String name, Clock clock, boolean alone) {
    this.clock = clock;
    var around =
        new LocalNode.Surroundings(
            this::onOtherNode,
            other -> links.getOrDefault(other, LinkState.UNKNOWN),
            this::tell,
            CONTROL,
            Path.of(""),
            alone,
            clock);
    node = new LocalNode(show, name, TIME_TAGS, around, _ -> {});
    board = new StatusBoard(node, "version 1");
    for (var endpoint : node.endpoints()) {
      var io = endpoint.io();
      io.open(message -> delivered.add(name + "/" + io.name() + " " + message), List.of());
    }
    node.replan();
  }

  Rig(Show show, String name, Clock clock) {
    this(show, name, clock, false);
  }

  /** A node of {@link #THREE}, long after its start. */
  static Rig settled(String name) {
    return settled(THREE, name);
  }

  static Rig settled(Show show, String name) {
    var clock = new HandClock();
    var rig = new Rig(show, name, clock);
    clock.goesOn(Duration.ofMinutes(1));
    return rig;
  }

  static Show show(String text) {
    return switch (ShowReader.read("show.yaml", text, Map.of())) {
      case ShowReading.Valid(var show) -> show;
      case ShowReading.Invalid(var problems) -> throw new AssertionError(problems);
    };
  }

  private Target onOtherNode(String other, String endpoint) {
    patched.add(other + "/" + endpoint);
    return message -> delivered.add(other + "/" + endpoint + " " + message);
  }

  private void tell(String endpoint, EndpointActor.Command command) {
    if (command instanceof EndpointActor.Want(var next)) {
      wanted.put(endpoint, next);
      told.add(endpoint + " " + next);
    } else {
      told.add(endpoint + " " + command);
    }
  }

  Optional<Wanted> wanted(String endpoint) {
    return Optional.ofNullable(wanted.get(endpoint));
  }

  /** The cluster looks like this now: one state for each node, in the order of the show. */
  void sees(NodeState... states) {
    var nodes = new HashMap<String, Node>();
    var names = List.copyOf(node.show().nodes().keySet());
    for (var i = 0; i < states.length; i++) {
      nodes.put(names.get(i), new Node(states[i], clock.instant()));
    }
    node.view(new ClusterView(nodes, Optional.empty()));
    board.viewChanged();
  }

  /** A message comes in by an endpoint of this node. */
  void arrives(String endpoint, String address, Object... args) {
    var message = Message.of(address, Arrays.asList(args));
    node.endpoint(endpoint).orElseThrow().io().received(message, Senders.at("10.0.9.9", 5000));
  }

  /** Where that message went, in no order. */
  List<String> after(String endpoint, String address, Object... args) {
    delivered.clear();
    arrives(endpoint, address, args);
    return List.copyOf(delivered);
  }

  /** An operator changes something on this node. */
  void changes(Entry.Value value) {
    node.ledger().write(value);
    node.replan();
  }
}
