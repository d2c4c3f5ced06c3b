package io.cuewire.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The whole show as one node sees it: the body of {@code GET /api/status}.
 *
 * @param cluster {@code member} or {@code isolated}
 * @param coordinator the node that runs the coordinator, if one is known
 */
public record Status(
    String show,
    String node,
    String cluster,
    Instant timestamp,
    Optional<String> coordinator,
    Optional<SceneStatus> scene,
    EmergencyStatus emergency,
    List<NodeStatus> nodes,
    List<EndpointStatus> endpoints,
    int routes,
    int parameters,
    Messages messages) {

  /** The current scene. */
  public record SceneStatus(String name, long sequence, Instant since) {}

  /** The emergency stop. */
  public record EmergencyStatus(boolean latched) {}

  /** Sums over all endpoints of all nodes. */
  public record Messages(long in, long out, long dropped) {}
}
