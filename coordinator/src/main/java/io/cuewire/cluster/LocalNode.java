package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Patchbay;
import io.cuewire.routing.Route;
import io.cuewire.routing.Router;
import io.cuewire.routing.RoutingSnapshot;
import io.cuewire.routing.Target;
import io.cuewire.show.On;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What belongs to this node's process and outlives its cluster systems: its endpoints, the changes
 * made while the show runs, and the plan that follows from them: who runs what, and the compiled
 * routes.
 */
public final class LocalNode {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  /** After its start a node leaves listed endpoints to earlier nodes of the list for so long. */
  private static final Duration SETTLING = Duration.ofMillis(1500);

  /**
   * What it needs of the process around it.
   *
   * @param remote the target for an endpoint on another node: node, endpoint
   * @param link what is known of another node's process
   * @param tell commands one of this node's endpoints
   * @param control carries out what connections ask for
   * @param folder where the paths in the show begin: that of the show file
   * @param alone a person has said that this node carries on whoever else is there
   */
  public record Surroundings(
      BiFunction<String, String, Target> remote,
      Function<String, LinkState> link,
      BiConsumer<String, EndpointActor.Command> tell,
      ShowControl control,
      Path folder,
      boolean alone,
      Clock clock) {}

  private final Show show;
  private final String name;
  private final Surroundings around;
  private final Instant started;
  private final Router router = new Router();
  private final Ledger ledger;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
  private final Map<String, Wanted> wanted = new HashMap<>();
  private final Set<String> dead = new HashSet<>();
  private volatile ClusterView view;
  private volatile boolean member;
  private volatile boolean leaving;
  private volatile Consumer<Entry> ownerWritten = _ -> {};
  private volatile Plan plan = new Plan(List.of(), Map.of());

  /** What the routing snapshot is compiled from. */
  private record Plan(List<Route> routes, Map<String, String> owners) {}

  /**
   * @param changed told of every change of state of an endpoint
   */
  public LocalNode(
      Show show, String name, TimeTags timeTags, Surroundings around, Consumer<Endpoint> changed) {
    this.show = show;
    this.name = name;
    this.around = around;
    this.started = around.clock().instant();
    this.ledger = new Ledger(name);
    this.view = noCluster(NodeState.JOINING);
    var self = show.nodes().get(name);
    var factory = new EndpointFactory(show, self, timeTags, around.control(), around.folder());
    for (var e : EndpointFactory.carriedBy(name, show)) {
      endpoints.put(e.name(), new Endpoint(factory.settings(e), router, around.clock(), changed));
    }
  }

  private ClusterView noCluster(NodeState self) {
    var nodes = new HashMap<String, ClusterView.Node>();
    show.nodes().keySet().forEach(n -> nodes.put(n, new ClusterView.Node(NodeState.DOWN, started)));
    nodes.put(name, new ClusterView.Node(self, around.clock().instant()));
    return new ClusterView(nodes, Optional.empty());
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

  /** Seconds since this process began its work. */
  double uptime() {
    return (double) Duration.between(started, clock().instant()).toMillis() / 1000;
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

  ClusterView view() {
    return view;
  }

  /** True while this node may take part in decisions that only one side of a split may take. */
  boolean isMember() {
    return member;
  }

  /** Called with every entry that planning writes, to tell the other nodes. */
  void onOwnerWritten(Consumer<Entry> listener) {
    ownerWritten = listener;
  }

  void view(ClusterView seen) {
    view = seen;
    replan();
  }

  /** The cluster system is gone; the endpoints of this node alone go on. */
  public void outsideCluster() {
    view(noCluster(NodeState.JOINING));
  }

  /** Gives up what other nodes can take over. */
  public void leave() {
    leaving = true;
    replan();
  }

  /**
   * Nodes whose processes are known to be gone: their machines refuse the link, or have refused it
   * and were not connected to since, as when somebody then switches such a machine off.
   */
  private Set<String> provenDead() {
    for (var node : show.nodes().keySet()) {
      if (!node.equals(name)) {
        switch (around.link().apply(node)) {
          case REFUSED -> dead.add(node);
          case CONNECTED -> dead.remove(node);
          case UNKNOWN, UNREACHABLE -> {}
        }
      }
    }
    return Set.copyOf(dead);
  }

  /** Works out anew who runs what and where messages go; tells the endpoints that are concerned. */
  public synchronized void replan() {
    var seen = view;
    var gone = provenDead();
    var joined = seen.state(name) == NodeState.UP;
    var reachable = new HashSet<>(seen.members());
    reachable.removeAll(seen.in(NodeState.UNREACHABLE));
    var mayDecide =
        joined
            && (around.alone()
                || Quorum.holds(name, List.copyOf(show.nodes().keySet()), reachable, gone));
    if (mayDecide != member) {
      member = mayDecide;
      LOG.atLevel(leaving ? Level.DEBUG : Level.INFO)
          .log(
              mayDecide
                  ? "{}: member of the cluster"
                  : "{}: isolated, listed endpoints are left to the others",
              name);
    }
    var owners = owners(seen, gone);
    for (var endpoint : endpoints.keySet()) {
      want(endpoint, wanted(show.endpoints().get(endpoint), owners));
    }
    var next = new Plan(routes(), owners);
    if (!next.equals(plan)) {
      router.replace(RoutingSnapshot.compile(next.routes(), new Patch(owners)));
      plan = next;
    }
  }

  /** The owner of each listed endpoint; written to the ledger where this node takes one. */
  private Map<String, String> owners(ClusterView seen, Set<String> gone) {
    var up = new HashSet<>(seen.in(NodeState.UP));
    up.removeAll(gone);
    if (leaving) {
      up.remove(name);
    }
    var notGone = new HashSet<>(seen.in(NodeState.UNREACHABLE));
    notGone.removeAll(gone);
    notGone.addAll(up);
    var joined = seen.state(name) == NodeState.UP;
    var owners = new HashMap<String, String>();
    for (var e : show.endpoints().values()) {
      if (e.on() instanceof On.Listed(var candidates)) {
        var current = ledger.owner(e.name());
        if (!joined) { // whoever it was, messages go on to him over the link
          current.filter(o -> !o.equals(name)).ifPresent(o -> owners.put(e.name(), o));
          continue;
        }
        var owner = Placement.owner(candidates, up, notGone, current);
        var mine = owner.filter(name::equals).isPresent();
        if (!mine || current.equals(owner) || take(e.name(), candidates)) {
          owner.ifPresent(o -> owners.put(e.name(), o));
        }
      }
    }
    return owners;
  }

  private boolean take(String endpoint, List<String> candidates) {
    var settling = Duration.between(started, clock().instant()).compareTo(SETTLING) < 0;
    if (!member || (settling && !candidates.getFirst().equals(name))) {
      return false;
    }
    LOG.info("{}: taken over by {}", endpoint, name);
    ownerWritten.accept(ledger.write(new Entry.Owner(endpoint, name)));
    return true;
  }

  private Wanted wanted(ShowEndpoint e, Map<String, String> owners) {
    if (!ledger.isEnabled(e.name())) {
      return Wanted.DISABLED;
    }
    return switch (e.on()) {
      case On.All _, On.Pinned _ -> Wanted.RUN;
      case On.Listed _ -> member && name.equals(owners.get(e.name())) ? Wanted.RUN : Wanted.STANDBY;
    };
  }

  private void want(String endpoint, Wanted next) {
    if (wanted.put(endpoint, next) != next) {
      tell(endpoint, new EndpointActor.Want(next));
    }
  }

  /** The nodes that run an endpoint now. */
  List<String> runs(ShowEndpoint e) {
    return runs(e, plan.owners());
  }

  private List<String> runs(ShowEndpoint e, Map<String, String> owners) {
    return switch (e.on()) {
      case On.All _, On.Pinned _ -> show.candidates(e);
      case On.Listed _ -> Optional.ofNullable(owners.get(e.name())).stream().toList();
    };
  }

  /** The show file's, with the changes made while it runs. */
  Show showAsItRuns() {
    var current = routes();
    var running = show;
    for (var name : show.routes().keySet()) {
      if (current.stream().noneMatch(r -> r.name().equals(name))) {
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
            case Entry.Enabled _, Entry.Owner _ -> {}
          }
        });
    routes.putAll(added);
    return List.copyOf(routes.values());
  }

  /** Where the endpoints of the show run, for the compiler of routes. */
  private final class Patch implements Patchbay {
    private final Map<String, String> owners;

    Patch(Map<String, String> owners) {
      this.owners = owners;
    }

    @Override
    public Collection<String> sources() {
      return endpoints.keySet();
    }

    @Override
    public List<String> named(String to) {
      if (!to.endsWith(":*")) {
        return List.of(to);
      }
      return show.endpoints().values().stream()
          .filter(e -> to.equals(e.protocol().word() + ":*") && e.canSend())
          .map(ShowEndpoint::name)
          .toList();
    }

    @Override
    public List<Target> instances(String endpoint) {
      var e = show.endpoints().get(endpoint);
      if (e == null) {
        return List.of(); // another node, with a newer show file, has made this route
      }
      var nodes = runs(e, owners);
      var targets = new ArrayList<Target>();
      for (var node : nodes) {
        targets.add(
            node.equals(name)
                ? endpoints.get(endpoint).io()
                : around.remote().apply(node, endpoint));
      }
      return targets;
    }
  }
}
