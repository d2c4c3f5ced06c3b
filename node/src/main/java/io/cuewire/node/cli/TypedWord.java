package io.cuewire.node.cli;

import io.cuewire.message.Arguments;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Values of commands that take negative numbers, so that picocli lets pass what it does not know.
 */
final class TypedWord {
  private TypedWord() {}

  /**
   * The value that a word means, as in a text frame.
   *
   * @throws Failure when it is a mistyped option, which would else be sent to the stage, or a
   *     number that a float cannot hold
   */
  static Object of(CommandSpec command, String word) {
    var value = Arguments.fromWord(word);
    if (value instanceof String && isOption(command, word)) {
      throw new Failure(
          Exit.WRONG_USE,
          "%s: unknown option '%s'; put -- before text like this".formatted(command.name(), word));
    }
    if (value instanceof Float number && number.isInfinite()) {
      throw new Failure(
          Exit.WRONG_USE, "%s: %s is too large for a float".formatted(command.name(), word));
    }
    return value;
  }

  private static boolean isOption(CommandSpec command, String word) {
    return word.length() > 1
        && word.startsWith("-")
        && !command.commandLine().getParseResult().originalArgs().contains("--");
  }
}
