package io.cuewire.cluster;

import io.cuewire.endpoint.Endpoint;
import io.cuewire.message.Message;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Sends one message that an operator asked for. */
final class Outgoing {
  private static final String NOBODY = " has no clients";

  private Outgoing() {}

  /** Whether a message was not sent for no other reason than that nobody is connected there. */
  static boolean isForNobody(String refusal) {
    return refusal.endsWith(NOBODY);
  }

  /** Empty when it was handed over, else why not. */
  static Optional<String> send(LocalNode node, String name, byte[] osc, Optional<String> peer) {
    var endpoint = node.endpoint(name);
    if (endpoint.isEmpty()) {
      return Optional.of(name + " does not run on " + node.name());
    }
    return notOpen(endpoint.get(), node.name())
        .or(() -> {
          var message =
              new Message()
                  .wrap(ByteBuffer.wrap(osc), 0, osc.length, 0)
                  .cameFrom("operator", node.clock().millis());
          if (endpoint.get().io().refuses(message)) {
            return Optional.of(name + " on " + node.name() + " is blocked by the emergency stop");
          }
          return peer.isPresent()
              ? toPeer(endpoint.get(), peer.get(), message)
              : toAll(endpoint.get(), message);
        });
  }

  private static Optional<String> notOpen(Endpoint endpoint, String node) {
    var state = endpoint.state();
    return switch (state.state()) {
      case CONNECTED, LISTENING, STALE -> Optional.empty();
      case STARTING, CONNECTING, BACKING_OFF, STANDBY, STOPPED, FAILED ->
          Optional.of(
              endpoint.settings().name()
                  + " on "
                  + node
                  + " is "
                  + state.state().word()
                  + state.reason().map(r -> " (" + r + ")").orElse(""));
    };
  }

  private static Optional<String> toAll(Endpoint endpoint, Message message) {
    if (endpoint.io().isServer() && endpoint.peers().isEmpty()) {
      return Optional.of(endpoint.settings().name() + NOBODY);
    }
    var failures = endpoint.io().sendFailures();
    endpoint.io().deliver(message);
    return endpoint.io().sendFailures() == failures ? Optional.empty() : endpoint.io().lastError();
  }

  private static Optional<String> toPeer(Endpoint endpoint, String peer, Message message) {
    var failures = endpoint.io().sendFailures();
    if (!endpoint.sendTo(peer, message)) {
      return Optional.of(endpoint.settings().name() + " has no client " + peer);
    }
    return endpoint.io().sendFailures() == failures ? Optional.empty() : endpoint.io().lastError();
  }
}
