package io.cuewire.message;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import io.cuewire.codec.OscCodec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * OSC arguments as Java values, and what they are in JSON and on a command line.
 *
 * <p>i Integer · f Float · s String · b byte[] · h Long · d Double · t {@link OSCTimeTag64} · c
 * Character · r {@link OSCColor} · m {@link OSCMidiMessage} · T F Boolean · N null · I {@link
 * OSCImpulse} · S {@link OSCSymbol} · array List.
 */
public final class Arguments {
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern FLOAT =
      Pattern.compile("[+-]?(\\d+\\.\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-]?\\d+[eE][+-]?\\d+");

  /** More arguments than this in a text are no message: reading them takes much memory. */
  public static final int MOST = 10_000;

  private Arguments() {}

  /**
   * Values that a JSON writer knows: numbers, strings, booleans, null and lists. Blobs become
   * Base64, a time tag its 64-bit number, colours {@code #rrggbbaa}, MIDI eight hex digits.
   */
  public static List<Object> toJson(List<?> args) {
    var values = new ArrayList<Object>(args.size());
    for (var arg : args) {
      values.add(toJson(arg));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object toJson(Object arg) {
    return switch (arg) {
      case null -> null;
      case byte[] blob -> Base64.getEncoder().encodeToString(blob);
      case OSCTimeTag64 tag -> tag.getNtpTime();
      case OSCColor c ->
          String.format(
              "#%02x%02x%02x%02x", c.getRedInt(), c.getGreenInt(), c.getBlueInt(), c.getAlphaInt());
      case OSCMidiMessage m ->
          String.format(
              "%02x%02x%02x%02x", m.getPortId(), m.getStatus(), m.getData1(), m.getData2());
      case OSCImpulse _ -> "impulse";
      case OSCSymbol symbol -> symbol.toString();
      case Character c -> c.toString();
      case Float f when !Float.isFinite(f) -> f.toString();
      case Double d when !Double.isFinite(d) -> d.toString();
      case List<?> array -> toJson(array);
      default -> arg;
    };
  }

  /**
   * Values read from JSON as OSC arguments: integers of 32 bits, else of 64; anything with a point
   * or an exponent a float.
   *
   * @throws IllegalArgumentException when a value has no OSC form (an object, a number too large)
   */
  public static List<Object> fromJson(List<?> values) {
    return fromJson(values, 0);
  }

  private static List<Object> fromJson(List<?> values, int depth) {
    if (depth > OscCodec.MAX_DEPTH) {
      throw new IllegalArgumentException("arrays nested too deep");
    }
    var args = new ArrayList<Object>(values.size());
    for (var value : values) {
      args.add(fromJson(value, depth));
    }
    return Collections.unmodifiableList(args);
  }

  private static Object fromJson(Object value, int depth) {
    return switch (value) {
      case null -> null;
      case Integer i -> i;
      case Long l when l.intValue() == l -> l.intValue();
      case Long l -> l;
      case BigInteger big -> throw new IllegalArgumentException(big + " does not fit into 64 bits");
      case Number n -> n.floatValue();
      case String s -> s;
      case Boolean b -> b;
      case List<?> array -> fromJson(array, depth + 1);
      default -> throw new IllegalArgumentException("an argument cannot be an object");
    };
  }

  /**
   * One word of a command line or of a text frame: {@code 5} is an integer, {@code 0.5} a float,
   * {@code true} and {@code false} booleans, anything else a string.
   */
  public static Object fromWord(String word) {
    if (word.equals("true") || word.equals("false")) {
      return Boolean.valueOf(word);
    }
    if (INTEGER.matcher(word).matches()) {
      try {
        var value = Long.parseLong(word);
        return (int) value == value ? (Object) (int) value : (Object) value;
      } catch (NumberFormatException tooLong) {
        return word;
      }
    }
    return FLOAT.matcher(word).matches() ? (Object) Float.valueOf(word) : word;
  }
}
