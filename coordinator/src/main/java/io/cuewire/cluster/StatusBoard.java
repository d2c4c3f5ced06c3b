package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.cluster.NodeAgent.StopReport;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.Status;
import io.cuewire.control.Status.SurfaceStatus;
import io.cuewire.control.StopConfirmation;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.show.StopSignal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How everything is: this node by looking, the others by what they reported last. */
public final class StatusBoard {
  private final LocalNode node;
  private final String showVersion;
  private final Map<String, NodeAgent.Report> reports = new ConcurrentHashMap<>();
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, String> told = new HashMap<>();

  /**
   * @param showVersion fingerprint of this node's show file
   */
  public StatusBoard(LocalNode node, String showVersion) {
    this.node = node;
    this.showVersion = showVersion;
    node.performance().onEvent(this::tell);
  }

  private NodeAgent.Report own() {
    return own(0); // for this node alone
  }

  NodeAgent.Report own(long digest) {
    var endpoints = node.endpoints().stream().map(this::status).toList();
    return new NodeAgent.Report(
        node.name(),
        node.uptime(),
        showVersion,
        warning(),
        endpoints,
        node.performance().programs(),
        node.performance().actions().users(),
        node.performance().stopReport(),
        digest);
  }

  private Optional<String> warning() {
    var troubles =
        Stream.of(node.faults().text(), node.performance().fileTrouble())
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    return Optional.of(troubles).filter(text -> !text.isEmpty());
  }

  void heard(NodeAgent.Report report) {
    var before = Optional.ofNullable(reports.put(report.node(), report));
    tellNews();
    if (!before.map(NodeAgent.Report::stop).equals(Optional.of(report.stop()))) {
      stopProgressed();
    }
  }

  /** An endpoint has confirmed a stop, or there is another one, or none. */
  public void stopProgressed() {
    if (!listeners.isEmpty()) {
      tell(new Event.EmergencyEvent(emergency()));
    }
  }

  /** The stop, and how each instance of an endpoint that should send it has taken it. */
  Status.EmergencyStatus emergency() {
    var inForce = node.performance().emergency().inForce();
    if (inForce.isEmpty()) {
      return new Status.EmergencyStatus(inForce, List.of(), 0, 0);
    }
    var view = node.membership().view();
    var id = inForce.map(StopRaised::id);
    var confirmations = new ArrayList<StopConfirmation>();
    var refused = 0L;
    var again = 0L;
    for (var name : node.show().carriers()) {
      var state = view.state(name);
      var report = report(name, state).map(NodeAgent.Report::stop).filter(r -> r.stop().equals(id));
      confirmations.addAll(
          report.map(StopReport::confirmations).orElseGet(() -> silent(name, state)));
      refused += report.map(StopReport::refused).orElse(0L);
      again += report.map(StopReport::again).orElse(0L);
    }
    return new Status.EmergencyStatus(inForce, List.copyOf(confirmations), refused, again);
  }

  /** A node that has not said that it knows; what is pinned to it can be told by nobody else. */
  private List<StopConfirmation> silent(String name, NodeState state) {
    return node.show().endpoints().values().stream()
        .filter(ShowEndpoint::canSend)
        .filter(e -> !(e.emergency() instanceof StopSignal.Off))
        .filter(e -> node.plan().runs(e).contains(name) && node.ledger().isEnabled(e.name()))
        .map(e ->
            state == NodeState.UP
                ? StopConfirmation.open(e.name(), name)
                : StopConfirmation.unconfirmed(e.name(), name, "node " + state.word()))
        .toList();
  }

  synchronized void viewChanged() {
    for (var name : node.show().nodes().keySet()) {
      if ("down".equals(told.get("node " + name))
          && node.membership().view().state(name) != NodeState.DOWN) {
        reports.remove(name); // it is back, and what it said before is no news of today
      }
    }
    tellNews();
  }

  /** An endpoint of this node has changed its state. */
  public void changed(Endpoint endpoint) {
    tell(new Event.EndpointEvent(status(endpoint)));
  }

  Subscription subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Ends when it is closed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  void tell(Event event) {
    listeners.forEach(l -> l.accept(event));
  }

  /** Tells the listeners how much has passed by now. */
  void statusDue() {
    if (!listeners.isEmpty()) {
      var now = status();
      tell(new Event.StatusEvent(now.node(), now.cluster(), now.timestamp(), now.messages()));
    }
  }

  private synchronized void tellNews() {
    for (var n : nodes()) {
      if (!n.state().equals(told.put("node " + n.name(), n.state()))) {
        tell(new Event.NodeEvent(n));
      }
    }
    for (var e : endpoints()) {
      var state = e.state() + e.reason().orElse("");
      if (!state.equals(told.put(e.name() + " on " + e.node(), state))
          && !e.node().equals(node.name())) {
        tell(new Event.EndpointEvent(e));
      }
    }
  }

  Status status() {
    var endpoints = endpoints();
    return new Status(
        node.show().name(),
        node.name(),
        node.membership().isMember() ? "member" : "isolated",
        node.clock().instant(),
        node.membership().view().coordinator(),
        node.performance().scene(),
        emergency(),
        nodes(),
        endpoints,
        node.routes().size(),
        node.performance().parameters().size(),
        fromAll(r -> r.programs().stream()),
        fromAll(r ->
            r.surfaces().stream()
                .map(u -> new SurfaceStatus(u.surface(), r.node(), u.peer(), u.last()))),
        new Status.Messages(
            endpoints.stream().mapToLong(EndpointStatus::in).sum(),
            endpoints.stream().mapToLong(EndpointStatus::out).sum(),
            endpoints.stream().mapToLong(EndpointStatus::dropped).sum()));
  }

  /** What the nodes that are reached have reported. */
  private <T> List<T> fromAll(Function<NodeAgent.Report, Stream<T>> part) {
    var view = node.membership().view();
    return node.show().nodes().keySet().stream()
        .flatMap(n -> report(n, view.nodes().get(n).state()).stream())
        .flatMap(part)
        .toList();
  }

  private List<NodeStatus> nodes() {
    var view = node.membership().view();
    var nodes = new ArrayList<NodeStatus>();
    for (var n : node.show().nodes().values()) {
      var seen = view.nodes().get(n.name());
      var report = report(n.name(), seen.state());
      nodes.add(
          new NodeStatus(
              n.name(),
              n.host(),
              seen.state().word(),
              seen.since(),
              report.map(NodeAgent.Report::uptime),
              report.flatMap(this::warning)));
    }
    return nodes;
  }

  private Optional<String> warning(NodeAgent.Report report) {
    return report.showVersion().equals(showVersion)
        ? report.warning()
        : Optional.of("runs another version of the show file than " + node.name());
  }

  private Optional<NodeAgent.Report> report(String name, NodeState state) {
    if (name.equals(node.name())) {
      return Optional.of(own());
    }
    return state == NodeState.DOWN || state == NodeState.UNREACHABLE
        ? Optional.empty()
        : Optional.ofNullable(reports.get(name));
  }

  /** One entry for each endpoint and each node that runs it or would take it over. */
  List<EndpointStatus> endpoints() {
    var view = node.membership().view();
    var known = new HashMap<String, Map<String, EndpointStatus>>();
    reports.forEach((name, report) -> known.put(name, byName(report)));
    known.put(node.name(), byName(own()));
    var endpoints = new ArrayList<EndpointStatus>();
    for (var e : node.show().endpoints().values()) {
      for (var on : node.show().candidates(e)) {
        var seen = view.nodes().get(on);
        var reported =
            Optional.ofNullable(known.getOrDefault(on, Map.of()).get(e.name()))
                .orElseGet(() -> unheard(e.name(), e.protocol().word(), on, seen.since()));
        endpoints.add(on.equals(node.name()) ? reported : asFarAsKnown(reported, seen));
      }
    }
    return endpoints;
  }

  private static Map<String, EndpointStatus> byName(NodeAgent.Report report) {
    return report.endpoints().stream().collect(Collectors.toMap(EndpointStatus::name, e -> e));
  }

  private static EndpointStatus unheard(String name, String protocol, String on, Instant since) {
    return new EndpointStatus(
        name,
        protocol,
        on,
        "starting",
        Optional.of("not reported yet"),
        since,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** What a node said before it was lost is no news of today. */
  private static EndpointStatus asFarAsKnown(EndpointStatus e, ClusterView.Node seen) {
    var lost =
        switch (seen.state()) {
          case DOWN -> Optional.of("node down");
          case UNREACHABLE -> Optional.of("node unreachable");
          case JOINING, UP, LEAVING -> Optional.<String>empty();
        };
    return lost.isEmpty()
        ? e
        : new EndpointStatus(
            e.name(),
            e.protocol(),
            e.node(),
            "stopped",
            lost,
            seen.since(),
            e.in(),
            e.out(),
            e.dropped(),
            e.errors(),
            e.attempts(),
            e.lastError(),
            e.lastMessage(),
            List.of());
  }

  EndpointStatus status(Endpoint endpoint) {
    var io = endpoint.io();
    var state = endpoint.state();
    return new EndpointStatus(
        io.name(),
        endpoint.settings().protocol(),
        node.name(),
        state.state().word(),
        state.reason(),
        state.since(),
        io.in(),
        io.out(),
        io.dropped(),
        io.errors(),
        state.attempts(),
        io.lastError(),
        io.lastMessage() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(io.lastMessage())),
        endpoint.peers().stream()
            .map(p -> new PeerStatus(p.name(), p.since(), p.in(), p.out()))
            .toList());
  }
}
