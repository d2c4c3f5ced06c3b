package io.cuewire.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What follows from the beats that the nodes send and answer four times a second: for how long this
 * node may run what only one node may run, and until when each other node may.
 *
 * <p>A beat carries its sender's monotonic clock and comes back with the answer. An answer thus
 * says: after that moment somebody still took me for a member. A lease begins at the newest moment
 * after which a majority did, not when their answers arrived, so answers that lay in a socket while
 * the process was stopped renew nothing. Nobody answers a node that he does not see up, and whoever
 * has answered takes nothing from it before its lease must be over.
 */
final class Heartbeats {
  static final Duration EVERY = Duration.ofMillis(250);

  /**
   * As long as the failure detector waits, so that a pause which nobody takes for a death closes
   * nothing; with the margin, over before such a node is declared down.
   */
  static final Duration LEASE = Duration.ofSeconds(3);

  /** For what is on its way, and for clocks that run at different rates. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  private final LongSupplier nanoTime;
  private final long started;

  /** By node: the newest beat of this node that it has answered. */
  private final Map<String, Long> answers = new HashMap<>();

  /** By node: when this one last answered one of its beats. */
  private final Map<String, Long> answered = new HashMap<>();

  /** By node: when somebody else last did, at the latest. */
  private final Map<String, Long> answeredByOthers = new HashMap<>();

  Heartbeats(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
  }

  /** What a beat of this moment carries. */
  long now() {
    return nanoTime.getAsLong();
  }

  /** Another node has answered the beat of that moment. */
  synchronized void answeredBy(String node, long beat) {
    if (beat - started >= 0 && nanoTime.getAsLong() - beat >= 0) { // not of the process before
      answers.merge(node, beat, Heartbeats::later);
    }
  }

  /** This node answers another one's beat. */
  synchronized void answer(String node) {
    answered.put(node, nanoTime.getAsLong());
  }

  /** Somebody has told how many nanoseconds ago he answered others. */
  synchronized void told(Map<String, Long> ages) {
    var now = nanoTime.getAsLong();
    ages.forEach((node, age) -> answeredByOthers.merge(node, now - age, Heartbeats::later));
  }

  /** How many nanoseconds ago this node answered others. */
  synchronized Map<String, Long> ages() {
    var now = nanoTime.getAsLong();
    var ages = new HashMap<String, Long>();
    answered.forEach((node, when) -> ages.put(node, now - when));
    return ages;
  }

  /** Monotonic clocks may pass the largest number. */
  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  /**
   * The newest moment after which nodes that may decide together have taken this one for a member.
   *
   * @param reachable whose answers count
   * @param mayDecide whether these nodes, of which this is one, may
   */
  synchronized OptionalLong heldAt(
      String self, Set<String> reachable, Predicate<Set<String>> mayDecide) {
    var together = new HashSet<>(Set.of(self));
    if (mayDecide.test(together)) {
      return OptionalLong.of(nanoTime.getAsLong());
    }
    var now = nanoTime.getAsLong();
    var newestFirst = new ArrayList<>(answers.entrySet());
    newestFirst.sort(Comparator.comparingLong(answer -> now - answer.getValue()));
    for (var answer : newestFirst) {
      if (reachable.contains(answer.getKey())) {
        together.add(answer.getKey());
        if (mayDecide.test(together)) {
          return OptionalLong.of(answer.getValue());
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Whether a node that is no longer there may still run what it owned. */
  synchronized boolean mayStillRun(String node) {
    var last =
        later(answered.getOrDefault(node, started), answeredByOthers.getOrDefault(node, started));
    return nanoTime.getAsLong() - last < LEASE.plus(MARGIN).toNanos();
  }
}
