package io.cuewire.node.cli;

/** A command that did not do what it was told; the message is the one line that the user reads. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;

  Failure(Exit exit, String message) {
    super(message, null, false, false);
    this.exit = exit;
  }

  Exit exit() {
    return exit;
  }
}
