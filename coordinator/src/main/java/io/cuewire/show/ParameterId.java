package io.cuewire.show;

import java.util.regex.Pattern;

/**
 * Which value in a show program.
 *
 * @param operator its path, such as {@code /project1/geo1}
 * @param parameter such as {@code sx}
 */
public record ParameterId(String operator, String parameter) {
  private static final String PART = "[\\x21-\\x7e&&[^#*,/?\\[\\]{}]]++";
  private static final Pattern NAME = Pattern.compile(PART);
  private static final Pattern PATH = Pattern.compile("(?:/" + PART + ")++");

  /** Whether its parts can stand in an OSC address. */
  public boolean isWellFormed() {
    return isPath(operator) && isName(parameter);
  }

  static boolean isPath(String operator) {
    return PATH.matcher(operator).matches();
  }

  static boolean isName(String parameter) {
    return NAME.matcher(parameter).matches();
  }

  /** The OSC address that its changes go out by. */
  public String address() {
    return operator + "/" + parameter;
  }

  @Override
  public String toString() {
    return operator + " " + parameter;
  }
}
