package io.cuewire.control;

import io.cuewire.control.Status.Messages;
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
}
