package io.cuewire.routing;

import io.cuewire.message.Message;

/** Holds the snapshot that every message of this node is routed by. */
public final class Router {
  private volatile RoutingSnapshot snapshot = RoutingSnapshot.EMPTY;

  public void replace(RoutingSnapshot next) {
    snapshot = next;
  }

  /**
   * Hands a message that arrived by the endpoint {@code source} to every target its routes name.
   *
   * @return how many deliveries were lost: no one there, a loop, a missing argument
   */
  public int route(String source, Message message) {
    return snapshot.route(source, message);
  }
}
