package io.cuewire.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One endpoint on one node, as contract section 7 lists it.
 *
 * @param state one of the contract's words: {@code listening}, {@code backing-off} …
 * @param reason why it is in that state, where there is a reason: {@code port in use} …
 * @param in messages received
 * @param out messages handed to the system
 * @param dropped messages that a full queue, a loop or a missing connection cost
 * @param errors malformed input and failed sends
 * @param attempts attempts to open since it was last healthy
 */
public record EndpointStatus(
    String name,
    String protocol,
    String node,
    String state,
    Optional<String> reason,
    Instant since,
    long in,
    long out,
    long dropped,
    long errors,
    int attempts,
    Optional<String> lastError,
    Optional<Instant> lastMessage,
    List<PeerStatus> peers) {

  public EndpointStatus {
    peers = List.copyOf(peers);
  }
}
