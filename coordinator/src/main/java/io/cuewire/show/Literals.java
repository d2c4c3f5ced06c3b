package io.cuewire.show;

import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import io.cuewire.show.Value.Sequence;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers, booleans and OSC arguments of the file. Text that came from the environment is taken for
 * a number or boolean where one is wanted, since a variable has no type.
 */
final class Literals {
  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,100}");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\d+)");

  private Literals() {}

  static Optional<BigInteger> integer(Scalar scalar) {
    var text = scalar.text();
    return switch (scalar.kind()) {
      case INTEGER -> whole(text);
      case TEXT -> scalar.source().flatMap(_ -> decimal(text));
      case FLOAT, BOOLEAN, NOTHING -> Optional.empty();
    };
  }

  private static Optional<BigInteger> whole(String text) {
    if (text.startsWith("0x")) {
      return Optional.of(new BigInteger(text.substring(2), 16));
    }
    return text.startsWith("0o")
        ? Optional.of(new BigInteger(text.substring(2), 8))
        : decimal(text);
  }

  private static Optional<BigInteger> decimal(String text) {
    return Optional.of(text).filter(t -> INTEGER.matcher(t).matches()).map(BigInteger::new);
  }

  static boolean looksLikeNumber(String text) {
    return FLOAT.matcher(text).matches();
  }

  /** A finite number, with or without a point. */
  static Optional<Double> number(Scalar scalar) {
    var isFloat =
        scalar.kind() == Value.Kind.FLOAT
            || scalar.source().isPresent() && FLOAT.matcher(scalar.text()).matches();
    return isFloat
        ? Optional.of(scalar.text())
            .filter(t -> FLOAT.matcher(t).matches()) // not .inf or .nan
            .map(Double::valueOf)
            .filter(Double::isFinite)
        : integer(scalar).map(Number::doubleValue).filter(Double::isFinite);
  }

  static Optional<Boolean> flag(Scalar scalar) {
    var may = scalar.kind() == Value.Kind.BOOLEAN || scalar.source().isPresent();
    return may && scalar.text().matches("true|false|True|False|TRUE|FALSE")
        ? Optional.of(Boolean.valueOf(scalar.text()))
        : Optional.empty();
  }

  /** Integer, Long, Float, Boolean or String, as a parameter takes them. */
  static Optional<Object> value(Spot spot) {
    return switch (spot.value()) {
      case Scalar scalar -> value(spot, scalar);
      case Sequence _, Mapping _ -> spot.expected("a number, text, true or false");
    };
  }

  private static Optional<Object> value(Spot spot, Scalar scalar) {
    return switch (scalar.kind()) {
      case TEXT -> Optional.of(scalar.text());
      case BOOLEAN -> flag(scalar).map(Object.class::cast);
      case INTEGER ->
          integer(scalar)
              .filter(number -> number.bitLength() < Long.SIZE)
              .map(Number::longValue)
              .<Object>map(
                  number -> number.intValue() == number ? (Object) number.intValue() : number)
              .or(() -> spot.expected("a number of at most 64 bits"));
      case FLOAT ->
          number(scalar)
              .map(Number::floatValue)
              .filter(Float::isFinite)
              .<Object>map(number -> number)
              .or(() -> spot.expected("a number that a 32-bit float can hold"));
      case NOTHING -> spot.expected("a number, text, true or false");
    };
  }

  /** OSC arguments; beside values, null is N and a list an array. */
  static Optional<List<Object>> arguments(Spot spot) {
    return spot.value() instanceof Sequence list
        ? array(spot, list)
        : spot.expected("a list of arguments, such as [1, 0.5, text]");
  }

  private static Optional<List<Object>> array(Spot spot, Sequence list) {
    var arguments = new ArrayList<Object>();
    for (var item : list.items()) {
      if (item instanceof Scalar scalar && scalar.kind() == Value.Kind.NOTHING) {
        arguments.add(null);
        continue;
      }
      var argument =
          item instanceof Sequence inner
              ? array(spot, inner).<Object>map(array -> array)
              : value(spot.of(item));
      argument.ifPresent(arguments::add);
    }
    return arguments.size() == list.items().size() ? Optional.of(arguments) : Optional.empty();
  }

  /** Arguments in which {@code "$1"} and so on stand for what was captured. */
  static Decoder<List<Object>> references(Captures captures) {
    return spot -> arguments(spot).flatMap(args -> refersWithin(spot, args, captures));
  }

  private static Optional<List<Object>> refersWithin(
      Spot spot, List<Object> args, Captures captures) {
    for (var arg : args) {
      var reference = REFERENCE.matcher(arg instanceof String text ? text : "");
      if (reference.matches()) {
        var wrong = captures.objection(reference.group(1));
        if (wrong.isPresent()) {
          return spot.problem("'" + arg + "' in " + spot.label() + ": " + wrong.get());
        }
      }
    }
    return Optional.of(args);
  }
}
