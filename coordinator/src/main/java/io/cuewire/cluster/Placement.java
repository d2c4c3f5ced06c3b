package io.cuewire.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which node runs an endpoint that several could run. */
final class Placement {
  private Placement() {}

  /**
   * The owner stays while it is not known to be gone; else the first candidate that is up takes
   * over.
   *
   * @param candidates the endpoint's nodes, the preferred one first
   * @param up nodes that can run it
   * @param notGone those, and nodes that are merely out of reach
   */
  static Optional<String> owner(
      List<String> candidates, Set<String> up, Set<String> notGone, Optional<String> current) {
    return current
        .filter(candidates::contains)
        .filter(notGone::contains)
        .or(() -> candidates.stream().filter(up::contains).findFirst());
  }
}
