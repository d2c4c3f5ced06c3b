package io.cuewire.show;

import java.util.OptionalDouble;

/**
 * An address straight onto a parameter: value × scale + offset, limited to min and max.
 *
 * @param address that arrives, literally
 */
public record ParameterMapping(
    String address,
    ParameterId target,
    OptionalDouble scale,
    OptionalDouble offset,
    OptionalDouble min,
    OptionalDouble max) {

  /** True when the value stays what it is. */
  public boolean isIdentity() {
    return scale.isEmpty() && offset.isEmpty() && min.isEmpty() && max.isEmpty();
  }
}
