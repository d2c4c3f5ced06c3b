package io.cuewire.show;

import java.util.Optional;

/** Reads one kind of value; empty exactly when it reported a problem. */
@FunctionalInterface
interface Decoder<T> {

  Optional<T> decode(Spot spot);
}
