package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.Node;
import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.command.ShowControl;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Refused;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.link.LinkState;
import io.cuewire.message.Message;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Target;
import io.cuewire.show.Show;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import io.cuewire.testing.HandClock;
import io.cuewire.transport.EndpointIo;
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
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A node without sockets and systems: what it tells its endpoints and the other nodes is kept. */
final class Rig implements AutoCloseable {
  static final TimeTags TIME_TAGS = new TimeTags(Clock.systemUTC());

  /** Carries nothing out. */
  static final ShowControl CONTROL =
      new ShowRequests(
          () -> "{}",
          () -> {
            throw new Refused(Refused.Kind.UNAVAILABLE, "nobody is there");
          });

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

  /** What the other nodes are to be told. */
  volatile Consumer<List<Entry>> others = _ -> {};

  /** What goes over the links without waiting. */
  volatile Consumer<String> news = _ -> {};

  /** Does what waits until a stop has gone out. */
  volatile Executor afterwards = Runnable::run;

  volatile Runnable progress = () -> {};

  /** Run when an endpoint is closed that goes to another node. */
  volatile Runnable closing = () -> {};

  /** Carries out what surfaces and commands ask for. */
  volatile NodeControl operator;

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
            new ShowRequests(() -> "{}", () -> operator),
            entries -> others.accept(entries),
            text -> news.accept(text),
            () -> progress.run(),
            Optional.empty(),
            Runnable::run,
            task -> afterwards.execute(task),
            Path.of(""),
            alone,
            clock,
            this::nanoTime,
            () -> told.add("end"));
    node = new LocalNode(show, name, TIME_TAGS, around, _ -> {});
    board = new StatusBoard(node, "version 1");
    operator = new ClusterControl(node, board);
    node.endpoints().forEach(e -> open(e.io()));
    node.start();
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

  private void open(EndpointIo io) {
    io.open(message -> delivered.add(node.name() + "/" + io.name() + " " + message), List.of());
  }

  private void tell(String endpoint, EndpointActor.Command command) {
    if (command instanceof EndpointActor.Afterwards(var then)) {
      closing.run();
      then.run();
    } else if (command instanceof EndpointActor.Want(var next)) {
      var io = node.endpoint(endpoint).orElseThrow().io();
      if (next == Wanted.RUN) {
        open(io);
      } else {
        io.stopped();
      }
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
    node.membership().view(new ClusterView(nodes, Optional.empty()));
    hearsAnswers();
    board.viewChanged();
  }

  /** Every node that can be reached answers what this one says now. */
  void hearsAnswers() {
    var now = nanoTime();
    node.membership().view().in(NodeState.UP).stream()
        .filter(n -> !n.equals(node.name()))
        .forEach(n -> node.membership().answeredBy(n, now));
  }

  private long nanoTime() {
    return clock instanceof HandClock byHand ? byHand.nanoTime() : System.nanoTime();
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

  /** A node has become the owner of an endpoint. */
  void owns(String endpoint, String owner) {
    node.ledger().own(endpoint, owner);
    node.plan().renew();
  }

  /** An operator changes something on this node. */
  void changes(Entry.Value value) {
    node.ledger().write(value);
    node.plan().renew();
  }

  @Override
  public void close() {
    node.close();
  }
}
