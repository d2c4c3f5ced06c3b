package io.cuewire.cluster;

import io.cuewire.cluster.Coordinator.Refusal;
import io.cuewire.cluster.NodeAgent.SceneAnswer;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.SceneOutcome.NodeFiring;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * What was asked of the coordinator at this node. Whoever asks gets an answer, also when the
 * coordinator dies of it: whether the scene was fired is known here too.
 */
final class SceneRequests {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Of a coordinator that has gone, an answer may still be on its way. */
  private static final Duration LAST_WORDS = Duration.ofMillis(300);

  /**
   * @param asked the coordinator that has it, or none yet
   */
  private record Pending(
      String scene, ActorRef<SceneAnswer> replyTo, Optional<ActorRef<Coordinator.Command>> asked) {}

  private final LocalNode node;
  private final ActorRef<NodeAgent.Command> self;
  private final TimerScheduler<NodeAgent.Command> timers;
  private final Map<String, Pending> pending = new HashMap<>();
  private Optional<ActorRef<Coordinator.Command>> coordinator = Optional.empty();

  SceneRequests(
      LocalNode node, ActorRef<NodeAgent.Command> self, TimerScheduler<NodeAgent.Command> timers) {
    this.node = node;
    this.self = self;
    this.timers = timers;
  }

  void ask(String scene, ActorRef<SceneAnswer> replyTo) {
    var request = UUID.randomUUID().toString();
    pending.put(request, new Pending(scene, replyTo, Optional.empty()));
    timers.startSingleTimer(request, new NodeAgent.SceneOverdue(request), PATIENCE);
    pass(request);
  }

  private void pass(String request) {
    var waiting = pending.get(request);
    coordinator.ifPresent(to -> {
      pending.put(request, new Pending(waiting.scene(), waiting.replyTo(), coordinator));
      to.tell(new Coordinator.Go(request, waiting.scene(), self));
    });
  }

  void coordinatorIs(Optional<ActorRef<Coordinator.Command>> now) {
    if (coordinator.equals(now)) {
      return;
    }
    coordinator = now;
    for (var request : pending.keySet().toArray(String[]::new)) {
      if (pending.get(request).asked().isEmpty()) {
        pass(request);
      } else {
        timers.startSingleTimer(request, new NodeAgent.SceneOverdue(request), LAST_WORDS);
      }
    }
  }

  void answered(SceneAnswer answer) {
    var waiting = pending.remove(answer.request());
    if (waiting != null) {
      timers.cancel(answer.request());
      waiting.replyTo().tell(answer);
    }
  }

  void overdue(String request) {
    var waiting = pending.get(request);
    if (waiting != null) {
      answered(withoutCoordinator(request, waiting));
    }
  }

  private SceneAnswer withoutCoordinator(String request, Pending waiting) {
    var firing = node.director().fired(request);
    if (firing.isEmpty()) {
      var why =
          waiting.asked().isEmpty()
              ? "the cluster has no coordinator yet: scene '%s' was not changed, try again"
              : "the coordinator was lost: scene '%s' was not fired here, look and try again";
      var refusal = new Refusal(Kind.UNAVAILABLE, why.formatted(waiting.scene()));
      return new SceneAnswer(request, Optional.of(refusal), Optional.empty());
    }
    var nodes = new HashMap<String, NodeFiring>();
    for (var name : firing.get().at().keySet()) {
      nodes.put(
          name,
          new NodeFiring(
              Optional.empty(),
              name.equals(node.name())
                  ? Optional.empty()
                  : Optional.of("not known: the coordinator was lost")));
    }
    return new SceneAnswer(
        request,
        Optional.empty(),
        Optional.of(new SceneOutcome(firing.get().scene(), firing.get().sequence(), nodes)));
  }
}
