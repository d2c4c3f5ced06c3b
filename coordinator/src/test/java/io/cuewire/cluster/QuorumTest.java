package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuorumTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  @Test
  void withoutProofsOfDeathNoTwoSidesOfASplitBothHoldIt() {
    for (var count = 2; count <= 5; count++) {
      var voters = NAMES.subList(0, count);
      for (var left : Every.subset(voters)) {
        for (var right : Every.subset(without(voters, left))) {
          assertThat(anyHolds(voters, left) && anyHolds(voters, right))
              .as("%s against %s of %s", left, right, voters)
              .isFalse();
        }
      }
    }
  }

  @Test
  void aMajorityHoldsItAndAMinorityOfThreeOrMoreDoesNot() {
    for (var count = 3; count <= 5; count++) {
      var voters = NAMES.subList(0, count);
      for (var side : Every.subset(voters)) {
        for (var dead : Every.subset(without(voters, side))) {
          var enough = (side.size() + dead.size()) * 2 > count;
          for (var self : side) {
            assertThat(Quorum.holds(self, voters, Set.copyOf(side), Set.copyOf(dead)))
                .as("%s, with %s proven dead, of %s", side, dead, voters)
                .isEqualTo(enough);
          }
        }
      }
    }
  }

  @Test
  void ofAPairTheFirstCarriesOnAndTheSecondOnlyWithAProof() {
    var pair = List.of("a", "b");
    assertThat(Quorum.holds("a", pair, Set.of("a"), Set.of())).isTrue();
    assertThat(Quorum.holds("b", pair, Set.of("b"), Set.of())).isFalse();
    assertThat(Quorum.holds("b", pair, Set.of("b"), Set.of("a"))).isTrue();
    assertThat(Quorum.holds("b", pair, Set.of("a", "b"), Set.of())).isTrue();
    assertThat(Quorum.holds("a", pair, Set.of(), Set.of())).as("in no cluster").isFalse();
  }

  @Test
  void aNodeThatIsMemberAndProvenDeadIsCountedOnce() {
    var voters = NAMES.subList(0, 4);
    assertThat(Quorum.holds("a", voters, Set.of("a", "b"), Set.of("b"))).isFalse();
  }

  @Test
  void aShowOfOneNodeHoldsIt() {
    assertThat(Quorum.holds("a", List.of("a"), Set.of("a"), Set.of())).isTrue();
  }

  private static boolean anyHolds(List<String> voters, List<String> side) {
    return side.stream().anyMatch(self -> Quorum.holds(self, voters, Set.copyOf(side), Set.of()));
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(n -> !some.contains(n)).toList();
  }
}
