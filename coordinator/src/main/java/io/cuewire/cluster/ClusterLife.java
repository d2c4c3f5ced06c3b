package io.cuewire.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.cuewire.cluster.Formation.Other;
import io.cuewire.fault.Guard;
import io.cuewire.link.LinkState;
import io.cuewire.show.HostPort;
import io.cuewire.show.ShowNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster systems of this process, one after the other: each looks for the other nodes, joins
 * them or founds a cluster, and when it was downed or has met a larger cluster, the next begins.
 * The endpoints know nothing of it.
 */
public final class ClusterLife implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");
  private static final int STEP_MILLIS = 50;
  private static final Duration JOIN_PATIENCE = Duration.ofSeconds(3);
  private static final Duration HEARD_LATELY = Duration.ofSeconds(1);

  /** Two clusters that meet are two for so long, not merely in the middle of a joining. */
  private static final Duration MEETING = Duration.ofSeconds(2);

  /** Between two attempts to begin a cluster system. */
  private static final Duration AGAIN = Duration.ofMillis(500);

  private static final Duration ENDING = Duration.ofSeconds(10);

  /** A cluster system that was downed ends in a second and a half. */
  private static final Duration HALF_CLOSED = Duration.ofSeconds(3);

  private static final String PATIENCE =
      "pekko.cluster.failure-detector.acceptable-heartbeat-pause";

  private record Heard(Presence presence, long when) {}

  private final LocalNode node;
  private final StatusBoard board;
  private final ClusterControl control;
  private final Function<String, LinkState> link;
  private final Predicate<HostPort> reaches;
  private final PauseAlarm pauses;
  private final Config config;
  private final List<String> order;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster life").factory());
  private volatile Optional<ActorSystem<NodeAgent.Command>> system = Optional.empty();
  private String trouble = "";
  private boolean joining;
  private long since;
  private OptionalLong met = OptionalLong.empty();
  private OptionalLong ending = OptionalLong.empty();

  /**
   * @param link what is known of another node's process
   * @param reaches whether a machine answers there; may take its time
   */
  public ClusterLife(
      LocalNode node,
      StatusBoard board,
      ClusterControl control,
      Function<String, LinkState> link,
      Predicate<HostPort> reaches) {
    this.node = node;
    this.board = board;
    this.control = control;
    this.link = link;
    this.reaches = reaches;
    this.config = config(node.show().nodes().get(node.name()));
    this.pauses = new PauseAlarm(node, config.getDuration(PATIENCE));
    this.order = List.copyOf(node.show().nodes().keySet());
    this.since = node.nanoTime();
  }

  private static Config config(ShowNode self) {
    var settings =
        Map.of(
            "pekko.remote.artery.canonical.hostname", self.host(),
            "pekko.remote.artery.canonical.port", self.cluster(),
            "pekko.remote.artery.bind.hostname", self.bind(),
            "pekko.cluster.roles", List.of(self.witness() ? Members.WITNESS : Members.STAGE));
    var all = ConfigFactory.load();
    return ConfigFactory.parseMap(settings)
        .withFallback(all.getConfig("cuewire.cluster"))
        .withFallback(all);
  }

  public void start() {
    system = Optional.of(begin());
    pauses.start();
    timer.scheduleWithFixedDelay(this::live, 0, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What this node says of itself over its links. */
  public String presence() {
    return new Presence(
            Members.address(node.show().nodes().get(node.name())).toString(), membersNow())
        .toText();
  }

  private List<String> membersNow() {
    return system.map(this::membersOf).orElse(List.of());
  }

  private List<String> membersOf(ActorSystem<?> of) {
    var members = new ArrayList<String>();
    for (var member : Cluster.get(of).state().getMembers()) {
      if (!Members.GONE.contains(member.status())) {
        Members.nodeOf(node.show(), member.address()).ifPresent(members::add);
      }
    }
    return members.contains(node.name()) ? members : List.of();
  }

  /** Another node has said this of itself. */
  public void heard(String from, String presence) {
    var said = Presence.parse(presence);
    heard.put(from, new Heard(said, node.nanoTime()));
    if (said.inCluster() && !said.members().contains(node.name())) {
      node.membership().inAnotherCluster(from);
    }
  }

  /** Tells the agent of the current cluster system. */
  public void tell(NodeAgent.Command command) {
    system.ifPresent(s -> s.tell(command));
  }

  private ActorSystem<NodeAgent.Command> begin() {
    since = node.nanoTime();
    joining = false;
    met = OptionalLong.empty();
    ending = OptionalLong.empty();
    var begun =
        ActorSystem.create(
            Behaviors.<NodeAgent.Command>setup(context -> {
              var agent = context.spawn(NodeAgent.create(node, board), Members.AGENT);
              Runnable changed = () -> agent.tell(new NodeAgent.ClusterChanged());
              var watch = context.spawn(SplitWatch.create(node, reaches, changed), "split");
              return Behaviors.receiveMessage(command -> {
                if (command instanceof NodeAgent.LinkChanged(var other, var state)) {
                  watch.tell(new SplitWatch.LinkChanged(other, state));
                }
                agent.tell(command);
                return Behaviors.same();
              });
            }),
            Members.SYSTEM,
            config);
    control.use(Optional.of(begun));
    return begun;
  }

  private ActorSystem<NodeAgent.Command> current() {
    return system.orElseThrow();
  }

  private void live() {
    try {
      step();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (Exception | Error bug) { // also Scala's unchecked ones
      Guard.report(bug); // the timer would end without a word
    }
  }

  private void step() throws InterruptedException {
    if (system.isEmpty()) {
      beginAgain();
    } else if (current().whenTerminated().isCompleted()) {
      LOG.warn("{}: the others have gone on without this node, looking for them", node.name());
      outside();
    } else if (Cluster.get(current()).isTerminated()) {
      endConnections();
    } else if (membersNow().isEmpty()) {
      lookOrWait();
    } else if (hasMetLarger()) {
      LOG.warn("{}: has met another cluster of this show, joining it", node.name());
      control.use(Optional.empty());
      end();
      outside();
    }
  }

  /**
   * Pekko closes its half of a connection and waits for the other, which a frozen machine never
   * does: the streams that hold them are stopped then, or this system would end when that one does.
   */
  private void endConnections() {
    var now = node.nanoTime();
    ending = OptionalLong.of(ending.orElse(now));
    if (now - ending.getAsLong() > HALF_CLOSED.toNanos()) {
      ending = OptionalLong.of(now);
      Adapter.toClassic(current())
          .actorSelection("/system/Materializers/*")
          .tell(PoisonPill.getInstance(), ActorRef.noSender());
    }
  }

  private void outside() {
    control.use(Optional.empty());
    system = Optional.empty();
    node.membership().outsideCluster();
  }

  /**
   * Without its address, as when the cable is out, a system cannot begin: tried again and again.
   */
  private void beginAgain() {
    var now = node.nanoTime();
    if (now - since < AGAIN.toNanos()) {
      return;
    }
    try {
      system = Optional.of(begin());
      trouble = "";
    } catch (RuntimeException e) {
      since = now;
      if (!trouble.equals(String.valueOf(e.getMessage()))) {
        trouble = String.valueOf(e.getMessage());
        LOG.warn("{}: cannot begin anew: {}", node.name(), trouble);
      }
    }
  }

  private void lookOrWait() {
    var now = node.nanoTime();
    if (joining && now - since < JOIN_PATIENCE.toNanos()) {
      return;
    }
    switch (Formation.next(node.name(), order, others(), Duration.ofNanos(now - since))) {
      case Formation.Step.Join(var address) -> join(address, now);
      case Formation.Step.Found() ->
          join(Members.address(node.show().nodes().get(node.name())).toString(), now);
      case Formation.Step.Wait() -> {}
    }
  }

  private void join(String address, long now) {
    joining = true;
    since = now;
    Cluster.get(current()).manager().tell(Join.create(AddressFromURIString.parse(address)));
  }

  private SequencedMap<String, Other> others() {
    var others = new LinkedHashMap<String, Other>();
    var lately = node.nanoTime() - HEARD_LATELY.toNanos();
    for (var name : order) {
      if (!name.equals(node.name())) {
        var presence =
            Optional.ofNullable(heard.get(name))
                .filter(h -> h.when() - lately > 0)
                .map(Heard::presence);
        others.put(name, new Other(link.apply(name), presence));
      }
    }
    return others;
  }

  private boolean hasMetLarger() {
    if (!Formation.givesWay(node.name(), order, membersNow(), others())) {
      met = OptionalLong.empty();
      return false;
    }
    var now = node.nanoTime();
    met = OptionalLong.of(met.orElse(now));
    return now - met.getAsLong() >= MEETING.toNanos();
  }

  /** Leaves the cluster as far as it can, and ends the system. */
  private void end() throws InterruptedException {
    var classic = Adapter.toClassic(current());
    var ended =
        CoordinatedShutdown.get(classic)
            .runAll(CoordinatedShutdown.clusterLeavingReason())
            .toCompletableFuture();
    try {
      ended.get(ENDING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("{}: leaving the cluster: {}", node.name(), e.getMessage());
    }
  }

  /** Hands over what others can run, and leaves the cluster; they then need not find out. */
  @Override
  public void close() {
    pauses.close();
    timer.shutdown();
    try {
      var mine = timer.awaitTermination(ENDING.toMillis(), TimeUnit.MILLISECONDS);
      if (mine && node.membership().isMember()) {
        handOver();
      }
      node.membership().leave();
      if (mine && system.isPresent()) {
        end();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handOver() throws InterruptedException {
    try {
      AskPattern.<NodeAgent.Command, NodeAgent.Confirmed>ask(
              current(), NodeAgent.HandOverAll::new, HandOver.LONGEST, current().scheduler())
          .toCompletableFuture()
          .get(HandOver.LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | IllegalStateException late) {
      LOG.warn("{}: could not hand over everything: {}", node.name(), late.getMessage());
    }
  }
}
