package io.cuewire.control;

import io.cuewire.control.Status.Messages;
import io.cuewire.show.ParameterId;
import java.time.Instant;

/** What {@code GET /api/events} streams; every node streams the events of the whole show. */
public sealed interface Event {
  /** A message passed an endpoint somewhere. */
  record MessageEvent(HistoryEntry message) implements Event {}

  /** An endpoint instance changed its state. */
  record EndpointEvent(EndpointStatus endpoint) implements Event {}

  /** A node changed its state. */
  record NodeEvent(NodeStatus node) implements Event {}

  /** Twice a second. */
  record StatusEvent(String node, String cluster, Instant timestamp, Messages messages)
      implements Event {}

  /** A parameter has another value; while it fades, for each step. */
  record ParameterEvent(ParameterId id, Object value, String node) implements Event {}

  /** The stop was raised or cleared, or another endpoint has confirmed it. */
  record EmergencyEvent(Status.EmergencyStatus emergency) implements Event {}

  /** The scene has changed. */
  record SceneEvent(Status.SceneStatus scene) implements Event {}
}
