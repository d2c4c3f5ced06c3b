package io.cuewire.parameter;

import io.cuewire.show.DeclaredParameter;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Parameters;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** What a parameter may become, as the show declares it. */
public final class ParameterRules {
  /** Bytes; all values are in the memory of every node. */
  private static final int LONGEST_TEXT = 4 << 10;

  private static final int LONGEST_ID = 255;

  private final Parameters parameters;

  public ParameterRules(Parameters parameters) {
    this.parameters = parameters;
  }

  /** Parameters that nobody knows. */
  public static final class NotFound extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NotFound(ParameterId id, String why) {
      super("Parameter not found: " + id + why);
    }
  }

  /**
   * The value as the parameter keeps it: a declared float is never an integer.
   *
   * @param value Integer, Long, Float, Double, Boolean or String, as somebody said it
   * @throws IllegalArgumentException with what is wrong with it
   */
  public Object accept(ParameterId id, Object value) {
    checkKind(id, value);
    if (id.address().length() > LONGEST_ID || !id.isWellFormed()) {
      throw new NotFound(
          id, ", the operator must be a path such as /project1/geo1 and the parameter one word");
    }
    if (value instanceof String text
        && text.getBytes(StandardCharsets.UTF_8).length > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "wrong type: a text of " + text.length() + " characters is too long for " + id);
    }
    checkFinite(id, value);
    var declared = parameters.declared().get(id);
    if (declared == null) {
      if (parameters.strict()) {
        throw new NotFound(id, ", the show declares no such parameter and is strict");
      }
      return value instanceof Double number ? number.floatValue() : value;
    }
    if (!declared.type().accepts(value)) {
      throw new IllegalArgumentException(
          "wrong type: "
              + id
              + " is declared as "
              + declared.type().name().toLowerCase(Locale.ROOT)
              + ", not "
              + said(value));
    }
    if (!declared.allows(value)) {
      throw new IllegalArgumentException(
          "out of range: " + said(value) + ", " + id + " takes " + declared.limits());
    }
    return declared.type() == DeclaredParameter.Type.FLOAT ? ((Number) value).floatValue() : value;
  }

  /** OSC knows more: blobs, nil, colours … */
  private static void checkKind(ParameterId id, Object value) {
    if (!(value instanceof Number || value instanceof Boolean || value instanceof String)) {
      throw new IllegalArgumentException(
          "wrong type: " + id + " takes a number, a text, true or false");
    }
  }

  private static void checkFinite(ParameterId id, Object value) {
    if (value instanceof Number number && !Float.isFinite(number.floatValue())) {
      throw new IllegalArgumentException("wrong type: " + number + " is no value for " + id);
    }
  }

  private static String said(Object value) {
    return value instanceof String text ? "'" + text + "'" : value.toString();
  }

  /**
   * What a control or a mapping makes of a parameter: a number is rounded to an integer where one
   * is declared, switches a boolean, and ends at the declared limits.
   *
   * @throws IllegalArgumentException where that is impossible
   */
  public Object fit(ParameterId id, Object value) {
    checkKind(id, value);
    checkFinite(id, value);
    var declared = Optional.ofNullable(parameters.declared().get(id));
    if (declared.isEmpty() || !(value instanceof Number || value instanceof Boolean)) {
      return accept(id, value);
    }
    var number = number(value);
    return accept(
        id,
        switch (declared.get().type()) {
          case FLOAT -> within(declared.get(), declared.get().limited(number));
          case INT -> whole(declared.get().limitedWhole(number));
          case BOOL -> number != 0;
          case STRING -> value;
        });
  }

  /** A limit that no float can name is not passed by the nearest float. */
  private static float within(DeclaredParameter declared, double number) {
    var nearest = (float) number;
    return declared.allows(nearest) ? nearest : Math.nextAfter(nearest, number);
  }

  /** A whole number, as small as OSC has it. */
  static Number whole(double number) {
    return (int) number == number ? (Number) (int) number : (Number) (long) number;
  }

  /** A control's value as a number: true is 1. */
  public static double number(Object value) {
    return switch (value) {
      case Boolean on -> on ? 1 : 0;
      case Float f -> Double.parseDouble(f.toString()); // 0.1, not 0.10000000149
      case Number n -> n.doubleValue();
      case null -> throw new IllegalArgumentException("wrong type: nil is no number");
      default -> throw new IllegalArgumentException("wrong type: " + said(value) + " is no number");
    };
  }
}
