package io.cuewire.show;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A parameter that the show file describes.
 *
 * @param min least number it takes
 * @param max greatest number it takes
 * @param initial its value before anything sets it ({@code default} in the file), of its type
 */
public record DeclaredParameter(
    ParameterId id, Type type, OptionalDouble min, OptionalDouble max, Optional<Object> initial) {

  /** Whether a number is within the limits; what is no number has none. */
  public boolean allows(Object value) {
    if (!(value instanceof Number number)) {
      return true;
    }
    var exact = Double.parseDouble(number.toString()); // the decimal that was written, not 0.1f
    return exact >= min.orElse(exact) && exact <= max.orElse(exact);
  }

  /** The nearest number within the limits. */
  public double limited(double number) {
    return Math.min(Math.max(number, min.orElse(number)), max.orElse(number));
  }

  /** The nearest whole number within the limits. */
  public double limitedWhole(double number) {
    var whole = Math.rint(number);
    return Math.min(
        Math.max(whole, Math.ceil(min.orElse(whole))), Math.floor(max.orElse(Double.MAX_VALUE)));
  }

  /** For people: {@code from 0 up to 1}. */
  public String limits() {
    var text = new StringBuilder();
    min.ifPresent(least -> text.append(" from ").append(number(least)));
    max.ifPresent(most -> text.append(" up to ").append(number(most)));
    return text.toString().strip();
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  /** What values it takes. */
  public enum Type {
    FLOAT,
    INT,
    BOOL,
    STRING;

    /** Whether a value (Integer, Long, Float, Double, Boolean, String) is of this type. */
    public boolean accepts(Object value) {
      return switch (this) {
        case FLOAT -> value instanceof Number;
        case INT -> value instanceof Integer || value instanceof Long;
        case BOOL -> value instanceof Boolean;
        case STRING -> value instanceof String;
      };
    }
  }
}
