package io.cuewire.cluster;

import io.cuewire.cluster.SplitVerdict.Arbiter;
import io.cuewire.link.LinkState;
import io.cuewire.show.HostPort;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downs members: at once whose process is proven dead, and after a split whoever the verdict leaves
 * behind, this node included.
 */
final class SplitWatch {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");
  private static final Duration LOOK = Duration.ofMillis(50);

  /**
   * A split is decided on once it has looked the same for so long. Two nodes find one cut within a
   * heartbeat of each other (250 ms), and tell what they found within two rounds of gossip.
   */
  private static final Duration STABLE = Duration.ofMillis(500);

  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  /** What it is told. */
  sealed interface Command {}

  /** A link has changed its state. */
  record LinkChanged(String node, LinkState state) implements Command {}

  private record Look() implements Command {}

  private record Watches(LifelineDetector detector) implements Command {}

  private record LeftBehind(ThisActorSystemQuarantinedEvent event) implements Command {}

  private record Answered(boolean reached) implements Command {}

  private final ActorContext<Command> context;
  private final LocalNode node;
  private final Membership membership;
  private final Predicate<HostPort> reaches;
  private final Runnable changed;
  private final Cluster cluster;
  private final Map<String, LifelineDetector> detectors = new HashMap<>();
  private Optional<Sight> last = Optional.empty();
  private long since = System.nanoTime();
  private boolean asking;
  private long asked;

  private SplitWatch(
      ActorContext<Command> context,
      LocalNode node,
      Predicate<HostPort> reaches,
      Runnable changed) {
    this.context = context;
    this.node = node;
    this.membership = node.membership();
    this.reaches = reaches;
    this.changed = changed;
    this.cluster = Cluster.get(context.getSystem());
  }

  /**
   * @param reaches asks the arbiter; may take its time
   * @param changed called when it sees another side than before
   */
  static Behavior<Command> create(LocalNode node, Predicate<HostPort> reaches, Runnable changed) {
    return Reporting.restarting(
        Command.class,
        "the watch for splits",
        node.faults(),
        Behaviors.setup(context ->
            Behaviors.withTimers(timers -> {
              timers.startTimerWithFixedDelay(new Look(), LOOK);
              return new SplitWatch(context, node, reaches, changed).watching();
            })));
  }

  private Behavior<Command> watching() {
    var stream = context.getSystem().eventStream();
    stream.tell(
        new EventStream.Subscribe<>(
            LifelineDetector.class, context.messageAdapter(LifelineDetector.class, Watches::new)));
    stream.tell(
        new EventStream.Subscribe<>(
            ThisActorSystemQuarantinedEvent.class,
            context.messageAdapter(ThisActorSystemQuarantinedEvent.class, LeftBehind::new)));
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Look _ -> look();
        case LinkChanged(var other, var state) -> linkChanged(other, state);
        case Watches(var detector) -> {
          detectors.put(detector.address(), detector);
          tellDetectors();
        }
        case LeftBehind(var event) -> leftBehind(event);
        case Answered(var reached) -> {
          asking = false;
          membership.arbiter(reached ? Arbiter.REACHED : Arbiter.OUT_OF_REACH);
          last.filter(Sight::isSplit).ifPresent(this::decide);
        }
      }
      return Behaviors.same();
    });
  }

  private void linkChanged(String other, LinkState state) {
    tellDetectors();
    var member = Sight.of(node, context.getSystem()).members().get(other);
    if (state == LinkState.REFUSED && member != null) {
      LOG.warn("{}: its process is gone", other);
      down(member);
    }
  }

  private void tellDetectors() {
    var dead = membership.provenDead();
    detectors.forEach((address, detector) ->
        detector.provenDead(
            dead.stream()
                .map(n -> Members.address(node.show().nodes().get(n)).toString())
                .anyMatch(address::equals)));
  }

  private void look() {
    var sight = Sight.of(node, context.getSystem());
    if (!last.equals(Optional.of(sight))) {
      last = Optional.of(sight);
      since = System.nanoTime();
      changed.run();
    }
    sight.dead().forEach(this::down); // also who died before anybody watched
    consultArbiter(sight);
    if (sight.isSplit() && System.nanoTime() - since >= STABLE.toNanos()) {
      since = System.nanoTime(); // and again, should it still look the same
      decide(sight);
    }
  }

  private void decide(Sight sight) {
    switch (membership.verdict(sight.side())) {
      case STAY -> {
        for (var other : sight.others()) {
          LOG.warn("{}: out of reach, the others carry on without it", other);
          down(sight.members().get(other));
        }
      }
      case LEAVE -> {
        LOG.warn("{}: cut off from too many others", node.name());
        leave();
      }
      case WAIT -> {} // for the arbiter
    }
  }

  /** Asks only while the answer decides something, and then again and again. */
  private void consultArbiter(Sight sight) {
    var address = node.show().split().arbiter();
    if (address.isEmpty() || !sight.members().containsKey(node.name())) {
      return;
    }
    if (!membership.needsArbiter(sight.side())) {
      membership.arbiter(Arbiter.UNASKED);
    } else if (sight.isSplit() && System.nanoTime() - since < STABLE.toNanos()) {
      return; // one that has just thawed would be the first to ask
    } else if (!asking && System.nanoTime() - asked >= ASK_AGAIN.toNanos()) {
      asking = true;
      asked = System.nanoTime();
      var answer =
          CompletableFuture.supplyAsync(
              () -> reaches.test(address.get()),
              question -> Thread.ofVirtual().name("arbiter").start(question));
      context.pipeToSelf(answer, (reached, failure) -> new Answered(failure == null && reached));
    }
  }

  /** The others have gone on without this node, and no longer listen to it. */
  private void leftBehind(ThisActorSystemQuarantinedEvent event) {
    if (Members.nodeOf(node.show(), event.remoteAddress().address()).isPresent()) {
      leave();
    }
  }

  private void leave() {
    down(cluster.selfMember());
  }

  private void down(Member member) {
    cluster.manager().tell(new Down(member.address()));
  }
}
