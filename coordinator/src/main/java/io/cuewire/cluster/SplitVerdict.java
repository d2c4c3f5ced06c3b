package io.cuewire.cluster;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which side of a split carries on (contract section 6). Who is downed and who may own listed
 * endpoints both follow from here, and never do two sides carry on that know the same dead, unless
 * both halves of a pair reach its arbiter.
 *
 * @param voters all nodes of the show, in its order
 * @param carriers those that are no witnesses
 */
record SplitVerdict(List<String> voters, List<String> carriers) {

  /** What the nodes of one side do. */
  enum Verdict {
    /** They carry on, and the others are no longer members. */
    STAY,
    /** They leave it to the others. */
    LEAVE,
    /** The arbiter has to be asked first. */
    WAIT
  }

  /** What the arbiter's address has answered. */
  enum Arbiter {
    NONE,
    UNASKED,
    REACHED,
    OUT_OF_REACH
  }

  /**
   * The side with more of the voters that are not proven dead stays. Were the dead counted with
   * each side, as the majority of a show is, both halves of what they leave over would have it:
   * such halves go by the rule of a pair.
   *
   * @param side nodes that stay together
   */
  Verdict of(Set<String> side, Set<String> provenDead, Arbiter arbiter) {
    var living = voters.stream().filter(v -> !provenDead.contains(v)).toList();
    var here = living.stream().filter(side::contains).count();
    var elsewhere = living.size() - here;
    if (here != elsewhere) {
      return here > elsewhere ? Verdict.STAY : Verdict.LEAVE;
    }
    if (living.size() == 2) {
      return switch (arbiter) {
        case NONE -> firstIs(side, living);
        case UNASKED -> Verdict.WAIT;
        case REACHED -> Verdict.STAY;
        case OUT_OF_REACH -> Verdict.LEAVE;
      };
    }
    var majority = 2 * (here + voters.size() - living.size()) > voters.size();
    return majority ? firstIs(side, living) : Verdict.LEAVE;
  }

  private Verdict firstIs(Set<String> side, List<String> living) {
    var first = carriers.stream().filter(living::contains).findFirst();
    return first.filter(side::contains).isPresent() ? Verdict.STAY : Verdict.LEAVE;
  }

  /** A node says that it does not reach another. */
  record Cut(String from, String to) {}

  /**
   * The nodes that this one stays together with. Where some reach each other only by way of others,
   * the largest set whose nodes all reach each other is one side, of the rest the largest is the
   * next, and so on: whoever knows the same cuts finds the same sides. Of equally large sets that
   * one is taken with fewer nodes that somebody does not reach and who say nothing themselves (they
   * are frozen), and then that with the earlier nodes.
   *
   * @param living members that are not proven dead
   */
  Set<String> side(String self, Set<String> living, Set<Cut> cuts) {
    var rest =
        Stream.concat(carriers.stream(), voters.stream())
            .distinct()
            .filter(living::contains)
            .toList();
    while (rest.contains(self)) {
      var largest = largest(rest, cuts);
      if (largest.contains(self)) {
        return Set.copyOf(largest);
      }
      rest = without(rest, largest);
    }
    return Set.of(self);
  }

  private static List<String> largest(List<String> nodes, Set<Cut> cuts) {
    for (var node : nodes) {
      var unreached = nodes.stream().filter(other -> isCut(node, other, cuts)).toList();
      if (!unreached.isEmpty()) {
        var with = largest(without(nodes, unreached), cuts);
        var instead = largest(without(nodes, List.of(node)), cuts);
        return with.size() > instead.size()
                || (with.size() == instead.size() && silent(with, cuts) <= silent(instead, cuts))
            ? with
            : instead;
      }
    }
    return nodes;
  }

  private static boolean isCut(String one, String other, Set<Cut> cuts) {
    return cuts.contains(new Cut(one, other)) || cuts.contains(new Cut(other, one));
  }

  private static long silent(List<String> nodes, Set<Cut> cuts) {
    return nodes.stream()
        .filter(n ->
            cuts.stream().anyMatch(c -> c.to().equals(n) && !cuts.contains(new Cut(n, c.from()))))
        .count();
  }

  private static List<String> without(List<String> all, List<String> some) {
    return all.stream().filter(n -> !some.contains(n)).toList();
  }
}
