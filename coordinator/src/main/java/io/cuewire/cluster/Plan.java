package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.link.LinkState;
import io.cuewire.routing.Patchbay;
import io.cuewire.routing.Route;
import io.cuewire.routing.Router;
import io.cuewire.routing.RoutingSnapshot;
import io.cuewire.routing.Target;
import io.cuewire.show.On;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who runs what and where messages go, as it follows from the members, the show and the changes
 * made while it runs: tells this node's endpoints whether to run, compiles the routes, and keeps
 * what is on its way to another node.
 *
 * <p>It is made under the monitor of {@link Membership}, by one thread at a time.
 */
final class Plan {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  /** After its start a node leaves listed endpoints to earlier nodes of the list for so long. */
  private static final double SETTLING_SECONDS = 1.5;

  private final LocalNode node;
  private final Show show;
  private final String name;
  private final Membership membership;
  private final Map<String, Endpoint> endpoints;
  private final Router router;
  private final LocalNode.Surroundings around;
  private final Map<String, Wanted> wanted = new HashMap<>();

  /** Endpoints of this node that are being handed over. */
  private final Set<String> moving = new HashSet<>();

  private volatile Consumer<Entry> ownerWritten = _ -> {};
  private volatile Compiled compiled = new Compiled(List.of(), Map.of());

  /** What the routing snapshot is compiled from. */
  private record Compiled(List<Route> routes, Map<String, String> owners) {}

  /**
   * @param endpoints this node's, by name
   * @param router what their messages go by
   */
  Plan(
      LocalNode node,
      Map<String, Endpoint> endpoints,
      Router router,
      LocalNode.Surroundings around) {
    this.node = node;
    this.show = node.show();
    this.name = node.name();
    this.membership = node.membership();
    this.endpoints = endpoints;
    this.router = router;
    this.around = around;
    compile(compiled);
  }

  /** Called with every entry that planning writes, to tell the other nodes. */
  void onOwnerWritten(Consumer<Entry> listener) {
    ownerWritten = listener;
  }

  /** Works out anew who runs what and where messages go; tells the endpoints that are concerned. */
  void renew() {
    synchronized (membership) {
      var owners = owners(membership.look());
      for (var endpoint : endpoints.keySet()) {
        want(endpoint, wanted(show.endpoints().get(endpoint), owners));
      }
      var next = new Compiled(node.routes(), owners);
      if (!next.equals(compiled)) {
        compile(next);
        compiled = next;
      }
    }
  }

  private void compile(Compiled next) {
    router.replace(RoutingSnapshot.compile(next.routes(), new Patch(next.owners())));
  }

  /** The owner of each listed endpoint; written to the ledger where this node takes one. */
  private Map<String, String> owners(Set<String> absent) {
    var seen = membership.view();
    var current = new HashMap<String, String>();
    show.endpoints()
        .keySet()
        .forEach(e -> node.ledger().owner(e).ifPresent(o -> current.put(e, o)));
    if (seen.state(name) != NodeState.UP) { // whoever it was, messages go on to him over the link
      current.values().remove(name);
      return current;
    }
    var live = membership.live(seen, absent);
    var keeping = membership.keeping(seen, absent, live);
    var owners = new HashMap<>(Placement.owners(show, live, keeping, current));
    owners
        .entrySet()
        .removeIf(e ->
            e.getValue().equals(name)
                && !name.equals(current.get(e.getKey()))
                && !take(show.endpoints().get(e.getKey())));
    moving.forEach(e -> owners.put(e, name));
    return owners;
  }

  private boolean take(ShowEndpoint e) {
    var settling = node.uptime() < SETTLING_SECONDS;
    if (!membership.mayTakeOver() || (settling && !show.candidates(e).getFirst().equals(name))) {
      return false;
    }
    LOG.info("{}: taken over by {}", e.name(), name);
    ownerWritten.accept(node.ledger().own(e.name(), name));
    return true;
  }

  private Wanted wanted(ShowEndpoint e, Map<String, String> owners) {
    if (!node.ledger().isEnabled(e.name())) {
      return Wanted.DISABLED;
    }
    return switch (e.on()) {
      case On.All _, On.Pinned _ -> Wanted.RUN;
      case On.Listed _ ->
          membership.isMember() && name.equals(owners.get(e.name())) && !moving.contains(e.name())
              ? Wanted.RUN
              : Wanted.STANDBY;
    };
  }

  private void want(String endpoint, Wanted next) {
    if (wanted.put(endpoint, next) != next) {
      if (next == Wanted.RUN) {
        endpoints.get(endpoint).io().waiting(); // messages for it may arrive before it opens
      }
      node.tell(endpoint, new EndpointActor.Want(next));
    }
  }

  /** What this node runs and another could, with the node that would take it. */
  Map<String, String> movable() {
    var others = membership.successors();
    var owned = new HashMap<>(compiled.owners());
    owned.values().removeIf(owner -> !owner.equals(name));
    var next = new HashMap<>(Placement.owners(show, others, others, owned));
    next.keySet().retainAll(owned.keySet());
    return next;
  }

  /**
   * Begins to hand an endpoint over: what is sent to it waits from the moment it is closed.
   *
   * @return false where it is not this node's, or on its way already
   */
  boolean beginMove(String endpoint) {
    synchronized (membership) {
      if (!name.equals(compiled.owners().get(endpoint)) || !moving.add(endpoint)) {
        return false;
      }
      endpoints.get(endpoint).io().hold(); // whoever plans next closes it
      return true;
    }
  }

  /**
   * Closes an endpoint that goes to another node.
   *
   * @return completed when it is closed
   */
  CompletionStage<Void> giveUp(String endpoint) {
    var closed = new CompletableFuture<Void>();
    renew();
    node.tell(endpoint, new EndpointActor.Afterwards(() -> closed.complete(null)));
    return closed;
  }

  /** The other node runs it now: what has waited goes there. */
  void handedOver(String endpoint, String to) {
    synchronized (membership) {
      if (moving.remove(endpoint)) {
        endpoints.get(endpoint).io().goOnAt(around.remote().apply(to, endpoint));
        renew();
      }
    }
  }

  /** It could not be closed in time, and stays. */
  void keep(String endpoint) {
    synchronized (membership) {
      if (moving.remove(endpoint)) {
        var io = endpoints.get(endpoint).io();
        io.holdNoLonger();
        renew();
        if (wanted.get(endpoint) != Wanted.RUN) { // then what has waited is too old
          io.stopped();
        }
      }
    }
  }

  /** The nodes that run an endpoint now. */
  List<String> runs(ShowEndpoint e) {
    return runs(e, compiled.owners());
  }

  private List<String> runs(ShowEndpoint e, Map<String, String> owners) {
    return switch (e.on()) {
      case On.All _, On.Pinned _ -> show.candidates(e);
      case On.Listed _ -> Optional.ofNullable(owners.get(e.name())).stream().toList();
    };
  }

  /** Whether what arrives by an endpoint is heard on this node, or on none that is reached. */
  boolean wouldHear(ShowEndpoint e) {
    var nodes = runs(e);
    return nodes.contains(name)
        || nodes.stream()
            .noneMatch(n ->
                membership.view().state(n) == NodeState.UP
                    || around.link().apply(n) == LinkState.CONNECTED);
  }

  /** Where messages for an endpoint go now. */
  List<Target> instances(String endpoint) {
    return new Patch(compiled.owners()).instances(endpoint);
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
      return node.named(to);
    }

    @Override
    public Optional<Target> acts(String source, String address) {
      return node.performance().actions().of(source, address);
    }

    @Override
    public List<Target> instances(String endpoint) {
      var e = show.endpoints().get(endpoint);
      if (e == null) {
        return List.of(); // another node, with a newer show file, has made this route
      }
      var targets = new ArrayList<Target>();
      for (var on : runs(e, owners)) {
        targets.add(
            on.equals(name) ? endpoints.get(endpoint).io() : around.remote().apply(on, endpoint));
      }
      return targets;
    }
  }
}
