package io.cuewire.scene;

import java.util.Map;

/**
 * One change of the scene as the coordinator orders it, the same for all nodes.
 *
 * @param sequence of all scene changes of the show; a newer one ends an older one
 * @param request names who asked for it
 * @param coordinator the node that ordered it
 * @param version of the first thing it changes; higher than all versions that the nodes knew
 * @param since the instant, milliseconds since the epoch on the coordinator's clock
 * @param at the same instant on each node's {@link System#nanoTime}
 */
public record Firing(
    long sequence,
    String scene,
    String request,
    String coordinator,
    long version,
    long since,
    Map<String, Long> at) {

  public Firing {
    at = Map.copyOf(at);
  }
}
