package io.cuewire.control;

import java.util.Map;
import java.util.Optional;

/**
 * What became of a change of the scene that was fired.
 *
 * @param sequence its number among all of the show
 * @param nodes those that should fire
 */
public record SceneOutcome(String scene, long sequence, Map<String, NodeFiring> nodes) {
  public SceneOutcome {
    nodes = Map.copyOf(nodes);
  }

  /** Whether any node is known to have fired it. */
  public boolean isFired() {
    return nodes.values().stream().anyMatch(n -> n.error().isEmpty());
  }

  /**
   * @param ms from the request at the coordinator until it was fired there
   * @param error why it is not known to have fired
   */
  public record NodeFiring(Optional<Double> ms, Optional<String> error) {}
}
