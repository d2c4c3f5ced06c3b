package io.cuewire.node.api;

import io.cuewire.control.Done;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.HistoryEntry;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.NodeControl;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.SceneOutcome.NodeFiring;
import io.cuewire.control.Status;
import io.cuewire.control.Status.EmergencyStatus;
import io.cuewire.control.StopConfirmation;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Show;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A show of two nodes that lives in memory: what the interface is tested against. */
public final class RehearsalNode implements NodeControl {
  public static final Instant NOW = Instant.parse("2025-11-24T16:00:00.120Z");

  /** What was sent, as "endpoint address args". */
  public final List<String> sent = new CopyOnWriteArrayList<>();

  /** Who does not confirm what is changed. */
  public final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();

  private final Map<String, Route> routes = new TreeMap<>();
  private final Map<String, String> states = new LinkedHashMap<>();
  private final List<HistoryEntry> history = new ArrayList<>();
  private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
  private final Show show;

  public RehearsalNode() {
    this(Optional.empty(), Optional.empty());
  }

  public RehearsalNode(Optional<String> operator, Optional<String> viewer) {
    show = show(operator, viewer);
    states.put("touchosc-in", "listening");
    states.put("td-left", "backing-off");
    routes.put(
        "faders",
        new Route(
            "faders",
            List.of("touchosc-in"),
            "/*/fader*",
            List.of("td-left"),
            Transformation.NONE,
            false));
    history.add(entry("in", "/1/fader1", 0.5f));
    history.add(entry("out", "/dim", 127));
  }

  private static Show show(Optional<String> operator, Optional<String> viewer) {
    var text =
        """
        show: club-night
        nodes:
          foh: {host: 10.0.0.1, cluster: 7411, api: 7421}
          stage: {host: stage.local, cluster: 7411, api: 7421}
        endpoints:
          touchosc-in: {protocol: osc, listen: 9000, on: foh}
          td-left: {protocol: osc, send: "10.0.0.5:9101", on: stage}
        scenes:
          high_energy:
            - wait: 1s
        security:
          origins: ["http://tablet.local"]
        """
            + operator.map(token -> "  operator: " + token + "\n").orElse("")
            + viewer.map(token -> "  viewer: " + token + "\n").orElse("");
    return switch (ShowReader.read("rehearsal.yaml", text, Map.of())) {
      case ShowReading.Valid(var show) -> show;
      case ShowReading.Invalid(var problems) -> throw new AssertionError(problems);
    };
  }

  public static HistoryEntry entry(String direction, String address, Object... args) {
    return new HistoryEntry(
        NOW,
        "foh",
        direction.equals("in") ? "touchosc-in" : "td-left",
        direction,
        address,
        List.of(args),
        direction.equals("in") ? Optional.of("10.0.0.9:50000") : Optional.empty());
  }

  /** Tells every subscriber, as the show would. */
  public void emit(Event event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  public int subscribers() {
    return listeners.size();
  }

  public void rename(String endpoint, String name) {
    states.put(name, states.remove(endpoint));
  }

  private static final EmergencyStatus NO_STOP =
      new EmergencyStatus(Optional.empty(), List.of(), 0, 0);

  private EmergencyStatus stop = NO_STOP;

  @Override
  public Status status() {
    return new Status(
        "club-night",
        "foh",
        "member",
        NOW,
        Optional.of("foh"),
        Optional.empty(),
        stop,
        List.of(
            new NodeStatus("foh", "10.0.0.1", "up", NOW, Optional.of(12.5), Optional.empty()),
            new NodeStatus(
                "stage",
                "stage.local",
                "unreachable",
                NOW,
                Optional.empty(),
                Optional.of("runs another version of the show"))),
        states.keySet().stream().map(this::endpoint).toList(),
        routes.size(),
        0,
        List.of(),
        List.of(),
        new Status.Messages(120, 240, 3));
  }

  @Override
  public CompletionStage<SceneOutcome> changeScene(String scene) {
    if (!scene.equals("high")) {
      throw new Refused(Kind.NOT_FOUND, "there is no scene '" + scene + "'");
    }
    var nodes =
        Map.of(
            "foh", new NodeFiring(Optional.of(12.3456), Optional.empty()),
            "stage", new NodeFiring(Optional.empty(), Optional.of("no answer from stage")));
    return CompletableFuture.completedStage(new SceneOutcome(scene, 7, nodes));
  }

  @Override
  public CompletionStage<EmergencyStatus> emergencyStop(String reason, String by) {
    stop =
        new EmergencyStatus(
            Optional.of(new StopRaised("1", NOW.toEpochMilli(), reason, "foh", by)),
            List.of(
                StopConfirmation.confirmed("td-left", "stage", 0.8),
                StopConfirmation.unconfirmed("dimmers", "stage", "no such device")),
            12,
            0);
    return CompletableFuture.completedStage(stop);
  }

  @Override
  public EmergencyStatus clearStop() {
    stop = NO_STOP;
    return stop;
  }

  @Override
  public List<Current> parameters() {
    return List.of(new Current(new ParameterId("/project1/geo1", "sx"), 0.1f, NOW, "foh"));
  }

  @Override
  public void setParameter(ParameterId id, Object value) {
    if (!id.operator().equals("/project1/geo1")) {
      throw new Refused(Kind.NOT_FOUND, "Parameter not found: " + id);
    }
  }

  private EndpointStatus endpoint(String name) {
    var state = states.get(name);
    var healthy = state.equals("listening");
    return new EndpointStatus(
        name,
        "osc",
        healthy ? "foh" : "stage",
        state,
        healthy ? Optional.empty() : Optional.of("unreachable"),
        NOW,
        healthy ? 120 : 0,
        healthy ? 0 : 240,
        3,
        0,
        healthy ? 0 : 4,
        Optional.empty(),
        healthy ? Optional.of(NOW) : Optional.empty(),
        healthy ? List.of(new PeerStatus("10.0.0.9:50000", NOW, 120, 0)) : List.of());
  }

  @Override
  public Show show() {
    return show;
  }

  @Override
  public List<Route> routes() {
    return List.copyOf(routes.values());
  }

  @Override
  public CompletionStage<List<HistoryEntry>> history(HistoryQuery query) {
    var matching =
        history.stream()
            .filter(entry -> query.match().map(entry.address()::equals).orElse(true))
            .filter(entry -> query.endpoint().map(entry.endpoint()::equals).orElse(true))
            .toList();
    return CompletableFuture.completedStage(
        matching.subList(Math.max(0, matching.size() - query.limit()), matching.size()));
  }

  @Override
  public CompletionStage<Set<String>> send(
      String endpoint, String address, List<Object> args, Optional<String> peer) {
    if (endpoint.equals("broken")) {
      throw new IllegalStateException("a mistake in the node");
    }
    if (!states.containsKey(endpoint)) {
      return refused(Kind.NOT_FOUND, "there is no endpoint '" + endpoint + "'");
    }
    sent.add(endpoint + " " + address + " " + args + peer.map(p -> " to " + p).orElse(""));
    return CompletableFuture.completedStage(Set.copyOf(unconfirmed));
  }

  @Override
  public CompletionStage<Done<Route>> putRoute(Route route) {
    if (!states.keySet().containsAll(route.to())) {
      return refused(Kind.INVALID, "route '" + route.name() + "' leads to unknown endpoints");
    }
    routes.put(route.name(), route);
    return done(route);
  }

  @Override
  public CompletionStage<Done<Route>> removeRoute(String name) {
    var removed = Optional.ofNullable(routes.remove(name));
    return removed
        .map(this::done)
        .orElseGet(() -> refused(Kind.NOT_FOUND, "there is no route '" + name + "'"));
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> restart(String endpoint) {
    return change(endpoint, "listening");
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> enable(String endpoint, boolean enabled) {
    return change(endpoint, enabled ? "listening" : "stopped");
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> move(String endpoint, String node) {
    sent.add(endpoint + " moves to " + node);
    return change(endpoint, "connected");
  }

  @Override
  public CompletionStage<Done<NodeStatus>> drain(String node) {
    return status().nodes().stream()
        .filter(n -> n.name().equals(node))
        .findFirst()
        .map(this::done)
        .orElseGet(() -> refused(Kind.NOT_FOUND, "there is no node '" + node + "'"));
  }

  private CompletionStage<Done<List<EndpointStatus>>> change(String endpoint, String state) {
    if (states.replace(endpoint, state) == null) {
      return refused(Kind.NOT_FOUND, "there is no endpoint '" + endpoint + "'");
    }
    return done(List.of(endpoint(endpoint)));
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private <T> CompletionStage<Done<T>> done(T result) {
    return CompletableFuture.completedStage(new Done<>(result, unconfirmed));
  }

  private static <T> CompletionStage<T> refused(Kind kind, String message) {
    return CompletableFuture.failedStage(new Refused(kind, message));
  }
}
