package io.cuewire.node.cli;

/** The program's exit codes (contract section 2). */
public enum Exit {
  DONE(0),
  FAILED(1),

  /** Also an invalid file. */
  WRONG_USE(2),

  /** Done, but some endpoint or node did not confirm. */
  UNCONFIRMED(3),
  NO_NODE(4);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  /** The exit of a part of the program that speaks in numbers. */
  static Exit of(int code) {
    for (var exit : values()) {
      if (exit.code == code) {
        return exit;
      }
    }
    return FAILED;
  }

  public int code() {
    return code;
  }
}
