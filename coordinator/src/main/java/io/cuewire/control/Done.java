package io.cuewire.control;

import java.util.Set;

/**
 * A change that was made.
 *
 * @param result the object as it now stands
 * @param unconfirmed the nodes that have not said in time that they have it too; they learn of it
 *     as soon as they are reached
 */
public record Done<T>(T result, Set<String> unconfirmed) {
  public Done {
    unconfirmed = Set.copyOf(unconfirmed);
  }
}
