package io.cuewire.node.cli;

import java.io.PrintStream;

/**
 * Where a command prints.
 *
 * @param terminal whether a person sees it as it comes: colours, lines that are drawn again
 */
public record Output(PrintStream out, PrintStream err, boolean terminal, boolean colours) {

  /** The terminal's eight colours, as SGR numbers (ECMA-48 §8.3.117). */
  enum Colour {
    RED("31"),
    YELLOW("33"),
    FAINT("2"),

    /** Bold white on red. */
    ALARM("1;37;41");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  void line(String text) {
    out.println(text);
  }

  /**
   * The last that a command can do: false when nobody reads any longer, as behind {@code | head}.
   */
  boolean flush() {
    return !out.checkError();
  }

  String coloured(Colour colour, String text) {
    return colours ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
  }

  /** A state of a node or of an endpoint, so that what needs a hand stands out. */
  String state(String state, String text) {
    return switch (state) {
      case "failed", "down", "unreachable", "isolated", "unconfirmed" -> coloured(Colour.RED, text);
      case "backing-off", "stale", "stopped", "joining", "leaving", "starting", "connecting" ->
          coloured(Colour.YELLOW, text);
      case "standby" -> coloured(Colour.FAINT, text);
      default -> text;
    };
  }
}
