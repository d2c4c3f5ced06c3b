package io.cuewire.control;

import java.util.Optional;

/**
 * Which messages to list.
 *
 * @param limit the newest so many
 * @param match OSC address pattern
 */
public record HistoryQuery(int limit, Optional<String> match, Optional<String> endpoint) {}
