package io.cuewire.control;

import java.time.Instant;
import java.util.Optional;

/**
 * One node of the show.
 *
 * @param state {@code joining}, {@code up}, {@code unreachable}, {@code leaving} or {@code down}
 * @param since when it took that state, as the node asked saw it
 * @param uptime seconds since its process started; absent while it is not reached
 * @param warning what a technician should know about it, such as another version of the show file
 */
public record NodeStatus(
    String name,
    String host,
    String state,
    Instant since,
    Optional<Double> uptime,
    Optional<String> warning) {}
