package io.cuewire.cluster;

import io.cuewire.link.LinkState;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How nodes that start in any order become one cluster: whoever finds one joins it; of those that
 * find none, the first of the show founds one; and of two clusters that meet, the smaller joins the
 * larger.
 */
final class Formation {
  /** A machine that does not answer at all is waited for so long. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private Formation() {}

  /** What a node in no cluster does. */
  sealed interface Step {
    record Join(String address) implements Step {}

    record Found() implements Step {}

    record Wait() implements Step {}
  }

  /**
   * What this node knows of another.
   *
   * @param presence what it said last over an open link
   */
  record Other(LinkState link, Optional<Presence> presence) {
    /** Whether it is known to be in a cluster or not. */
    boolean isKnown() {
      return link == LinkState.REFUSED || (link == LinkState.CONNECTED && presence.isPresent());
    }
  }

  /**
   * @param order all nodes of the show
   * @param others by name
   * @param looking for how long already
   */
  static Step next(
      String self, List<String> order, SequencedMap<String, Other> others, Duration looking) {
    var clusters =
        others.values().stream()
            .flatMap(o -> o.presence().stream())
            .filter(Presence::inCluster)
            .toList();
    if (!clusters.isEmpty()) {
      return clusters.stream()
          .filter(p -> p.members().stream().allMatch(m -> isInReach(self, m, others)))
          .max(Comparator.comparing((Presence p) -> p.members(), larger(order)))
          .<Step>map(largest -> new Step.Join(largest.address()))
          .orElseGet(Step.Wait::new);
    }
    var earlier = order.subList(0, order.indexOf(self));
    if (earlier.stream().anyMatch(n -> others.get(n).link() == LinkState.CONNECTED)) {
      return new Step.Wait();
    }
    var settled = others.values().stream().allMatch(Other::isKnown);
    return settled || looking.compareTo(PATIENCE) >= 0 ? new Step.Found() : new Step.Wait();
  }

  /** A member that this node does not reach would be cut off, or cut it off, at once. */
  private static boolean isInReach(String self, String member, SequencedMap<String, Other> others) {
    return member.equals(self)
        || !others.containsKey(member)
        || others.get(member).link() != LinkState.UNREACHABLE;
  }

  /**
   * Whether this node's cluster gives way to one it has met, which knows nothing of it. A member
   * that is itself in the other one does not count, on neither side: it asked to join the one,
   * froze, and joined the other before its request arrived.
   */
  static boolean givesWay(
      String self, List<String> order, List<String> ours, Map<String, Other> others) {
    var met = new HashMap<String, Presence>();
    others.forEach((name, other) ->
        other
            .presence()
            .filter(p -> p.inCluster() && !p.members().contains(self))
            .ifPresent(p -> met.put(name, p)));
    var staying = ours.stream().filter(member -> !met.containsKey(member)).toList();
    return met.values().stream()
        .map(p -> p.members().stream().filter(member -> !staying.contains(member)).toList())
        .anyMatch(theirs -> larger(order).compare(theirs, staying) > 0);
  }

  /** More members, or else the one with the first node of the show. */
  private static Comparator<List<String>> larger(List<String> order) {
    Comparator<List<String>> bySize = Comparator.comparingInt(List::size);
    return bySize.thenComparing(
        Comparator.comparingInt(
                (List<String> m) -> m.stream().mapToInt(order::indexOf).min().orElse(order.size()))
            .reversed());
  }
}
