package io.cuewire.cluster;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cuewire.action.ControlSurface;
import io.cuewire.action.Programs;
import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.StopConfirmation;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.ledger.Entry;
import io.cuewire.link.LinkState;
import io.cuewire.scene.Firing;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
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

  /** Of the longest values, so that they fit into a frame of the cluster. */
  private static final int ENTRIES_AT_ONCE = 100;

  /** What the agent is told. */
  public sealed interface Command {}

  /** What agents and operators' requests tell each other over the network. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  public sealed interface Remote {}

  /** How a node is; sent twice a second and at each change. */
  record Report(
      String node,
      double uptime,
      String showVersion,
      Optional<String> warning,
      List<EndpointStatus> endpoints,
      List<Programs.Program> programs,
      List<ControlSurface.User> surfaces,
      StopReport stop,
      long digest)
      implements Command, Remote {}

  /**
   * How a node has taken the emergency stop.
   *
   * @param stop the one that is in force there
   * @param again how often it was raised there again
   * @param refused what it has kept from happening there
   * @param armed whether beats of the dead-man's switch have begun
   */
  record StopReport(
      Optional<String> stop,
      long again,
      List<StopConfirmation> confirmations,
      long refused,
      boolean armed) {
    static final StopReport NONE = new StopReport(Optional.empty(), 0, List.of(), 0, false);
  }

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

  /**
   * The coordinator lives there.
   *
   * @param sent when it said so, on its monotonic clock
   */
  record Coordinates(String node, long sent, ActorRef<Coordinator.Command> coordinator)
      implements Command, Remote {}

  /** Get ready for a scene. */
  record PrepareScene(String scene, long sequence, ActorRef<Coordinator.Command> replyTo)
      implements Command, Remote {}

  /** Fire a scene at the instant it names. */
  record FireScene(Firing firing, ActorRef<Coordinator.Command> replyTo)
      implements Command, Remote {}

  /** What became of a request; a scene that was fired has an outcome, another one a refusal. */
  record SceneAnswer(
      String request, Optional<Coordinator.Refusal> refusal, Optional<SceneOutcome> outcome)
      implements Command, Remote {}

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

  /** Hands an endpoint of this node over to another one. */
  record Move(String endpoint, String to, ActorRef<Moved> replyTo) implements Command, Remote {}

  /** Hands over everything that others can run, and then ends this node. */
  record Drain(ActorRef<Confirmed> replyTo) implements Command, Remote {}

  /** A node has handed over everything that others can run, and ends. */
  record Farewell(String node) implements Command, Remote {}

  /**
   * A node shows that it goes on, see {@link Heartbeats}.
   *
   * @param at its monotonic clock
   * @param answered how many nanoseconds ago it answered others
   */
  record Beat(String node, long at, Map<String, Long> answered) implements Command, Remote {}

  /** A node has heard the beat of that moment, and sees its sender up. */
  record BeatAnswer(String node, long at) implements Command, Remote {}

  /** Why an endpoint was not moved, or else who has not said in time that he knows of it. */
  record Moved(Optional<String> refusal, Set<String> missing) implements Remote {}

  /** A node has done what it was told; {@code change} says which where there may be several. */
  record Confirmed(String node, long change) implements Remote {}

  /** Empty, or why it was not done. */
  record Outcome(Optional<Coordinator.Refusal> refusal) implements Remote {}

  /** Messages of one node, and the sequence each of its endpoints goes on with. */
  record Recalled(String node, List<Passage> passages, Map<String, Long> next) implements Remote {}

  /** One message of the history, as OSC bytes. */
  record Passage(long timestamp, String endpoint, boolean in, byte[] osc, Optional<String> peer) {}

  /** Makes a change on every node. */
  record Change(Entry.Value value, ActorRef<Changed> replyTo) implements Command {}

  /** Hands over everything that others can run, and tells them that this node ends. */
  record HandOverAll(ActorRef<Confirmed> replyTo) implements Command {}

  /** Which nodes did not confirm a change in time. */
  record Changed(Set<String> missing) {}

  /** Changes the scene on every node. */
  record ChangeScene(String scene, ActorRef<SceneAnswer> replyTo) implements Command {}

  /** The coordinator has not answered a request in time. */
  record SceneOverdue(String request) implements Command {}

  /** Changes of this node that the others shall know. */
  public record Written(List<Entry> entries) implements Command {}

  /** An endpoint of this node has changed its state. */
  public record EndpointChanged() implements Command {}

  /** A link has changed its state. */
  public record LinkChanged(String node, LinkState state) implements Command {}

  /** Members, or who reaches them, have changed. */
  record ClusterChanged() implements Command {}

  private record Tick() implements Command {}

  private record BeatDue() implements Command {}

  private record TellReport() implements Command {}

  private record HandedOver(Runnable then) implements Command {}

  private record Confirmation(Confirmed confirmed) implements Command {}

  private record Overdue(long change) implements Command {}

  /** A change that is waiting for confirmations. */
  private record Pending(Set<String> missing, ActorRef<Changed> replyTo) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final LocalNode node;
  private final Membership membership;
  private final StatusBoard board;
  private final Cluster cluster;
  private final ActorRefResolver resolver;
  private final ActorRef<Confirmed> confirmations;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long changes;
  private final SceneRequests sceneRequests;
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
    this.membership = node.membership();
    this.board = board;
    this.cluster = Cluster.get(context.getSystem());
    this.resolver = ActorRefResolver.get(context.getSystem());
    this.confirmations = context.messageAdapter(Confirmed.class, Confirmation::new);
    this.sceneRequests = new SceneRequests(node, context.getSelf(), timers);
  }

  public static Behavior<Command> create(LocalNode node, StatusBoard board) {
    return Reporting.restarting(
        Command.class,
        "the node's agent",
        node.faults(),
        Behaviors.setup(context ->
            Behaviors.withTimers(timers -> new NodeAgent(context, timers, node, board).running())));
  }

  private Behavior<Command> running() {
    var events = context.messageAdapter(ClusterDomainEvent.class, _ -> new ClusterChanged());
    cluster.subscriptions().tell(new Subscribe<>(events, ClusterDomainEvent.class));
    timers.startTimerWithFixedDelay(new Tick(), REPORT); // a thawed process has missed thousands
    timers.startTimerWithFixedDelay(new BeatDue(), Heartbeats.EVERY);
    node.plan().onOwnerWritten(entry -> context.getSelf().tell(new Written(List.of(entry))));
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
            SingletonActor.of(Coordinator.create(node, this::agentsByName), "coordinator")
                .withSettings(
                    ClusterSingletonSettings.create(context.getSystem()).withRole(Members.STAGE)));
  }

  private void carryOut(Command command) {
    switch (command) {
      case ClusterChanged _ -> see();
      case Tick _ -> tick();
      case BeatDue _ -> {
        beat();
        node.plan().renew(); // leases run out without a word
      }
      case Beat(var from, var at, var answered) -> {
        membership.heartbeats().told(answered);
        if (isKnown(from) && membership.view().state(from) == NodeState.UP) {
          membership.heartbeats().answer(from);
          agentOf(from).tell(new BeatAnswer(node.name(), at));
        }
      }
      case BeatAnswer(var from, var at) -> membership.answeredBy(from, at);
      case Move(var endpoint, var to, var replyTo) -> move(endpoint, to, replyTo);
      case HandOverAll(var replyTo) ->
          handOverAll(() -> replyTo.tell(new Confirmed(node.name(), 0)));
      case Drain(var replyTo) ->
          handOverAll(() -> {
            replyTo.tell(new Confirmed(node.name(), 0));
            node.end();
          });
      case HandedOver(var then) -> {
        membership.leave(); // what could not be closed in time sends nothing more
        others().forEach(a -> a.tell(new Farewell(node.name())));
        then.run();
      }
      case Farewell(var from) -> membership.farewell(from);
      case TellReport _ -> tellReport();
      case EndpointChanged _ -> {
        if (!timers.isTimerActive("report")) {
          timers.startSingleTimer("report", new TellReport(), Duration.ofMillis(20));
        }
      }
      case LinkChanged _ -> see();
      case Report report -> heard(report);
      case Coordinates(var name, var sent, var self) -> {
        self.tell(new Coordinator.ClockIs(node.name(), sent, System.nanoTime()));
        if (isKnown(name) && !coordinator.equals(Optional.of(name))) {
          coordinator = Optional.of(name);
          see();
        }
        sceneRequests.coordinatorIs(Optional.of(self));
      }
      case PrepareScene prepare -> prepare.replyTo().tell(prepare(prepare));
      case FireScene fire -> fire(fire);
      case ChangeScene(var scene, var replyTo) -> sceneRequests.ask(scene, replyTo);
      case SceneAnswer answer -> sceneRequests.answered(answer);
      case SceneOverdue(var request) -> sceneRequests.overdue(request);
      case Sync(var replyTo) -> tellEverything(replyTo);
      case Learn learn -> learn(learn);
      case Written(var entries) -> others().forEach(a -> tell(entries, false, a));
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
      if (seen.coordinator().isEmpty()) {
        sceneRequests.coordinatorIs(Optional.empty());
      }
      tellChanges(membership.view(), seen);
      membership.view(seen);
      board.viewChanged();
      if (!membership.isMember()) {
        beat(); // whoever is needed for that may be there now
      }
    }
  }

  private void beat() {
    var beat = new Beat(node.name(), membership.heartbeats().now(), membership.heartbeats().ages());
    var self = cluster.selfMember().address();
    members()
        .map(Member::address)
        .filter(a -> !a.equals(self))
        .forEach(a -> Members.agent(resolver, a).tell(beat));
  }

  private void move(String endpoint, String to, ActorRef<Moved> replyTo) {
    if (!node.plan().beginMove(endpoint)) {
      var why = endpoint + " does not run on " + node.name() + " or is being moved, try again";
      replyTo.tell(new Moved(Optional.of(why), Set.of()));
      return;
    }
    var journey = new HandOver.Journey(endpoint, to, context.getSelf(), agentOf(to), replyTo);
    context.spawnAnonymous(HandOver.create(node, journey));
  }

  private void handOverAll(Runnable done) {
    membership.drain();
    context.spawnAnonymous(
        HandOver.all(
            node,
            context.getSelf(),
            this::agentOf,
            () -> context.getSelf().tell(new HandedOver(done))));
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

  /** In parts that fit into a frame of the cluster. */
  private void tellEverything(ActorRef<Command> to) {
    tell(node.ledger().all(), true, to);
  }

  private static void tell(List<Entry> all, boolean complete, ActorRef<Command> to) {
    for (var from = 0; from == 0 || from < all.size(); from += ENTRIES_AT_ONCE) {
      var end = Math.min(from + ENTRIES_AT_ONCE, all.size());
      var part = List.copyOf(all.subList(from, end));
      to.tell(new Learn(part, complete && end == all.size(), 0, Optional.empty()));
    }
  }

  private void learn(Learn learn) {
    var replan = node.learned(learn.entries());
    if (learn.complete() && !synced) {
      synced = true;
      see();
    } else if (replan) {
      node.plan().renew();
    }
    learn.confirm().ifPresent(to -> to.tell(new Confirmed(node.name(), learn.change())));
  }

  private void change(Change change) {
    var entry = node.ledger().write(change.value());
    node.plan().renew();
    var number = ++changes;
    var missing = new HashSet<>(membership.view().members());
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

  private Coordinator.Ready prepare(PrepareScene prepare) {
    var highest = node.director().highest();
    node.director().prepare(prepare.sequence());
    return new Coordinator.Ready(
        node.name(),
        prepare.sequence(),
        node.refusesScene(prepare.scene())
            .map(r -> new Coordinator.Refusal(r.kind(), r.getMessage())),
        highest,
        node.ledger().newest());
  }

  /**
   * Whoever is told to fire tells the others too: all do, or none of those who reach each other.
   */
  private void fire(FireScene fire) {
    var firing = fire.firing();
    var isNew =
        node.director()
            .go(
                firing,
                at -> {
                  node.performance().sceneChanged();
                  fire.replyTo().tell(new Coordinator.Fired(node.name(), firing.sequence(), at));
                });
    if (isNew) {
      others().forEach(a -> a.tell(fire));
    }
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
    var report = board.own(node.ledger().digest());
    others().forEach(a -> a.tell(report));
  }

  private void heard(Report report) {
    board.heard(report);
    if (report.stop().armed()) {
      node.performance().armHeartbeat();
    }
    if (isKnown(report.node()) && report.digest() != node.ledger().digest()) {
      tellEverything(agentOf(report.node()));
    }
  }

  /** A node that runs a newer show file may know more nodes. */
  private boolean isKnown(String name) {
    return node.show().nodes().containsKey(name);
  }

  private ClusterView lookAt() {
    var before = membership.view();
    var outOfReach = Sight.of(node, context.getSystem()).others();
    var nodes = new HashMap<String, ClusterView.Node>();
    var states = new HashMap<String, NodeState>();
    members()
        .forEach(m ->
            Members.nodeOf(node.show(), m.address())
                .ifPresent(n -> states.put(n, Members.state(m, outOfReach.contains(n)))));
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

  private Map<String, ActorRef<Command>> agentsByName() {
    var agents = new HashMap<String, ActorRef<Command>>();
    var unreachable = cluster.state().getUnreachable();
    members()
        .filter(m -> RUNNING.contains(m.status()) && !unreachable.contains(m))
        .forEach(m ->
            Members.nodeOf(node.show(), m.address())
                .ifPresent(n -> agents.put(n, Members.agent(resolver, m.address()))));
    return agents;
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
