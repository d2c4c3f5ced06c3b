package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final List<String> NAMES = List.of("e", "d", "c", "b", "a");

  /** One call of the function, over every small input. */
  private record Case(
      List<String> candidates, Set<String> up, Set<String> notGone, Optional<String> current) {
    Optional<String> owner() {
      return Placement.owner(candidates, up, notGone, current);
    }
  }

  private static List<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var count = 1; count <= 5; count++) {
      var nodes = NAMES.subList(0, count);
      var candidates = count > 2 ? nodes.subList(1, count) : nodes; // not every node is one
      for (var up : Every.subset(nodes)) {
        for (var unreachable : Every.subset(nodes)) {
          var notGone = new HashSet<>(up);
          notGone.addAll(unreachable);
          Stream.concat(Stream.of(Optional.<String>empty()), nodes.stream().map(Optional::of))
              .forEach(c -> cases.add(new Case(candidates, Set.copyOf(up), notGone, c)));
        }
      }
    }
    return cases;
  }

  @Test
  void theOwnerStaysWhileItIsNotKnownToBeGone() {
    assertThat(cases())
        .filteredOn(c -> c.current().filter(c.notGone()::contains).isPresent())
        .filteredOn(c -> c.candidates().contains(c.current().orElseThrow()))
        .allSatisfy(c -> assertThat(c.owner()).isEqualTo(c.current()));
  }

  @Test
  void elseTheFirstCandidateThatIsUpTakesOver() {
    assertThat(cases())
        .filteredOn(c -> c.current().filter(c.notGone()::contains).isEmpty())
        .allSatisfy(c -> {
          var up = new ArrayList<>(c.candidates());
          up.retainAll(c.up());
          assertThat(c.owner()).isEqualTo(up.stream().findFirst());
        });
  }

  @Test
  void onlyACandidateEverOwns() {
    assertThat(cases())
        .allSatisfy(c -> assertThat(c.owner().filter(o -> !c.candidates().contains(o))).isEmpty());
  }

  @Test
  void ofSeveralNodesThatSeeTheSameExactlyOneTakesOver() {
    assertThat(cases())
        .allSatisfy(c -> {
          var takers = c.up().stream().filter(n -> c.owner().equals(Optional.of(n))).toList();
          assertThat(takers).hasSizeLessThanOrEqualTo(1);
        });
  }
}
