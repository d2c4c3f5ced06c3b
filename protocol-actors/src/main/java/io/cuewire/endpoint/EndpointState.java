package io.cuewire.endpoint;

import java.time.Instant;
import java.util.Optional;

/**
 * Where an endpoint instance stands.
 *
 * @param reason the contract's word or two for why
 * @param attempts attempts to open since it was last healthy
 */
public record EndpointState(State state, Optional<String> reason, Instant since, int attempts) {}
