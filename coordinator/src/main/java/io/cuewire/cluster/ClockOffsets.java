package io.cuewire.cluster;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far the monotonic clocks of the other nodes are from this one's. Of the latest measurements
 * of a node the one with the shortest round trip counts.
 */
final class ClockOffsets {
  private static final int KEPT = 20;

  private record Sample(long roundTrip, long offset) {}

  private final Map<String, Deque<Sample>> samples = new HashMap<>();

  /**
   * @param sent when it was asked, here
   * @param theirs what its clock said then
   * @param received when its answer came, here
   */
  void measured(String node, long sent, long theirs, long received) {
    var of = samples.computeIfAbsent(node, _ -> new ArrayDeque<>());
    var roundTrip = received - sent;
    of.addLast(new Sample(roundTrip, theirs - (sent + roundTrip / 2)));
    if (of.size() > KEPT) {
      of.removeFirst();
    }
  }

  /** Whether it was ever measured. */
  boolean knows(String node) {
    return samples.containsKey(node);
  }

  /** An instant of this node's clock on that of another, as far as it was ever measured. */
  long there(String node, long here) {
    return here + offset(node);
  }

  long here(String node, long there) {
    return there - offset(node);
  }

  private long offset(String node) {
    return samples.getOrDefault(node, new ArrayDeque<>()).stream()
        .min(Comparator.comparingLong(Sample::roundTrip))
        .map(Sample::offset)
        .orElse(0L);
  }

  /** A node that is gone may come back with another clock. */
  void keep(Set<String> nodes) {
    samples.keySet().retainAll(nodes);
  }
}
