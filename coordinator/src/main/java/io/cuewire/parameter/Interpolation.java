package io.cuewire.parameter;

import io.cuewire.ledger.Entry.ParameterSet;

/** Where a fade is. */
final class Interpolation {
  private Interpolation() {}

  /**
   * The value so many milliseconds after a parameter was set, or its fade began. Between two whole
   * numbers it is a whole number.
   */
  static Object at(ParameterSet set, double millis) {
    var begun = Math.max(0, millis);
    if (set.fade().isEmpty() || begun >= set.fade().get().millis()) {
      return set.value();
    }
    var fade = set.fade().get();
    var from = ParameterRules.number(fade.from());
    var to = ParameterRules.number(set.value());
    var value = from + (to - from) * begun / fade.millis();
    return isWhole(fade.from()) && isWhole(set.value())
        ? (Object) ParameterRules.whole(Math.rint(value))
        : (Object) (float) value;
  }

  private static boolean isWhole(Object value) {
    return value instanceof Integer || value instanceof Long;
  }
}
