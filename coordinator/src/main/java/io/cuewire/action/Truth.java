package io.cuewire.action;

import java.util.List;

/** Whether a message's arguments are a press, or the release of a button, which does nothing. */
final class Truth {
  private Truth() {}

  /** No argument is a press; 0 and false are a release. */
  static boolean of(List<Object> args) {
    return args.isEmpty() || of(args.getFirst());
  }

  static boolean of(Object value) {
    return switch (value) {
      case null -> false;
      case Boolean on -> on;
      case Number number -> number.doubleValue() != 0;
      default -> true;
    };
  }
}
