package io.cuewire.cluster;

import io.cuewire.link.LinkState;
import java.time.Duration;
import java.util.Comparator;
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
  record Other(LinkState link, Optional<Presence> presence) {}

  /**
   * @param order all nodes of the show
   * @param others by name
   * @param looking for how long already
   */
  static Step next(
      String self, List<String> order, SequencedMap<String, Other> others, Duration looking) {
    var largest =
        others.values().stream()
            .flatMap(o -> o.presence().stream())
            .filter(Presence::inCluster)
            .max(Comparator.comparing((Presence p) -> p.members(), larger(order)));
    if (largest.isPresent()) {
      return new Step.Join(largest.get().address());
    }
    var earlier = order.subList(0, order.indexOf(self));
    if (earlier.stream().anyMatch(n -> others.get(n).link() == LinkState.CONNECTED)) {
      return new Step.Wait();
    }
    var settled =
        others.values().stream()
            .map(Other::link)
            .allMatch(l -> l == LinkState.CONNECTED || l == LinkState.REFUSED);
    return settled || looking.compareTo(PATIENCE) >= 0 ? new Step.Found() : new Step.Wait();
  }

  /** Whether this node's cluster gives way to one it has met, which knows nothing of it. */
  static boolean givesWay(
      String self, List<String> order, List<String> ours, Map<String, Other> others) {
    return others.entrySet().stream()
        .filter(o -> !ours.contains(o.getKey()))
        .flatMap(o -> o.getValue().presence().stream())
        .filter(p -> p.inCluster() && !p.members().contains(self))
        .anyMatch(p -> larger(order).compare(p.members(), ours) > 0);
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
