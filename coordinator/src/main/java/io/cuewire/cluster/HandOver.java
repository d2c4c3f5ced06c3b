package io.cuewire.cluster;

import io.cuewire.cluster.NodeAgent.Changed;
import io.cuewire.cluster.NodeAgent.Confirmed;
import io.cuewire.cluster.NodeAgent.Learn;
import io.cuewire.cluster.NodeAgent.Moved;
import io.cuewire.ledger.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint on its way from this node to another: closed here, then opened there, then told to
 * everybody. What is sent to it meanwhile waits here, and follows it.
 */
final class HandOver {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  /** For each of the steps below; nobody who is gone holds it up for longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** For all of them, with what the messages themselves take. */
  static final Duration LONGEST = PATIENCE.multipliedBy(3).plusMillis(500);

  /** What has come of a step. */
  sealed interface Step {}

  private record Closed() implements Step {}

  private record Opened(Confirmed by) implements Step {}

  private record Told(Changed changed) implements Step {}

  private record Late() implements Step {}

  /**
   * @param here this node's agent
   * @param there that of the node which is to run it
   */
  record Journey(
      String endpoint,
      String to,
      ActorRef<NodeAgent.Command> here,
      ActorRef<NodeAgent.Command> there,
      ActorRef<Moved> replyTo) {}

  private final ActorContext<Step> context;
  private final TimerScheduler<Step> timers;
  private final LocalNode node;
  private final Journey journey;

  private HandOver(
      ActorContext<Step> context, TimerScheduler<Step> timers, LocalNode node, Journey journey) {
    this.context = context;
    this.timers = timers;
    this.node = node;
    this.journey = journey;
  }

  static Behavior<Step> create(LocalNode node, Journey journey) {
    return Reporting.once(
        Step.class,
        "moving " + journey.endpoint(),
        node.faults(),
        () -> stays(node, journey, "an internal error of " + node.name()),
        Behaviors.setup(context ->
            Behaviors.withTimers(
                timers -> new HandOver(context, timers, node, journey).closing())));
  }

  /**
   * Hands over everything that others can run.
   *
   * @param done is run when that has been done, or could not be
   */
  static Behavior<Moved> all(
      LocalNode node,
      ActorRef<NodeAgent.Command> here,
      Function<String, ActorRef<NodeAgent.Command>> agentOf,
      Runnable done) {
    return Behaviors.setup(context -> {
      var movable = node.plan().movable();
      movable.keySet().removeIf(endpoint -> !node.plan().beginMove(endpoint));
      movable.forEach((endpoint, to) -> {
        var journey = new Journey(endpoint, to, here, agentOf.apply(to), context.getSelf());
        context.spawnAnonymous(create(node, journey));
      });
      if (movable.isEmpty()) {
        done.run();
        return Behaviors.stopped();
      }
      return awaiting(movable.size(), done);
    });
  }

  private static Behavior<Moved> awaiting(int left, Runnable done) {
    return Behaviors.receiveMessage(_ -> {
      if (left > 1) {
        return awaiting(left - 1, done);
      }
      done.run();
      return Behaviors.stopped();
    });
  }

  private Behavior<Step> closing() {
    context.pipeToSelf(node.plan().giveUp(journey.endpoint()), (_, _) -> new Closed());
    awaitNext();
    return step(
        step -> step instanceof Closed ? opening() : staying(),
        () -> node.plan().keep(journey.endpoint()));
  }

  /** Two that run it would be worse than one that does not move. */
  private Behavior<Step> staying() {
    stays(
        node,
        journey,
        journey.endpoint() + " could not be closed on " + node.name() + " in time: it stays");
    return Behaviors.stopped();
  }

  private static void stays(LocalNode node, Journey journey, String why) {
    node.plan().keep(journey.endpoint());
    LOG.warn("{}", why);
    journey.replyTo().tell(new Moved(Optional.of(why), Set.of()));
  }

  private Behavior<Step> opening() {
    var entry = node.ledger().own(journey.endpoint(), journey.to());
    var confirm = context.messageAdapter(Confirmed.class, Opened::new);
    journey.there().tell(new Learn(List.of(entry), false, 0, Optional.of(confirm)));
    awaitNext();
    return step(
        _ -> telling(entry), () -> node.plan().handedOver(journey.endpoint(), journey.to()));
  }

  private Behavior<Step> telling(Entry entry) {
    node.plan().handedOver(journey.endpoint(), journey.to());
    LOG.info("{}: moved from {} to {}", journey.endpoint(), node.name(), journey.to());
    var changed = context.messageAdapter(Changed.class, Told::new);
    journey.here().tell(new NodeAgent.Change(entry.value(), changed));
    awaitNext();
    return Behaviors.receiveMessage(step -> {
      if (step instanceof Opened) {
        return Behaviors.same(); // later than it was waited for
      }
      var missing = step instanceof Told(Changed(var nodes)) ? nodes : Set.<String>of();
      journey.replyTo().tell(new Moved(Optional.empty(), missing));
      return Behaviors.stopped();
    });
  }

  /**
   * @param cut what is done when the cluster system ends meanwhile: the endpoint outlives it
   */
  private static Behavior<Step> step(Function<Step, Behavior<Step>> then, Runnable cut) {
    return Behaviors.receive(Step.class)
        .onAnyMessage(then::apply)
        .onSignal(
            PostStop.class,
            _ -> {
              cut.run();
              return Behaviors.same();
            })
        .build();
  }

  private void awaitNext() {
    timers.startSingleTimer(new Late(), PATIENCE);
  }
}
