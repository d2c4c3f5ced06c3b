package io.cuewire.show;

import java.util.Optional;
import java.util.function.Predicate;

/** Reads one kind of value; empty exactly when it reported a problem. */
@FunctionalInterface
interface Decoder<T> {

  Optional<T> decode(Spot spot);

  /**
   * The same, but only for values that pass a test.
   *
   * @param what is expected where it fails
   */
  default Decoder<T> only(Predicate<T> test, String what) {
    return spot ->
        decode(spot).flatMap(value -> test.test(value) ? Optional.of(value) : spot.expected(what));
  }
}
