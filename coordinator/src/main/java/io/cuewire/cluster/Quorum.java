package io.cuewire.cluster;

import java.util.List;
import java.util.Set;

/** Whether a node may run what only one node may run (contract section 6). */
final class Quorum {
  private Quorum() {}

  /**
   * True with a majority of the show's voters that are members here or proven dead. Of a pair whose
   * other node is merely out of reach, the first of the show carries on.
   *
   * @param voters all nodes of the show, witnesses too, in its order
   */
  static boolean holds(
      String self, List<String> voters, Set<String> members, Set<String> provenDead) {
    var counted =
        voters.stream().filter(v -> members.contains(v) || provenDead.contains(v)).count();
    return counted * 2 > voters.size()
        || (voters.size() == 2 && members.contains(self) && voters.getFirst().equals(self));
  }
}
