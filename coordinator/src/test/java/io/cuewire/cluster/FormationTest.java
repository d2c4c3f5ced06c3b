package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.Formation.Other;
import io.cuewire.cluster.Formation.Step;
import io.cuewire.link.LinkState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FormationTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final List<String> FOUR = NAMES.subList(0, 4);
  private static final List<LinkState> LINKS = List.of(LinkState.values());

  /** What one node knows of another. */
  private interface Sees {
    Other of(String self, String other);
  }

  @Test
  void ofTheProcessesThatRunExactlyTheFirstFounds() {
    for (var running : Every.subset(FOUR)) {
      Sees sees =
          (_, o) -> inNoCluster(running.contains(o) ? LinkState.CONNECTED : LinkState.REFUSED);
      assertThat(founders(running, Duration.ZERO, sees)).isEqualTo(first(running));
    }
  }

  @Test
  void aMachineThatDoesNotAnswerIsWaitedForAndThenExactlyTheFirstFounds() {
    var early = Formation.PATIENCE.minusMillis(1);
    for (var running : Every.subset(FOUR)) {
      for (var silent : List.of(LinkState.UNKNOWN, LinkState.UNREACHABLE)) {
        Sees sees = (_, o) -> inNoCluster(running.contains(o) ? LinkState.CONNECTED : silent);
        assertThat(founders(running, Formation.PATIENCE, sees)).isEqualTo(first(running));
        if (!running.equals(FOUR)) {
          assertThat(founders(running, early, sees)).isEmpty();
        }
      }
    }
  }

  @Test
  void whoIsConnectedButHasNotSaidYetWhetherItIsInAClusterIsWaitedForToo() {
    Sees sees = (_, _) -> new Other(LinkState.CONNECTED, Optional.empty());
    assertThat(founders(FOUR, Duration.ZERO, sees)).isEmpty();
    assertThat(founders(FOUR, Formation.PATIENCE, sees)).containsExactly("a");
  }

  @Test
  void nodesThatAreConnectedNeverBothFoundWhateverTheOtherLinksAre() {
    var pairs = Every.pair(FOUR);
    for (var links : Every.choice(LINKS, pairs.size())) {
      Sees sees = (one, other) -> inNoCluster(links.get(pairs.indexOf(inOrder(one, other))));
      for (var looking : List.of(Duration.ZERO, Formation.PATIENCE)) {
        assertThat(Every.pair(founders(FOUR, looking, sees)))
            .as("founders, with the links %s", links)
            .noneMatch(p -> links.get(pairs.indexOf(p)) == LinkState.CONNECTED);
      }
      assertThat(founders(FOUR, Formation.PATIENCE, sees)).as("with %s", links).isNotEmpty();
    }
  }

  @Test
  void whoeverHearsOfAClusterJoinsTheLargestAndNobodyFounds() {
    for (var where : Every.choice(List.of("none", "one", "two"), 4)) {
      var clusters = clusters(where);
      var homeless = Optional.ofNullable(clusters.remove("none")).orElse(List.of());
      for (var link : LINKS) {
        for (var self : homeless) {
          Sees sees = (_, other) -> new Other(link, said(clusters, other));
          var step = step(self, Formation.PATIENCE, sees);
          if (clusters.isEmpty()) {
            assertThat(step).isNotInstanceOf(Step.Join.class);
          } else if (link == LinkState.UNREACHABLE) {
            assertThat(step).as("its members are out of reach").isEqualTo(new Step.Wait());
          } else {
            assertThat(step).isEqualTo(new Step.Join(addressOf(largest(clusters))));
          }
        }
      }
    }
  }

  @Test
  void ofClustersThatMeetAllButTheLargestGiveWay() {
    for (var count = 2; count <= 5; count++) {
      var blocks = NAMES.subList(0, count);
      for (var where : Every.choice(blocks, count)) {
        var clusters = clusters(where);
        var staying = clusters.values().stream().filter(ours -> !givesWay(ours, clusters)).toList();
        assertThat(staying).as("of %s", clusters).containsExactly(largest(clusters));
      }
    }
  }

  @Test
  void aClusterThatKnowsThisNodeIsNoOtherCluster() {
    var presence = Optional.of(new Presence("at b", List.of("a", "b", "c")));
    var others = others("a", NAMES, (_, _) -> new Other(LinkState.CONNECTED, presence));
    assertThat(Formation.givesWay("a", NAMES, List.of("a"), others)).isFalse();
  }

  @Test
  void aMemberThatIsInAnotherClusterDoesNotCount() {
    var together = List.of("a", "c");
    var said = Map.of("a", together, "b", List.of("a", "b"), "c", together);
    Sees sees =
        (_, other) ->
            new Other(LinkState.CONNECTED, Optional.of(new Presence(other, said.get(other))));
    for (var order :
        List.of(List.of("a", "b", "c"), List.of("b", "a", "c"), List.of("c", "b", "a"))) {
      for (var self : order) {
        var others = others(self, order, sees);
        assertThat(Formation.givesWay(self, order, said.get(self), others))
            .as("%s of %s", self, order)
            .isEqualTo(self.equals("b"));
      }
    }
  }

  @Test
  void whoIsInNoClusterIsNoReasonToGiveWay() {
    var others = others("b", NAMES, (_, _) -> inNoCluster(LinkState.CONNECTED));
    assertThat(Formation.givesWay("b", NAMES, List.of("b"), others)).isFalse();
  }

  /** What each node of a cluster says about giving way, and all of them say the same. */
  private static boolean givesWay(List<String> ours, Map<String, List<String>> clusters) {
    Sees sees = (_, other) -> new Other(LinkState.CONNECTED, said(clusters, other));
    var said =
        ours.stream()
            .map(self -> Formation.givesWay(self, NAMES, ours, others(self, NAMES, sees)))
            .collect(Collectors.toSet());
    assertThat(said).as("the nodes of %s among %s", ours, clusters).hasSize(1);
    return said.iterator().next();
  }

  /** More members, or else the first node of the show. */
  private static List<String> largest(Map<String, List<String>> clusters) {
    var largest = List.<String>of();
    for (var each : clusters.values()) {
      var more = each.size() - largest.size();
      if (more > 0 || (more == 0 && each.getFirst().compareTo(largest.getFirst()) < 0)) {
        largest = each;
      }
    }
    return largest;
  }

  /** The members of each cluster, from the name of each node's cluster. */
  private static Map<String, List<String>> clusters(List<String> where) {
    return IntStream.range(0, where.size())
        .boxed()
        .collect(
            Collectors.groupingBy(
                where::get, TreeMap::new, Collectors.mapping(NAMES::get, Collectors.toList())));
  }

  private static Optional<Presence> said(Map<String, List<String>> clusters, String node) {
    return clusters.values().stream()
        .filter(members -> members.contains(node))
        .map(members -> new Presence(addressOf(members), members))
        .findFirst();
  }

  private static String addressOf(List<String> cluster) {
    return "at " + cluster;
  }

  private static Other inNoCluster(LinkState link) {
    return new Other(link, Optional.of(new Presence("at home", List.of())));
  }

  private static List<String> inOrder(String one, String other) {
    return one.compareTo(other) < 0 ? List.of(one, other) : List.of(other, one);
  }

  private static List<String> first(List<String> running) {
    return running.subList(0, Math.min(1, running.size()));
  }

  private static List<String> founders(List<String> running, Duration looking, Sees sees) {
    return running.stream()
        .filter(self -> step(self, looking, sees) instanceof Step.Found)
        .toList();
  }

  private static Step step(String self, Duration looking, Sees sees) {
    return Formation.next(self, FOUR, others(self, FOUR, sees), looking);
  }

  private static SequencedMap<String, Other> others(String self, List<String> all, Sees sees) {
    var others = new LinkedHashMap<String, Other>();
    all.stream().filter(n -> !n.equals(self)).forEach(n -> others.put(n, sees.of(self, n)));
    return others;
  }
}
