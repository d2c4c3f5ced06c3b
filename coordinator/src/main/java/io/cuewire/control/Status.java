package io.cuewire.control;

import io.cuewire.action.Programs;
import io.cuewire.ledger.Entry.StopRaised;
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
    List<Programs.Program> programs,
    List<SurfaceStatus> surfaces,
    Messages messages) {

  /** The current scene. */
  public record SceneStatus(String name, long sequence, Instant since) {}

  /**
   * Somebody who has used a control surface within the last minute.
   *
   * @param peer {@code IP:PORT}, or the IP alone
   */
  public record SurfaceStatus(String name, String node, String peer, Instant lastMessage) {}

  /**
   * The emergency stop.
   *
   * @param again how often it was raised while it was in force already
   * @param refused messages and changes that it has kept from happening, on all nodes
   */
  public record EmergencyStatus(
      Optional<StopRaised> inForce,
      List<StopConfirmation> confirmations,
      long refused,
      long again) {

    public boolean isLatched() {
      return inForce.isPresent();
    }

    /** Whether everybody has confirmed, or will not. */
    public boolean isSettled() {
      return confirmations.stream().noneMatch(StopConfirmation::isOpen);
    }
  }

  /** Sums over all endpoints of all nodes. */
  public record Messages(long in, long out, long dropped) {}
}
