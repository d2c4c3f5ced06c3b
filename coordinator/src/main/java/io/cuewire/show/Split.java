package io.cuewire.show;

import java.util.Optional;

/**
 * What decides when the network splits.
 *
 * @param arbiter for a pair without a witness: whoever still reaches it (TCP accepted or refused)
 *     carries on
 */
public record Split(Optional<HostPort> arbiter) {}
