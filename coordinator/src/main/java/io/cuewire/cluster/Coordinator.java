package io.cuewire.cluster;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cuewire.cluster.NodeAgent.SceneAnswer;
import io.cuewire.control.Refused;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.SceneOutcome.NodeFiring;
import io.cuewire.scene.Firing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The one actor of the cluster that puts what concerns the whole show into one order. It lives on
 * the oldest member that is no witness, and says so to every node. A change of the scene has two
 * phases: all nodes get ready, and then fire at one instant.
 */
final class Coordinator {
  private static final Duration ANNOUNCE = Duration.ofMillis(250);
  private static final Duration READY = Duration.ofMillis(500);
  private static final Duration FIRED = Duration.ofSeconds(1);

  /** From the order to the instant: twice as long as getting ready took, within these limits. */
  private static final Duration SHORTEST_LEAD = Duration.ofMillis(20);

  private static final Duration LONGEST_LEAD = Duration.ofMillis(100);

  /** Higher than what the nodes write until the scene fires. */
  private static final long VERSIONS_BETWEEN = 1_000_000;

  /** What has waited for longer is not carried out: who asked has given up. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private static final int MOST_WAITING = 16;

  /** What the coordinator is told. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  sealed interface Command {}

  /**
   * Changes the scene.
   *
   * @param request names the request in the answer
   */
  record Go(String request, String scene, ActorRef<NodeAgent.Command> replyTo) implements Command {}

  /**
   * A node is ready for a scene, or says why not.
   *
   * @param highest the highest number of a scene it knew before
   * @param newest the highest version in its ledger
   */
  record Ready(String node, long sequence, Optional<Refusal> refusal, long highest, long newest)
      implements Command {}

  record Refusal(Refused.Kind kind, String reason) {}

  /**
   * A node has fired.
   *
   * @param at when, on its monotonic clock
   */
  record Fired(String node, long sequence, long at) implements Command {}

  /** What a node's monotonic clock said when it heard an announcement. */
  record ClockIs(String node, long sent, long theirs) implements Command {}

  private record Announce() implements Command {}

  private record Overdue(long sequence) implements Command {}

  private record Waiting(Go go, long since) {}

  /** The change of the scene that is being made. */
  private static final class Change {
    private final Go go;
    private final long sequence;
    private final long began = System.nanoTime();
    private final Set<String> awaited;
    private final Map<String, NodeFiring> nodes = new HashMap<>();
    private long newest;
    private boolean firing;

    Change(Go go, long sequence, Set<String> awaited) {
      this.go = go;
      this.sequence = sequence;
      this.awaited = new HashSet<>(awaited);
    }
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final LocalNode node;
  private final Supplier<Map<String, ActorRef<NodeAgent.Command>>> agents;
  private final ClockOffsets clocks = new ClockOffsets();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private Optional<Change> current = Optional.empty();
  private long highest;

  private Coordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LocalNode node,
      Supplier<Map<String, ActorRef<NodeAgent.Command>>> agents) {
    this.context = context;
    this.timers = timers;
    this.node = node;
    this.agents = agents;
  }

  /**
   * @param node where it runs
   * @param agents those of the nodes that can be reached, by name
   */
  static Behavior<Command> create(
      LocalNode node, Supplier<Map<String, ActorRef<NodeAgent.Command>>> agents) {
    return Reporting.restarting( // a singleton that ends is not begun again
        Command.class,
        "the coordinator",
        node.faults(),
        Behaviors.setup(context ->
            Behaviors.withTimers(
                timers -> new Coordinator(context, timers, node, agents).running())));
  }

  private Behavior<Command> running() {
    timers.startTimerWithFixedDelay(new Announce(), Duration.ZERO, ANNOUNCE);
    return Behaviors.receive(Command.class)
        .onAnyMessage(command -> {
          carryOut(command);
          return Behaviors.same();
        })
        .build();
  }

  private void carryOut(Command command) {
    switch (command) {
      case Announce _ -> announce();
      case ClockIs(var other, var sent, var theirs) ->
          clocks.measured(other, sent, theirs, System.nanoTime());
      case Go go -> {
        if (waiting.size() >= MOST_WAITING) {
          refuse(go, "too many changes of the scene at once: scene '%s' was not changed");
        } else {
          waiting.add(new Waiting(go, System.nanoTime()));
          next();
        }
      }
      case Ready ready -> ready(ready);
      case Fired(var other, var sequence, var at) -> fired(other, sequence, at);
      case Overdue(var sequence) -> overdue(sequence);
    }
  }

  private void announce() {
    var reached = agents.get();
    clocks.keep(reached.keySet());
    var self = context.getSelf();
    var now = System.nanoTime();
    reached.values().forEach(a -> a.tell(new NodeAgent.Coordinates(node.name(), now, self)));
  }

  private void next() {
    if (current.isPresent() || waiting.isEmpty()) {
      return;
    }
    var first = waiting.remove();
    if (System.nanoTime() - first.since() > LONGEST_WAIT.toNanos()) {
      refuse(first.go(), "nodes do not answer in time: scene '%s' was not changed, try again");
      next();
    } else {
      begin(first.go());
    }
  }

  private static void refuse(Go go, String why) {
    var refusal = new Refusal(Refused.Kind.UNAVAILABLE, why.formatted(go.scene()));
    go.replyTo().tell(new SceneAnswer(go.request(), Optional.of(refusal), Optional.empty()));
  }

  private void begin(Go go) {
    var reached = agents.get();
    highest = Math.max(highest, node.director().highest()) + 1;
    var change = new Change(go, highest, reached.keySet());
    current = Optional.of(change);
    var prepare = new NodeAgent.PrepareScene(go.scene(), change.sequence, context.getSelf());
    reached.values().forEach(a -> a.tell(prepare));
    timers.startSingleTimer("overdue", new Overdue(change.sequence), READY);
  }

  private Optional<Change> current(long sequence) {
    return current.filter(c -> c.sequence == sequence);
  }

  private void ready(Ready ready) {
    var change = current(ready.sequence()).filter(c -> !c.firing);
    if (change.isEmpty()) {
      return;
    }
    if (ready.refusal().isPresent()) {
      answer(
          change.get(),
          new SceneAnswer(change.get().go.request(), ready.refusal(), Optional.empty()));
      return;
    }
    if (ready.highest() >= ready.sequence()) { // another coordinator had that number already
      highest = ready.highest();
      begin(change.get().go);
      return;
    }
    change.get().newest = Math.max(change.get().newest, ready.newest());
    change.get().awaited.remove(ready.node());
    if (change.get().awaited.isEmpty()) {
      fire(change.get());
    }
  }

  private void fire(Change change) {
    change.firing = true;
    var late = Set.copyOf(change.awaited);
    var reached = agents.get();
    change.awaited.clear();
    change.awaited.addAll(reached.keySet());
    var now = System.nanoTime();
    var lead =
        late.isEmpty()
            ? Math.clamp(2 * (now - change.began), SHORTEST_LEAD.toNanos(), LONGEST_LEAD.toNanos())
            : SHORTEST_LEAD.toNanos();
    var at = new HashMap<String, Long>();
    for (var other : reached.keySet()) {
      if (other.equals(node.name()) || clocks.knows(other)) {
        at.put(other, there(other, now + lead)); // whose clock is not known yet fires at once
      }
    }
    var firing =
        new Firing(
            change.sequence,
            change.go.scene(),
            change.go.request(),
            node.name(),
            Math.max(change.newest, node.ledger().newest()) + VERSIONS_BETWEEN,
            node.clock().millis() + Duration.ofNanos(lead).toMillis(),
            at);
    var order = new NodeAgent.FireScene(firing, context.getSelf());
    reached.values().forEach(a -> a.tell(order));
    timers.startSingleTimer("overdue", new Overdue(change.sequence), FIRED);
  }

  private long there(String other, long here) {
    return other.equals(node.name()) ? here : clocks.there(other, here);
  }

  private void fired(String other, long sequence, long at) {
    var change = current(sequence).filter(c -> c.firing && c.awaited.remove(other));
    if (change.isEmpty()) {
      return;
    }
    var here = other.equals(node.name()) ? at : clocks.here(other, at);
    var ms = (here - change.get().began) / 1e6;
    change.get().nodes.put(other, new NodeFiring(Optional.of(ms), Optional.empty()));
    if (change.get().awaited.isEmpty()) {
      answer(change.get());
    }
  }

  private void overdue(long sequence) {
    current(sequence)
        .ifPresent(change -> {
          if (change.firing) {
            answer(change);
          } else {
            fire(change);
          }
        });
  }

  private void answer(Change change) {
    change.awaited.forEach(n ->
        change.nodes.put(n, new NodeFiring(Optional.empty(), Optional.of("no answer from " + n))));
    var outcome = new SceneOutcome(change.go.scene(), change.sequence, change.nodes);
    answer(change, new SceneAnswer(change.go.request(), Optional.empty(), Optional.of(outcome)));
  }

  private void answer(Change change, SceneAnswer answer) {
    change.go.replyTo().tell(answer);
    timers.cancel("overdue");
    current = Optional.empty();
    next();
  }
}
