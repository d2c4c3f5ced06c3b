package io.cuewire.show;

import java.util.Optional;

/**
 * A value that is being read, and where its mistakes go.
 *
 * @param label what the value is, for messages: the quoted key
 */
record Spot(String label, Value value, Problems problems) {

  /** Reports a mistake at this place; the answer is always empty. */
  <T> Optional<T> problem(String message) {
    problems.add(value.at(), message);
    return Optional.empty();
  }

  /** Reports that something else should stand here; the answer is always empty. */
  <T> Optional<T> expected(String what) {
    return value instanceof Value.Scalar scalar && scalar.kind() == Value.Kind.NOTHING
        ? problem(label + " has no value; it must be " + what)
        : problem(label + " must be " + what + ", not " + value.described());
  }

  Spot of(Value part) {
    return new Spot(label, part, problems);
  }
}
