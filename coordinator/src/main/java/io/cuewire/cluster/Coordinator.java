package io.cuewire.cluster;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The one actor of the cluster that puts what concerns the whole show into one order. It lives on
 * the oldest member that is no witness, and says so to every node.
 */
final class Coordinator {
  private static final Duration ANNOUNCE = Duration.ofMillis(250);

  /** What the coordinator is told. */
  sealed interface Command {}

  private record Announce() implements Command {}

  private Coordinator() {}

  /**
   * @param node where it runs
   * @param agents those of the nodes that can be reached
   */
  static Behavior<Command> create(
      String node, Supplier<Stream<ActorRef<NodeAgent.Command>>> agents) {
    return Behaviors.withTimers(timers -> {
      timers.startTimerAtFixedRate(new Announce(), Duration.ZERO, ANNOUNCE);
      return Behaviors.receiveMessage(command ->
          switch (command) {
            case Announce _ -> {
              agents.get().forEach(a -> a.tell(new NodeAgent.Coordinates(node)));
              yield Behaviors.same();
            }
          });
    });
  }
}
