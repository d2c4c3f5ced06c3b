package io.cuewire.cluster;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.control.EndpointStatus;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.link.LinkState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's voice in the cluster: sees who is a member, tells the others how its endpoints are,
 * carries changes to everybody and confirms those of others, and does here what an operator asked
 * for on another node.
 */
public final class NodeAgent {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");
  private static final Set<MemberStatus> RUNNING =
      Set.of(MemberStatus.up(), MemberStatus.weaklyUp());
  private static final Duration REPORT = Duration.ofMillis(500);
  private static final Duration CONFIRM = Duration.ofSeconds(1);

  /** What the agent is told. */
  public sealed interface Command {}

  /** What agents and operators' requests tell each other over the network. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  public sealed interface Remote {}

  /** How a node is; sent twice a second and at each change. */
  record Report(
      String node, double uptime, String showVersion, List<EndpointStatus> endpoints, long digest)
      implements Command, Remote {}

  /**
   * Changes to take over.
   *
   * @param complete true for everything the sender knows
   * @param confirm is told {@code change} when they are in force here
   */
  record Learn(
      List<Entry> entries, boolean complete, long change, Optional<ActorRef<Confirmed>> confirm)
      implements Command, Remote {}

  /** Asks for everything that was changed while the show runs. */
  record Sync(ActorRef<Command> replyTo) implements Command, Remote {}

  /** The coordinator lives there. */
  record Coordinates(String node) implements Command, Remote {}

  /** Closes and opens an endpoint of this node. */
  record RestartEndpoint(String endpoint, ActorRef<Confirmed> replyTo) implements Command, Remote {}

  /** Sends one OSC packet out of an endpoint of this node. */
  record SendOut(String endpoint, byte[] osc, Optional<String> peer, ActorRef<Outcome> replyTo)
      implements Command, Remote {}

  /** Asks for messages that passed this node's endpoints. */
  record Recall(
      int limit,
      Optional<String> match,
      Optional<String> endpoint,
      Optional<Map<String, Long>> since,
      ActorRef<Recalled> replyTo)
      implements Command, Remote {}

  /** A node has done what it was told; {@code change} says which where there may be several. */
  record Confirmed(String node, long change) implements Remote {}

  /** Empty, or why it was not done. */
  record Outcome(Optional<String> refusal) implements Remote {}

  /** Messages of one node, and the sequence each of its endpoints goes on with. */
  record Recalled(String node, List<Passage> passages, Map<String, Long> next) implements Remote {}

  /** One message of the history, as OSC bytes. */
  record Passage(long timestamp, String endpoint, boolean in, byte[] osc, Optional<String> peer) {}

  /** Makes a change on every node. */
  record Change(Entry.Value value, ActorRef<Changed> replyTo) implements Command {}

  /** Which nodes did not confirm a change in time. */
  record Changed(Set<String> missing) {}

  /** An endpoint of this node has changed its state. */
  public record EndpointChanged() implements Command {}

  /** A link has changed its state. */
  public record LinkChanged(String node, LinkState state) implements Command {}

  private record ClusterChanged() implements Command {}

  private record Tick() implements Command {}

  private record TellReport() implements Command {}

  private record Written(Entry entry) implements Command {}

  private record Confirmation(Confirmed confirmed) implements Command {}

  private record Overdue(long change) implements Command {}

  /** A change that is waiting for confirmations. */
  private record Pending(Set<String> missing, ActorRef<Changed> replyTo) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final LocalNode node;
  private final StatusBoard board;
  private final Cluster cluster;
  private final ActorRefResolver resolver;
  private final ActorRef<Confirmed> confirmations;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long changes;
  private Optional<String> coordinator = Optional.empty();
  private boolean synced;

  private NodeAgent(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LocalNode node,
      StatusBoard board) {
    this.context = context;
    this.timers = timers;
    this.node = node;
    this.board = board;
    this.cluster = Cluster.get(context.getSystem());
    this.resolver = ActorRefResolver.get(context.getSystem());
    this.confirmations = context.messageAdapter(Confirmed.class, Confirmation::new);
  }

  public static Behavior<Command> create(LocalNode node, StatusBoard board) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(context ->
                Behaviors.withTimers(
                    timers -> new NodeAgent(context, timers, node, board).running())))
        .onFailure(SupervisorStrategy.restart());
  }

  private Behavior<Command> running() {
    var events = context.messageAdapter(ClusterDomainEvent.class, _ -> new ClusterChanged());
    cluster.subscriptions().tell(new Subscribe<>(events, ClusterDomainEvent.class));
    timers.startTimerAtFixedRate(new Tick(), REPORT);
    node.onOwnerWritten(entry -> context.getSelf().tell(new Written(entry)));
    if (!node.show().nodes().get(node.name()).witness()) {
      startCoordinator();
    }
    return Behaviors.receive(Command.class)
        .onAnyMessage(command -> {
          carryOut(command);
          return Behaviors.same();
        })
        .build();
  }

  private void startCoordinator() {
    ClusterSingleton.get(context.getSystem())
        .init(
            SingletonActor.of(Coordinator.create(node.name(), this::agents), "coordinator")
                .withSettings(
                    ClusterSingletonSettings.create(context.getSystem()).withRole(Members.STAGE)));
  }

  private void carryOut(Command command) {
    switch (command) {
      case ClusterChanged _ -> see();
      case Tick _ -> tick();
      case TellReport _ -> tellReport();
      case EndpointChanged _ -> {
        if (!timers.isTimerActive("report")) {
          timers.startSingleTimer("report", new TellReport(), Duration.ofMillis(20));
        }
      }
      case LinkChanged(var other, var state) -> linkChanged(other, state);
      case Report report -> heard(report);
      case Coordinates(var name) -> {
        if (isKnown(name) && !coordinator.equals(Optional.of(name))) {
          coordinator = Optional.of(name);
          see();
        }
      }
      case Sync(var replyTo) -> replyTo.tell(everything());
      case Learn learn -> learn(learn);
      case Written(var entry) ->
          others().forEach(a -> a.tell(new Learn(List.of(entry), false, 0, Optional.empty())));
      case Change change -> change(change);
      case Confirmation(Confirmed(var from, var change)) -> confirmed(change, from);
      case Overdue(var change) -> {
        var late = pending.remove(change);
        if (late != null) {
          late.replyTo().tell(new Changed(Set.copyOf(late.missing())));
        }
      }
      case RestartEndpoint(var endpoint, var replyTo) -> {
        if (node.endpoint(endpoint).isPresent()) { // a newer show file may have others
          node.tell(endpoint, new EndpointActor.Restart());
          replyTo.tell(new Confirmed(node.name(), 0));
        }
      }
      case SendOut send ->
          send.replyTo()
              .tell(new Outcome(Outgoing.send(node, send.endpoint(), send.osc(), send.peer())));
      case Recall recall -> recall.replyTo().tell(Recollection.of(node, recall));
    }
  }

  /** Looks at the cluster as it is now and plans anew. */
  private void see() {
    var seen = lookAt();
    if (seen.state(node.name()) != NodeState.UP) {
      synced = false;
    } else if (!synced) {
      sync(seen);
    }
    if (synced || seen.state(node.name()) != NodeState.UP) {
      tellChanges(node.view(), seen);
      node.view(seen);
      board.viewChanged();
    }
  }

  private static void tellChanges(ClusterView before, ClusterView now) {
    now.nodes()
        .forEach((name, seen) -> {
          if (before.state(name) != seen.state()) {
            LOG.info("{}: {}", name, seen.state().word());
          }
        });
  }

  /** Before it decides anything a new member learns what the others have changed. */
  private void sync(ClusterView seen) {
    var knowing = new HashSet<>(seen.members());
    knowing.removeAll(seen.in(NodeState.JOINING));
    knowing.remove(node.name());
    if (knowing.isEmpty()) {
      synced = true;
    } else {
      knowing.forEach(n -> agentOf(n).tell(new Sync(context.getSelf())));
    }
  }

  private Learn everything() {
    return new Learn(node.ledger().all(), true, 0, Optional.empty());
  }

  private void learn(Learn learn) {
    var news = node.ledger().merge(learn.entries());
    if (learn.complete() && !synced) {
      synced = true;
      see();
    } else if (news) {
      node.replan();
    }
    learn.confirm().ifPresent(to -> to.tell(new Confirmed(node.name(), learn.change())));
  }

  private void change(Change change) {
    var entry = node.ledger().write(change.value());
    node.replan();
    var number = ++changes;
    var missing = new HashSet<>(node.view().members());
    missing.remove(node.name());
    if (missing.isEmpty()) {
      change.replyTo().tell(new Changed(Set.of()));
      return;
    }
    pending.put(number, new Pending(missing, change.replyTo()));
    var learn = new Learn(List.of(entry), false, number, Optional.of(confirmations));
    missing.forEach(n -> agentOf(n).tell(learn));
    timers.startSingleTimer(number, new Overdue(number), CONFIRM);
  }

  private void confirmed(long change, String from) {
    var waiting = pending.get(change);
    if (waiting != null && waiting.missing().remove(from) && waiting.missing().isEmpty()) {
      pending.remove(change);
      timers.cancel(change);
      waiting.replyTo().tell(new Changed(Set.of()));
    }
  }

  private void tick() {
    see();
    tellReport();
    board.statusDue();
  }

  private void tellReport() {
    var report = board.own();
    others().forEach(a -> a.tell(report));
  }

  private void heard(Report report) {
    board.heard(report);
    if (isKnown(report.node()) && report.digest() != node.ledger().digest()) {
      agentOf(report.node()).tell(everything());
    }
  }

  /** A node that runs a newer show file may know more nodes. */
  private boolean isKnown(String name) {
    return node.show().nodes().containsKey(name);
  }

  private void linkChanged(String other, LinkState state) {
    var seen = lookAt();
    if (state == LinkState.REFUSED && seen.state(other) != NodeState.DOWN) {
      LOG.warn("{}: its process is gone", other);
      address(other).ifPresent(a -> cluster.manager().tell(new Down(a)));
    }
    see();
  }

  private Optional<Address> address(String other) {
    return members()
        .filter(m -> Members.nodeOf(node.show(), m.address()).filter(other::equals).isPresent())
        .map(Member::address)
        .findFirst();
  }

  private ClusterView lookAt() {
    var before = node.view();
    var unreachable = cluster.state().getUnreachable();
    var nodes = new HashMap<String, ClusterView.Node>();
    var states = new HashMap<String, NodeState>();
    members()
        .forEach(m ->
            Members.nodeOf(node.show(), m.address())
                .ifPresent(n -> states.put(n, Members.state(m, unreachable))));
    for (var name : node.show().nodes().keySet()) {
      var was = before.nodes().get(name);
      var is = states.getOrDefault(name, notAMember(name));
      nodes.put(name, was.state() == is ? was : new ClusterView.Node(is, node.clock().instant()));
    }
    return new ClusterView(
        nodes, coordinator.filter(c -> isKnown(c) && nodes.get(c).state() == NodeState.UP));
  }

  private NodeState notAMember(String name) {
    return name.equals(node.name()) ? NodeState.JOINING : NodeState.DOWN;
  }

  private Stream<Member> members() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
  }

  private Stream<ActorRef<Command>> others() {
    var self = cluster.selfMember().address();
    return agents().filter(a -> !a.path().address().equals(self));
  }

  private Stream<ActorRef<Command>> agents() {
    return members()
        .filter(m -> RUNNING.contains(m.status()))
        .map(m -> Members.agent(resolver, m.address()));
  }

  private ActorRef<Command> agentOf(String name) {
    return Members.agent(resolver, Members.address(node.show().nodes().get(name)));
  }
}
