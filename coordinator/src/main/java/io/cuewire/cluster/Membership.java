package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.cluster.SplitVerdict.Arbiter;
import io.cuewire.cluster.SplitVerdict.Cut;
import io.cuewire.cluster.SplitVerdict.Verdict;
import io.cuewire.link.LinkState;
import io.cuewire.show.Show;
import io.cuewire.transport.Lease;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Who is in the cluster, and whether this node may do what only one side of a split may do: by what
 * it sees of the others, what the links to them say, what they have answered to its beats, and what
 * the arbiter has.
 *
 * <p>Whether this node is a member changes only under this object's monitor, and whoever plans by
 * it holds the monitor until the plan is made: no plan sees it change.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  private final Show show;
  private final String name;
  private final LocalNode.Surroundings around;
  private final Runnable changed;
  private final Instant started;
  private final SplitVerdict verdict;
  private final Absences absences = new Absences();
  private final Heartbeats heartbeats;
  private final Lease lease;
  private volatile Arbiter arbiter;
  private volatile ClusterView view;
  private volatile boolean member;
  private volatile boolean draining;
  private volatile boolean leaving;

  /**
   * @param name this node's
   * @param changed run when a new plan is needed, with the monitor held or not
   */
  Membership(Show show, String name, LocalNode.Surroundings around, Runnable changed) {
    this.show = show;
    this.name = name;
    this.around = around;
    this.changed = changed;
    this.started = around.clock().instant();
    this.verdict = new SplitVerdict(List.copyOf(show.nodes().keySet()), show.carriers());
    this.arbiter = show.split().arbiter().isPresent() ? Arbiter.UNASKED : Arbiter.NONE;
    this.heartbeats = new Heartbeats(around.nanoTime());
    this.lease = new Lease(around.nanoTime());
    this.view = noCluster();
  }

  private ClusterView noCluster() {
    var nodes = new HashMap<String, ClusterView.Node>();
    show.nodes().keySet().forEach(n -> nodes.put(n, new ClusterView.Node(NodeState.DOWN, started)));
    nodes.put(name, new ClusterView.Node(NodeState.JOINING, around.clock().instant()));
    return new ClusterView(nodes, Optional.empty());
  }

  /** That of this node's listed endpoints: it holds while this node may run them. */
  Lease lease() {
    return lease;
  }

  ClusterView view() {
    return view;
  }

  /** True while this node may take part in decisions that only one side of a split may take. */
  boolean isMember() {
    return member;
  }

  /** Whether this node may begin to run what another could. */
  boolean mayTakeOver() {
    return member && !draining;
  }

  /** The cluster looks like this now. */
  void view(ClusterView seen) {
    view = seen;
    changed.run();
  }

  /** The cluster system is gone; the endpoints of this node alone go on. */
  void outsideCluster() {
    view(noCluster());
  }

  /** Takes nothing over from now on. */
  void drain() {
    draining = true;
  }

  /** Gives up what other nodes can take over. */
  void leave() {
    draining = true;
    leaving = true;
    changed.run();
  }

  /** Another node has handed over what it had, and ends. */
  void farewell(String other) {
    absences.farewell(other);
  }

  /** Another node says that it is in a cluster without this one. */
  void inAnotherCluster(String other) {
    absences.inAnotherCluster(other);
  }

  Heartbeats heartbeats() {
    return heartbeats;
  }

  /** Another member has answered what this node said at that moment of the monotonic clock. */
  synchronized void answeredBy(String other, long beat) {
    heartbeats.answeredBy(other, beat);
    if (seeWhetherMember(absent())) {
      changed.run();
    }
  }

  /** The arbiter has answered, or is no longer needed. */
  void arbiter(Arbiter answer) {
    if (arbiter != answer) {
      arbiter = answer;
      changed.run();
    }
  }

  /** Whether what these nodes do depends on the arbiter. */
  boolean needsArbiter(Set<String> side) {
    return !around.alone() && verdict.of(side, absent(), Arbiter.UNASKED) == Verdict.WAIT;
  }

  /** What the nodes of this side do, this one among them. */
  Verdict verdict(Set<String> side) {
    return verdict(side, absent());
  }

  private Verdict verdict(Set<String> side, Set<String> absent) {
    return around.alone() ? Verdict.STAY : verdict.of(side, absent, arbiter);
  }

  /** The nodes that this one stays together with, see {@link SplitVerdict#side}. */
  Set<String> side(Set<String> living, Set<Cut> cuts) {
    return verdict.side(name, living, cuts);
  }

  /**
   * Looks anew at the links, and whether this node may run what only one may.
   *
   * @return the nodes that are known to run nothing
   */
  synchronized Set<String> look() {
    var absent = absent();
    seeWhetherMember(absent);
    return absent;
  }

  /** Returns whether that has changed. */
  private boolean seeWhetherMember(Set<String> absent) {
    var seen = view;
    var reachable = new HashSet<>(seen.members());
    reachable.removeAll(seen.in(NodeState.UNREACHABLE));
    var in = seen.state(name) == NodeState.UP && !leaving;
    switch (in ? verdict(reachable, absent) : Verdict.LEAVE) {
      case STAY ->
          heartbeats
              .heldAt(name, reachable, together -> verdict(together, absent) == Verdict.STAY)
              .ifPresent(at -> lease.renew(at + Heartbeats.LEASE.toNanos()));
      case LEAVE -> lease.end();
      case WAIT -> {} // it runs out, unless the arbiter answers in time
    }
    if (lease.holds() == member) {
      return false;
    }
    member = !member;
    LOG.atLevel(leaving ? Level.DEBUG : Level.INFO)
        .log(
            member
                ? "{}: member of the cluster"
                : "{}: isolated, listed endpoints are left to the others",
            name);
    return true;
  }

  /** Nodes whose processes are known to be gone. */
  Set<String> provenDead() {
    lookAtLinks();
    return unlessBehindACut(absences.gone());
  }

  /**
   * Nodes that are known to run nothing: their machines refuse the link, or have refused it and
   * were not connected to since, as when somebody then switches such a machine off; or they have
   * left.
   */
  private Set<String> absent() {
    lookAtLinks();
    return unlessBehindACut(absences.nodes());
  }

  private void lookAtLinks() {
    for (var node : show.nodes().keySet()) {
      if (!node.equals(name)) {
        absences.look(node, around.link().apply(node), view.state(node));
      }
    }
  }

  /** Where somebody else is out of reach too, the dead may have come back on his side. */
  private Set<String> unlessBehindACut(Set<String> absent) {
    var unreachable =
        show.nodes().keySet().stream()
            .filter(n -> !n.equals(name) && around.link().apply(n) == LinkState.UNREACHABLE)
            .collect(Collectors.toSet());
    if (absent.containsAll(unreachable)) {
      return absent;
    }
    var certain = new HashSet<>(absent);
    certain.removeAll(unreachable);
    return certain;
  }

  /** The nodes that could take over what nobody runs. */
  Set<String> live(ClusterView seen, Set<String> absent) {
    var live = new HashSet<>(seen.in(NodeState.UP));
    live.removeAll(absent);
    if (leaving) {
      live.remove(name);
    }
    return live;
  }

  /** The nodes that may still run what they own, among them those that {@code live}. */
  Set<String> keeping(ClusterView seen, Set<String> absent, Set<String> live) {
    var keeping = new HashSet<>(seen.in(NodeState.UNREACHABLE));
    seen.in(NodeState.DOWN).stream().filter(heartbeats::mayStillRun).forEach(keeping::add);
    keeping.removeAll(absent);
    keeping.addAll(live);
    return keeping;
  }

  /** The other nodes that could take over what this one gives up. */
  Set<String> successors() {
    var others = live(view, absences.nodes());
    others.remove(name);
    return others;
  }

  /** Whether another node may run what it owns: it is there, or its lease may not be over. */
  boolean mayRun(String other) {
    return view.state(other) == NodeState.UP
        || (heartbeats.mayStillRun(other) && !absences.nodes().contains(other));
  }
}
