package io.cuewire.show;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What numbered references can refer to.
 *
 * @param count how many there are
 * @param one what one is called, such as {@code wildcard}
 * @param several what more than one are called
 */
record Captures(int count, String one, String several) {

  /** A message's arguments, of which the show file cannot know how many come. */
  static final Captures ARGUMENTS = new Captures(Integer.MAX_VALUE, "argument", "arguments");

  static Captures wildcards(int count) {
    return new Captures(count, "wildcard", "wildcards");
  }

  static Captures groups(int count) {
    return new Captures(count, "group in ( )", "groups in ( )");
  }

  /** Why this number refers to nothing. */
  Optional<String> objection(String digits) {
    var number = new BigInteger(digits);
    if (number.signum() == 0) {
      return Optional.of("counting starts at 1");
    }
    return number.compareTo(BigInteger.valueOf(count)) > 0
        ? Optional.of("'match' has " + available())
        : Optional.empty();
  }

  private String available() {
    return switch (count) {
      case 0 -> "no " + one;
      case 1 -> "only one " + one;
      default -> "only " + count + " " + several;
    };
  }
}
