package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.SplitVerdict.Arbiter;
import io.cuewire.cluster.SplitVerdict.Cut;
import io.cuewire.cluster.SplitVerdict.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every split of up to five nodes. */
class SplitVerdictTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final List<Arbiter> ANSWERS = List.of(Arbiter.REACHED, Arbiter.OUT_OF_REACH);

  /** One show with all its witnesses, and what has become of its nodes. */
  private interface Case {
    void of(SplitVerdict verdict, List<String> dead, Collection<Set<String>> sides);
  }

  @Test
  void neverTwoSidesCarryOnWhateverEachKnowsOfTheDead() {
    everySplit((verdict, dead, sides) -> {
      for (var known : Every.choice(Every.subset(dead), sides.size())) {
        var staying = new ArrayList<Set<String>>();
        var i = 0;
        for (var side : sides) {
          if (verdict.of(side, Set.copyOf(known.get(i++)), Arbiter.NONE) == Verdict.STAY) {
            staying.add(side);
          }
        }
        assertThat(staying).as("of %s, %s dead, %s", verdict, dead, sides).hasSizeLessThan(2);
      }
    });
  }

  @Test
  void aMajorityOfTheShowCarriesOnWithTheProvenDeadCountedAndNoMinorityDoes() {
    everySplit((verdict, dead, sides) -> {
      var count = verdict.voters().size();
      for (var side : sides) {
        var is = verdict.of(side, Set.copyOf(dead), Arbiter.NONE);
        if (2 * side.size() > count) {
          assertThat(is).as("%s of %s", side, verdict).isEqualTo(Verdict.STAY);
        }
        if (2 * (side.size() + dead.size()) <= count && count > 2) {
          assertThat(is).as("%s of %s, %s dead", side, verdict, dead).isEqualTo(Verdict.LEAVE);
        }
      }
    });
  }

  @Test
  void whatAProvenDeathHasLeftOverOfThreeIsAPairWhoseFirstCarriesOn() {
    var three = show(3);
    for (var dead : NAMES.subList(0, 3)) {
      var left = without(NAMES.subList(0, 3), List.of(dead));
      var gone = Set.of(dead);
      assertThat(three.of(Set.of(left.getFirst()), gone, Arbiter.NONE)).isEqualTo(Verdict.STAY);
      assertThat(three.of(Set.of(left.getLast()), gone, Arbiter.NONE)).isEqualTo(Verdict.LEAVE);
      assertThat(three.of(Set.copyOf(left), gone, Arbiter.NONE)).isEqualTo(Verdict.STAY);
    }
  }

  @Test
  void theLastOneCarriesOnWhenAllOthersAreProvenDead() {
    for (var count = 1; count <= 5; count++) {
      for (var last : NAMES.subList(0, count)) {
        var dead = Set.copyOf(without(NAMES.subList(0, count), List.of(last)));
        assertThat(show(count).of(Set.of(last), dead, Arbiter.UNASKED)).isEqualTo(Verdict.STAY);
      }
    }
  }

  @Test
  void ofAPairWithoutArbiterTheFirstCarriesOn() {
    assertThat(show(2).of(Set.of("a"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.STAY);
    assertThat(show(2).of(Set.of("b"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.LEAVE);
    assertThat(show(2).of(Set.of("a", "b"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.STAY);
    assertThat(show(2).of(Set.of(), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.LEAVE);
  }

  @Test
  void ofAPairWithAnArbiterWhoeverReachesItCarriesOn() {
    for (var self : List.of("a", "b")) {
      var alone = Set.of(self);
      assertThat(show(2).of(alone, Set.of(), Arbiter.UNASKED)).isEqualTo(Verdict.WAIT);
      assertThat(show(2).of(alone, Set.of(), Arbiter.REACHED)).isEqualTo(Verdict.STAY);
      assertThat(show(2).of(alone, Set.of(), Arbiter.OUT_OF_REACH)).isEqualTo(Verdict.LEAVE);
    }
  }

  @Test
  void neverTwoSidesCarryOnWhenOneOfThemReachesTheArbiter() {
    everySplit((verdict, dead, sides) -> {
      for (var reaching : sides) {
        var staying =
            sides.stream()
                .filter(side ->
                    Verdict.STAY
                        == verdict.of(
                            side,
                            Set.copyOf(dead),
                            side.equals(reaching) ? Arbiter.REACHED : Arbiter.OUT_OF_REACH));
        assertThat(staying).as("of %s, %s dead, %s", verdict, dead, sides).hasSizeLessThan(2);
      }
    });
  }

  @Test
  void anArbiterIsAskedForNothingElse() {
    everySplit((verdict, dead, sides) -> {
      for (var side : sides) {
        var without = verdict.of(side, Set.copyOf(dead), Arbiter.NONE);
        var pair = verdict.voters().size() - dead.size() == 2 && side.size() == 1;
        for (var answer : ANSWERS) {
          if (!pair) {
            assertThat(verdict.of(side, Set.copyOf(dead), answer)).isEqualTo(without);
          }
        }
      }
    });
  }

  @Test
  void aWitnessVotesButIsNotTheFirstOfAPair() {
    var pair = new SplitVerdict(List.of("w", "a"), List.of("a"));
    assertThat(pair.of(Set.of("a"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.STAY);
    assertThat(pair.of(Set.of("w"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.LEAVE);
    var three = new SplitVerdict(List.of("a", "b", "w"), List.of("a", "b"));
    assertThat(three.of(Set.of("b", "w"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.STAY);
    assertThat(three.of(Set.of("a"), Set.of(), Arbiter.NONE)).isEqualTo(Verdict.LEAVE);
  }

  @Test
  void whoeverKnowsTheSameCutsFindsTheSameSides() {
    for (var count = 1; count <= 5; count++) {
      var nodes = NAMES.subList(0, count);
      for (var cuts : Every.subset(Every.pair(nodes))) {
        var known = both(cuts);
        var sides = sides(show(count), nodes, known);
        sides.forEach((self, side) -> {
          assertThat(side).contains(self);
          side.forEach(other -> assertThat(sides.get(other)).isEqualTo(side));
          cuts.forEach(cut -> assertThat(side.containsAll(cut)).isFalse());
        });
        var staying =
            new HashSet<>(sides.values())
                .stream().filter(s -> show(5).of(s, Set.of(), Arbiter.NONE) == Verdict.STAY);
        assertThat(staying).as("with the cuts %s", cuts).hasSizeLessThan(2);
      }
    }
  }

  @Test
  void oneThatReachesBothStaysWithTheFirstOfThem() {
    var sides = sides(show(3), NAMES.subList(0, 3), both(List.of(List.of("a", "c"))));
    assertThat(sides)
        .isEqualTo(Map.of("a", Set.of("a", "b"), "b", Set.of("a", "b"), "c", Set.of("c")));
  }

  @Test
  void aCutBetweenTwoOfFiveCostsOneOfThem() {
    for (var cut : Every.pair(NAMES)) {
      var sides = sides(show(5), NAMES, both(List.of(cut)));
      assertThat(sides.get(cut.getFirst())).hasSize(4);
      assertThat(sides.get(cut.getLast())).containsExactly(cut.getLast());
    }
  }

  @Test
  void aFrozenNodeIsLeftOutBeforeTheOthersMissItToo() {
    for (var frozen : NAMES.subList(0, 3)) {
      var others = without(NAMES.subList(0, 3), List.of(frozen));
      for (var first : others) {
        var sides = sides(show(3), NAMES.subList(0, 3), Set.of(new Cut(first, frozen)));
        assertThat(sides.get(frozen)).containsExactly(frozen);
        others.forEach(o -> assertThat(sides.get(o)).isEqualTo(Set.copyOf(others)));
      }
    }
  }

  /** Both sides of each pair miss the other. */
  private static Set<Cut> both(List<List<String>> pairs) {
    var cuts = new HashSet<Cut>();
    for (var pair : pairs) {
      cuts.add(new Cut(pair.getFirst(), pair.getLast()));
      cuts.add(new Cut(pair.getLast(), pair.getFirst()));
    }
    return cuts;
  }

  private static Map<String, Set<String>> sides(
      SplitVerdict verdict, List<String> nodes, Set<Cut> cuts) {
    var sides = new LinkedHashMap<String, Set<String>>();
    nodes.forEach(n -> sides.put(n, verdict.side(n, Set.copyOf(nodes), cuts)));
    return sides;
  }

  private static SplitVerdict show(int count) {
    var nodes = NAMES.subList(0, count);
    return new SplitVerdict(nodes, nodes);
  }

  /**
   * Every show of up to five nodes, with all choices of witnesses and dead, and all ways to split.
   */
  private static void everySplit(Case each) {
    for (var count = 1; count <= 5; count++) {
      var voters = NAMES.subList(0, count);
      for (var witnesses : Every.subset(voters)) {
        var verdict = new SplitVerdict(voters, without(voters, witnesses));
        for (var dead : Every.subset(voters)) {
          var living = without(voters, dead);
          for (var split : splits(living)) {
            each.of(verdict, dead, split);
          }
        }
      }
    }
  }

  /** All partitions: of a room for each node every choice, each partition once. */
  private static Set<Set<Set<String>>> splits(List<String> living) {
    var splits = new HashSet<Set<Set<String>>>();
    for (var rooms : Every.choice(living, living.size())) {
      var split = new LinkedHashMap<String, Set<String>>();
      for (var i = 0; i < rooms.size(); i++) {
        split.computeIfAbsent(rooms.get(i), _ -> new HashSet<>()).add(living.get(i));
      }
      splits.add(Set.copyOf(split.values()));
    }
    return splits;
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(n -> !some.contains(n)).toList();
  }
}
