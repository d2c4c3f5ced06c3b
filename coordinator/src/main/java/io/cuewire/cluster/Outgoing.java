package io.cuewire.cluster;

import io.cuewire.cluster.Coordinator.Refusal;
import io.cuewire.control.Refused.Kind;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.message.Message;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Sends one message that an operator asked for. */
final class Outgoing {
  private static final String NOBODY = "has no client";

  private Outgoing() {}

  /**
   * Whether a message was not sent for no other reason than that nobody, or not this peer, is
   * connected there.
   */
  static boolean isForNobody(Refusal refusal) {
    return refusal.reason().startsWith(NOBODY);
  }

  /** What is said of an endpoint instance, behind its name. */
  static Refusal unavailable(String why) {
    return new Refusal(Kind.UNAVAILABLE, why);
  }

  /** Empty when it was handed over, else why not. */
  static Optional<Refusal> send(LocalNode node, String name, byte[] osc, Optional<String> peer) {
    var endpoint = node.endpoint(name);
    if (endpoint.isEmpty()) {
      return Optional.of(unavailable("does not run there"));
    }
    return notOpen(endpoint.get())
        .or(() -> {
          var message =
              new Message()
                  .wrap(ByteBuffer.wrap(osc), 0, osc.length, 0)
                  .cameFrom("operator", node.clock().millis());
          if (endpoint.get().io().refuses(message)) {
            return Optional.of(new Refusal(Kind.CONFLICT, "is blocked by the emergency stop"));
          }
          return peer.isPresent()
              ? toPeer(endpoint.get(), peer.get(), message)
              : toAll(endpoint.get(), message);
        });
  }

  private static Optional<Refusal> notOpen(Endpoint endpoint) {
    var state = endpoint.state();
    return switch (state.state()) {
      case CONNECTED, LISTENING, STALE -> Optional.empty();
      case STARTING, CONNECTING, BACKING_OFF, STANDBY, STOPPED, FAILED ->
          Optional.of(
              unavailable(
                  "is "
                      + state.state().word()
                      + state.reason().map(r -> " (" + r + ")").orElse("")));
    };
  }

  private static Optional<Refusal> toAll(Endpoint endpoint, Message message) {
    if (endpoint.io().isServer() && endpoint.peers().isEmpty()) {
      return Optional.of(unavailable(NOBODY + "s"));
    }
    var failures = endpoint.io().sendFailures();
    endpoint.io().deliver(message);
    return failure(endpoint, failures);
  }

  private static Optional<Refusal> toPeer(Endpoint endpoint, String peer, Message message) {
    var failures = endpoint.io().sendFailures();
    if (!endpoint.sendTo(peer, message)) {
      return Optional.of(unavailable(NOBODY + " " + peer));
    }
    return failure(endpoint, failures);
  }

  private static Optional<Refusal> failure(Endpoint endpoint, long before) {
    return endpoint.io().sendFailures() == before
        ? Optional.empty()
        : endpoint.io().lastError().map(error -> unavailable("failed: " + error));
  }
}
