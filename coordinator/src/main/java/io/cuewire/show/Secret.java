package io.cuewire.show;

/** A token or password, which no log line and no error message shows. */
public record Secret(String value) {

  @Override
  public String toString() {
    return "(secret)";
  }
}
