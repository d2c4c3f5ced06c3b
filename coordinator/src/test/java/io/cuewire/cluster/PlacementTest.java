package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One call of the function, over every small input: one endpoint, listed for some of the nodes. */
class PlacementTest {
  private static final String NODE = "  %1$s: {host: 10.0.0.%2$d, cluster: 7411, api: 7421}\n";
  private static final String ENDPOINT =
      "endpoints:\n  e: {protocol: osc, send: \"10.0.1.1:9000\", on: [%s]}\n";

  private record Case(
      List<String> candidates, Set<String> live, Set<String> keeping, Optional<String> current) {}

  private record Outcome(Case of, Optional<String> owner) {}

  private static final List<Outcome> OUTCOMES = outcomes();

  private static List<Outcome> outcomes() {
    var outcomes = new ArrayList<Outcome>();
    for (var nodes :
        List.of(List.of("b", "a"), List.of("c", "b", "a"), List.of("d", "c", "b", "a"))) {
      for (var candidates : Every.subset(nodes)) {
        if (candidates.size() > 1) {
          outcomes(nodes, candidates, outcomes);
        }
      }
    }
    return outcomes;
  }

  private static void outcomes(
      List<String> nodes, List<String> candidates, List<Outcome> outcomes) {
    var text = new StringBuilder("show: s\nnodes:\n");
    nodes.forEach(n -> text.append(NODE.formatted(n, nodes.indexOf(n) + 1)));
    var show = Rig.show(text + ENDPOINT.formatted(String.join(", ", candidates)));
    var owners = new ArrayList<>(nodes.stream().map(Optional::of).toList());
    owners.add(Optional.empty());
    for (var live : Every.subset(nodes)) {
      for (var unknown : Every.subset(nodes)) {
        for (var current : owners) {
          var keeping = new HashSet<>(live);
          keeping.addAll(unknown);
          var before = current.map(o -> Map.of("e", o)).orElse(Map.of());
          outcomes.add(
              new Outcome(
                  new Case(candidates, Set.copyOf(live), keeping, current),
                  Optional.ofNullable(
                      Placement.owners(show, Set.copyOf(live), keeping, before).get("e"))));
        }
      }
    }
  }

  @Test
  void whoOwnsItIsOneOfItsNodesThatLivesOrHasHadItAndMayStillRunIt() {
    assertThat(OUTCOMES)
        .allSatisfy(o -> {
          var able = new HashSet<>(o.of().live());
          o.of().current().filter(o.of().keeping()::contains).ifPresent(able::add);
          able.retainAll(o.of().candidates());
          assertThat(o.owner().isPresent()).isEqualTo(!able.isEmpty());
          o.owner().ifPresent(owner -> assertThat(able).contains(owner));
        });
  }

  @Test
  void theOwnerStaysWhileItMayRunItWhicheverOthersReturn() {
    assertThat(OUTCOMES)
        .filteredOn(o -> o.of().current().filter(o.of().keeping()::contains).isPresent())
        .filteredOn(o -> o.of().candidates().contains(o.of().current().orElseThrow()))
        .isNotEmpty()
        .allSatisfy(o -> assertThat(o.owner()).isEqualTo(o.of().current()));
  }

  @Test
  void elseTheFirstOfItsListThatLivesTakesOver() {
    assertThat(OUTCOMES)
        .filteredOn(o -> o.of().current().filter(o.of().keeping()::contains).isEmpty())
        .isNotEmpty()
        .allSatisfy(o -> {
          var next = new ArrayList<>(o.of().candidates());
          next.retainAll(o.of().live());
          assertThat(o.owner()).isEqualTo(next.stream().findFirst());
        });
  }

  @Test
  void aNodeThatIsDrainedOrLeavesOwnsNothing() {
    assertThat(OUTCOMES)
        .filteredOn(o -> !o.of().keeping().contains("a"))
        .isNotEmpty()
        .allSatisfy(o -> assertThat(o.owner()).isNotEqualTo(Optional.of("a")));
  }

  @Test
  void whereItWasMovedToItStays() {
    assertThat(OUTCOMES)
        .filteredOn(o -> o.of().live().containsAll(o.of().candidates()))
        .filteredOn(o -> o.of().current().filter(o.of().candidates()::contains).isPresent())
        .isNotEmpty()
        .allSatisfy(o -> assertThat(o.owner()).isEqualTo(o.of().current()));
  }

  @Test
  void onceDecidedItIsDecided() {
    assertThat(OUTCOMES)
        .filteredOn(o -> o.owner().isPresent())
        .filteredOn(o -> o.of().live().contains(o.owner().orElseThrow()))
        .allSatisfy(o -> {
          var again = new Case(o.of().candidates(), o.of().live(), o.of().keeping(), o.owner());
          assertThat(OUTCOMES).contains(new Outcome(again, o.owner()));
        });
  }
}
