package io.cuewire.cluster;

import io.cuewire.show.On;
import io.cuewire.show.Show;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which node runs what several could run. */
final class Placement {
  private Placement() {}

  /**
   * The owner of each listed endpoint that has one.
   *
   * @param live nodes that can take what nobody runs: neither gone nor leaving
   * @param keeping those, and nodes that may still run what they own: nobody knows that they are
   *     gone, or for how long
   * @param current the owners so far
   */
  static Map<String, String> owners(
      Show show, Set<String> live, Set<String> keeping, Map<String, String> current) {
    var owners = new HashMap<String, String>();
    for (var e : show.endpoints().values()) {
      if (e.on() instanceof On.Listed(var candidates)) {
        owner(candidates, live, keeping, Optional.ofNullable(current.get(e.name())))
            .ifPresent(owner -> owners.put(e.name(), owner));
      }
    }
    return Map.copyOf(owners);
  }

  /** The owner stays while it may run it; else the first candidate that lives takes over. */
  private static Optional<String> owner(
      List<String> candidates, Set<String> live, Set<String> keeping, Optional<String> current) {
    return current
        .filter(candidates::contains)
        .filter(keeping::contains)
        .or(() -> candidates.stream().filter(live::contains).findFirst());
  }
}
