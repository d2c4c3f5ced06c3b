package io.cuewire.routing;

import io.cuewire.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Carries out a {@link Transformation} for one address, whose rewritten form is known already. */
final class Mapping {
  private static final Pattern CAPTURE = Pattern.compile("\\{([1-9]\\d{0,2})}");

  private final Transformation change;
  private final String address;

  Mapping(Transformation change, String address) {
    this.change = change;
    this.address = address;
  }

  /** {@code template} with its {@code {N}} filled in, with any text: it comes from the network. */
  static String rewrite(String template, List<String> captures) {
    return CAPTURE
        .matcher(template)
        .replaceAll(reference -> {
          var index = Integer.parseInt(reference.group(1));
          return Matcher.quoteReplacement(
              index <= captures.size() ? captures.get(index - 1) : reference.group());
        });
  }

  /** The changed message, or empty where {@code args} names an argument it does not have. */
  Optional<Message> apply(Message message) {
    var args = change.changesNumbers() ? numbers(message.args()) : message.args();
    if (change.args().isEmpty()) {
      return Optional.of(message.changed(address, args));
    }
    var chosen = new ArrayList<Object>();
    for (var arg : change.args().get()) {
      if (arg instanceof String reference && reference.matches("\\$[1-9]\\d{0,2}")) {
        var index = Integer.parseInt(reference.substring(1));
        if (index > args.size()) {
          return Optional.empty();
        }
        chosen.add(args.get(index - 1));
      } else {
        chosen.add(arg);
      }
    }
    return Optional.of(message.changed(address, chosen));
  }

  private List<Object> numbers(List<Object> args) {
    var changed = new ArrayList<Object>(args.size());
    for (var arg : args) {
      changed.add(
          switch (arg) {
            case Integer i -> integer(number(i));
            case Long l -> longInteger(l, number(l));
            case Float f -> (float) number(f);
            case Double d -> number(d);
            case null, default -> arg;
          });
    }
    return changed;
  }

  private double number(double value) {
    var result = value;
    if (change.input().isPresent()) {
      var input = change.input().get();
      var output = change.output().orElseThrow();
      var share = (result - input.from()) / (input.to() - input.from());
      result = output.from() + share * (output.to() - output.from());
    }
    result = result * change.scale().orElse(1) + change.offset().orElse(0);
    if (change.clamp().isPresent()) {
      var clamp = change.clamp().get();
      result = Math.clamp(result, clamp.from(), clamp.to());
    }
    return result;
  }

  /** An integer that became fractional, or too large for its type, is a float. */
  private static Object integer(double value) {
    return (int) value == value ? (Object) (int) value : (Object) (float) value;
  }

  private Object longInteger(long before, double value) {
    if ((double) before == value) {
      return before; // 64 bits do not all fit into a double
    }
    return (long) value == value ? (Object) (long) value : (Object) (float) value;
  }
}
