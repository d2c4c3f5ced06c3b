package io.cuewire.show;

/**
 * Which value in a show program.
 *
 * @param operator its path, such as {@code /project1/geo1}
 * @param parameter such as {@code sx}
 */
public record ParameterId(String operator, String parameter) {

  /** The OSC address that its changes go out by. */
  public String address() {
    return operator + "/" + parameter;
  }

  @Override
  public String toString() {
    return operator + " " + parameter;
  }
}
