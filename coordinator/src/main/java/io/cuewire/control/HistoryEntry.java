package io.cuewire.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message that passed an endpoint.
 *
 * @param direction {@code in} or {@code out}
 * @param args OSC arguments as Java values: Integer, Long, Float, Double, String, Boolean, byte[]
 *     and JavaOSC's types; {@link io.cuewire.message.Arguments} turns them into JSON values
 * @param peer {@code IP:PORT} of the other end, where there is one
 */
public record HistoryEntry(
    Instant timestamp,
    String node,
    String endpoint,
    String direction,
    String address,
    List<Object> args,
    Optional<String> peer) {}
