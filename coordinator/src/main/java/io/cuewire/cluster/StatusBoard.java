package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.Status;
import io.cuewire.endpoint.Endpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
  }

  NodeAgent.Report own() {
    var endpoints = node.endpoints().stream().map(this::status).toList();
    return new NodeAgent.Report(
        node.name(), node.uptime(), showVersion, endpoints, node.ledger().digest());
  }

  void heard(NodeAgent.Report report) {
    reports.put(report.node(), report);
    tellNews();
  }

  synchronized void viewChanged() {
    for (var name : node.show().nodes().keySet()) {
      if ("down".equals(told.get("node " + name)) && node.view().state(name) != NodeState.DOWN) {
        reports.remove(name); // it is back, and what it said before is no news of today
      }
    }
    tellNews();
  }

  /** An endpoint of this node has changed its state. */
  public void changed(Endpoint endpoint) {
    tell(new Event.EndpointEvent(status(endpoint)));
  }

  AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
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
        node.isMember() ? "member" : "isolated",
        node.clock().instant(),
        node.view().coordinator(),
        Optional.empty(),
        new Status.EmergencyStatus(false),
        nodes(),
        endpoints,
        node.routes().size(),
        0,
        new Status.Messages(
            endpoints.stream().mapToLong(EndpointStatus::in).sum(),
            endpoints.stream().mapToLong(EndpointStatus::out).sum(),
            endpoints.stream().mapToLong(EndpointStatus::dropped).sum()));
  }

  private List<NodeStatus> nodes() {
    var view = node.view();
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
              report
                  .filter(r -> !r.showVersion().equals(showVersion))
                  .map(_ -> "runs another version of the show file than " + node.name())));
    }
    return nodes;
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
    var view = node.view();
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
