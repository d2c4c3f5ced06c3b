package io.cuewire.cluster;

import io.cuewire.command.ShowControl;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.emergency.StopText;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Ledger;
import io.cuewire.link.LinkState;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Route;
import io.cuewire.routing.Router;
import io.cuewire.routing.Target;
import io.cuewire.scene.SceneDirector;
import io.cuewire.show.Nearest;
import io.cuewire.show.On;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.transport.Lease;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What belongs to this node's process and outlives its cluster systems: its endpoints, the changes
 * made while the show runs, the {@link Membership} and the {@link Plan} that follow from them, and
 * the show itself ({@link Performance}).
 */
public final class LocalNode implements AutoCloseable {
  /**
   * What it needs of the process around it.
   *
   * @param remote the target for an endpoint on another node: node, endpoint
   * @param link what is known of another node's process
   * @param tell commands one of this node's endpoints
   * @param control carries out what connections and surfaces ask for
   * @param others told over the cluster of what was changed here
   * @param news told of what must not wait, over the links
   * @param stopProgress run when an endpoint's confirmation of a stop may have changed
   * @param stopFolder where stops are kept over a restart
   * @param writing may wait for a disk
   * @param afterwards begins a little later, so as not to take the processor from a stop that is
   *     being sent; may wait for a disk
   * @param folder where the paths in the show begin: that of the show file
   * @param alone a person has said that this node carries on whoever else is there
   * @param nanoTime the monotonic clock
   * @param end leaves the cluster and ends this process
   */
  public record Surroundings(
      BiFunction<String, String, Target> remote,
      Function<String, LinkState> link,
      BiConsumer<String, EndpointActor.Command> tell,
      ShowControl control,
      Consumer<List<Entry>> others,
      Consumer<String> news,
      Runnable stopProgress,
      Optional<Path> stopFolder,
      Executor writing,
      Executor afterwards,
      Path folder,
      boolean alone,
      Clock clock,
      LongSupplier nanoTime,
      Runnable end) {}

  private final Show show;
  private final String name;
  private final Surroundings around;
  private final long began;
  private final Faults faults;
  private final Ledger ledger;
  private final Membership membership;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
  private final Performance performance;
  private final Plan plan;

  /**
   * @param changed told of every change of state of an endpoint
   */
  public LocalNode(
      Show show, String name, TimeTags timeTags, Surroundings around, Consumer<Endpoint> changed) {
    this.show = show;
    this.name = name;
    this.around = around;
    this.began = nanoTime();
    this.faults = new Faults(name, around.nanoTime());
    this.ledger = new Ledger(name);
    this.membership = new Membership(show, name, around, () -> plan().renew());
    var router = new Router();
    var self = show.nodes().get(name);
    var factory = new EndpointFactory(show, self, timeTags, around.control(), around.folder());
    for (var e : EndpointFactory.carriedBy(name, show)) {
      var needed = e.on() instanceof On.Listed ? membership.lease() : Lease.FOREVER;
      endpoints.put(
          e.name(), new Endpoint(factory.settings(e), router, around.clock(), changed, needed));
    }
    this.performance = new Performance(this, around);
    this.plan = new Plan(this, endpoints, router, around);
  }

  /** The endpoints of this node alone begin; what others could run waits until it is a member. */
  public void start() {
    plan.renew();
  }

  public Show show() {
    return show;
  }

  public String name() {
    return name;
  }

  Clock clock() {
    return around.clock();
  }

  /** The monotonic clock, for all that is measured; people may set the other one. */
  long nanoTime() {
    return around.nanoTime().getAsLong();
  }

  /** Seconds since this process began its work. */
  double uptime() {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime() - began) / 1000.0;
  }

  public Collection<Endpoint> endpoints() {
    return endpoints.values();
  }

  public Optional<Endpoint> endpoint(String endpoint) {
    return Optional.ofNullable(endpoints.get(endpoint));
  }

  void tell(String endpoint, EndpointActor.Command command) {
    around.tell().accept(endpoint, command);
  }

  Ledger ledger() {
    return ledger;
  }

  Membership membership() {
    return membership;
  }

  Plan plan() {
    return plan;
  }

  Performance performance() {
    return performance;
  }

  SceneDirector director() {
    return performance.director();
  }

  /** Takes over what another node knows; returns whether a new plan is needed. */
  boolean learned(List<Entry> entries) {
    var replan = false;
    for (var entry : ledger.merge(entries)) {
      switch (entry.value()) {
        case Entry.ParameterSet _, Entry.SceneFired _, Entry.StopRaised _, Entry.StopCleared _ ->
            performance.learned(entry);
        case Entry.RouteSet _, Entry.RouteRemoved _, Entry.Enabled _, Entry.Owner _ ->
            replan = true;
      }
    }
    return replan;
  }

  /** Another node has told of stops, over its link. */
  public void heardNews(String text) {
    learned(StopText.read(text));
  }

  /** Why this node cannot play a scene. */
  Optional<Refused> refusesScene(String scene) {
    if (show.scenes().containsKey(scene)) {
      return performance.stopped().map(reason -> new Refused(Kind.CONFLICT, reason));
    }
    var meant = Nearest.suggestion(scene, show.scenes().keySet(), "there are");
    return Optional.of(
        new Refused(Kind.NOT_FOUND, "there is no scene '" + scene + "' on " + name + meant));
  }

  /** Leaves the cluster and ends this process, as if it had been told to by a signal. */
  void end() {
    around.end().run();
  }

  /** The disk works: what could not be written before is now. */
  public void keepStops() {
    performance.keepStops();
  }

  /** What is wrong with this node's own process and machine. */
  public Faults faults() {
    return faults;
  }

  /**
   * Reads what was in force when this process ended last; true while it is not known to be cleared.
   */
  public boolean recallStops() {
    return performance.recallStops();
  }

  public boolean isStopToObey() {
    return performance.emergency().isToObey();
  }

  /** Obeys what was recalled, unless the others have said that it is over. */
  public void obeyStops() {
    performance.emergency().begin();
  }

  /** All stops and clears, for a node that is reached anew. */
  public String stopNews() {
    return StopText.write(performance.emergency().everything());
  }

  /** The show file's, with the changes made while it runs. */
  Show showAsItRuns() {
    var current = routes();
    var names = current.stream().map(Route::name).collect(Collectors.toSet());
    var running = show;
    for (var name : show.routes().keySet()) {
      if (!names.contains(name)) {
        running = running.withoutRoute(name);
      }
    }
    for (var route : current) {
      if (!route.equals(show.routes().get(route.name()))) {
        running = running.withRoute(route);
      }
    }
    return running;
  }

  /** The routing table as it stands: the show's, with the changes made while it runs. */
  List<Route> routes() {
    var routes = new LinkedHashMap<>(show.routes());
    var added = new TreeMap<String, Route>();
    ledger
        .values()
        .forEach(value -> {
          switch (value) {
            case Entry.RouteSet(var route) -> {
              if (routes.replace(route.name(), route) == null) {
                added.put(route.name(), route);
              }
            }
            case Entry.RouteRemoved(var route) -> routes.remove(route);
            default -> {}
          }
        });
    routes.putAll(added);
    return List.copyOf(routes.values());
  }

  /** The endpoints behind a name: itself, or with {@code osc:*} all senders of a protocol. */
  List<String> named(String to) {
    if (!to.endsWith(":*")) {
      return List.of(to);
    }
    return show.endpoints().values().stream()
        .filter(e -> to.equals(e.protocol().word() + ":*") && e.canSend())
        .map(ShowEndpoint::name)
        .toList();
  }

  @Override
  public void close() {
    performance.close();
  }
}
