package io.cuewire.routing;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An OSC address pattern: {@code ? * [] {}} as OSC 1.0 §OSC Message Dispatching and Pattern
 * Matching says, and {@code //} of OSC 1.1, which skips any number of parts. Compiled to a regular
 * expression that runs in linear time, since patterns also come from the network.
 */
public final class AddressPattern {
  private static final String WILDCARDS = "?*[]{}";

  private final String source;
  private final Optional<Pattern> regex;
  private final int wildcards;

  private AddressPattern(String source, Optional<Pattern> regex, int wildcards) {
    this.source = source;
    this.regex = regex;
    this.wildcards = wildcards;
  }

  /**
   * @throws IllegalArgumentException with the reason, when it is no pattern
   */
  public static AddressPattern compile(String pattern) {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("an address starts with '/'");
    }
    if (!isPattern(pattern)) {
      return new AddressPattern(pattern, Optional.empty(), 0);
    }
    var translation = new Translation(pattern);
    translation.run();
    return new AddressPattern(
        pattern,
        Optional.of(Pattern.compile(translation.regex.toString(), Pattern.DOTALL)),
        translation.wildcards);
  }

  /** True when an address is not one address but may mean several. */
  public static boolean isPattern(String address) {
    return address.contains("//") || address.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  /** True when exactly one address matches: the pattern itself. */
  public boolean isLiteral() {
    return regex.isEmpty();
  }

  /** How many captures {@link #match} gives. */
  public int wildcards() {
    return wildcards;
  }

  public boolean matches(String address) {
    return regex.map(r -> r.matches(address)).orElseGet(() -> source.equals(address));
  }

  /** What each wildcard took, in order, or empty where the address does not match. */
  public Optional<List<String>> match(String address) {
    if (regex.isEmpty()) {
      return source.equals(address) ? Optional.of(List.of()) : Optional.empty();
    }
    var matcher = regex.get().matcher(address);
    return matcher.matches() ? Optional.of(captures(matcher)) : Optional.empty();
  }

  private List<String> captures(Matcher matcher) {
    var captures = new ArrayList<String>(wildcards);
    for (var i = 1; i <= wildcards; i++) {
      var taken = matcher.group(i); // null where // skipped nothing
      captures.add(taken == null ? "" : taken);
    }
    return captures;
  }

  @Override
  public String toString() {
    return source;
  }

  /** One pass over the pattern, which writes a capture group for each wildcard. */
  private static final class Translation {
    private final String pattern;
    private final StringBuilder regex = new StringBuilder();
    private int wildcards;
    private int at;

    Translation(String pattern) {
      this.pattern = pattern;
    }

    void run() {
      while (at < pattern.length()) {
        var c = pattern.charAt(at++);
        switch (c) {
          case '/' -> slash();
          case '*' -> capture("[^/]*");
          case '?' -> capture("[^/]");
          case '[' -> characterClass(upTo(']'));
          case '{' -> alternatives(upTo('}'));
          case ']', '}' -> throw new IllegalArgumentException("'" + c + "' without its beginning");
          default -> regex.append(Pattern.quote(String.valueOf(c)));
        }
      }
    }

    private void capture(String expression) {
      wildcards++;
      regex.append('(').append(expression).append(')');
    }

    private void slash() {
      regex.append('/');
      if (at == pattern.length() || pattern.charAt(at) != '/') {
        return;
      }
      while (at < pattern.length() && pattern.charAt(at) == '/') {
        at++;
      }
      wildcards++;
      regex.append(at == pattern.length() ? "(.*)" : "(?:(.*)/)?");
    }

    private String upTo(char end) {
      var close = pattern.indexOf(end, at);
      if (close < 0) {
        throw new IllegalArgumentException(
            "'" + pattern.charAt(at - 1) + "' without its '" + end + "'");
      }
      var inside = pattern.substring(at, close);
      if (inside.contains("/")) {
        throw new IllegalArgumentException("'/' inside '" + inside + "'");
      }
      at = close + 1;
      return inside;
    }

    /** {@code !} negates only in front; {@code -} at either end is itself (OSC 1.0). */
    private void characterClass(String inside) {
      var negated = inside.startsWith("!");
      var set = (negated ? inside.substring(1) : inside).codePoints().toArray();
      if (set.length == 0) {
        throw new IllegalArgumentException("'[" + inside + "]' matches nothing");
      }
      var out = new StringBuilder(negated ? "[^/" : "[");
      for (var i = 0; i < set.length; i++) {
        var isRange = i + 2 < set.length && set[i + 1] == '-';
        appendRange(out, set[i], set[isRange ? i + 2 : i]);
        i += isRange ? 2 : 0;
      }
      capture(out.append(']').toString());
    }

    /** A range goes around {@code /}, which no wildcard takes. */
    private static void appendRange(StringBuilder out, int first, int last) {
      if (last < first) {
        var range = Character.toString(first) + '-' + Character.toString(last);
        throw new IllegalArgumentException("'" + range + "' runs backwards");
      }
      if (first < '/' && '/' < last) {
        appendRange(out, first, '/' - 1);
        appendRange(out, '/' + 1, last);
      } else {
        out.append(escaped(first)).append('-').append(escaped(last));
      }
    }

    private static String escaped(int c) {
      return ("\\^-[]&".indexOf(c) >= 0 ? "\\" : "") + Character.toString(c);
    }

    private void alternatives(String inside) {
      if (inside.contains("{")) {
        throw new IllegalArgumentException("'{' inside '{" + inside + "}'");
      }
      capture(String.join("|", Arrays.stream(inside.split(",", -1)).map(Pattern::quote).toList()));
    }
  }
}
