package io.cuewire.node.cli;

import java.util.List;
import java.util.function.Supplier;

/**
 * One entry of the table of commands; the shell runs the same ones.
 *
 * @param description one sentence for the help
 * @param example as it is typed
 * @param asksNode whether it takes {@code --at}, {@code --token} and {@code --json}
 * @param action a new object with picocli's annotations for the options and arguments
 * @param commands those below it, such as {@code add} below {@code route}
 */
record Command(
    String name,
    String description,
    String example,
    boolean asksNode,
    Supplier<Action> action,
    List<Command> commands) {

  /** What a command does, once its options and arguments are filled in. */
  @FunctionalInterface
  interface Action {
    /**
     * @throws Failure with the reason, when it did not do it
     */
    Exit run(Invocation invocation) throws Exception;
  }

  static Command asking(String name, String description, String example, Supplier<Action> action) {
    return new Command(name, description, example, true, action, List.of());
  }

  static Command local(String name, String description, String example, Supplier<Action> action) {
    return new Command(name, description, example, false, action, List.of());
  }

  /** A command that only has others below it. */
  static Command group(String name, String description, String example, Command... commands) {
    var names = List.of(commands).stream().map(Command::name).toList();
    Action missing =
        _ -> {
          throw new Failure(
              Exit.WRONG_USE,
              "%s: say which: %s; see cuewire %s --help"
                  .formatted(name, String.join(", ", names), name));
        };
    return new Command(name, description, example, true, () -> missing, List.of(commands));
  }

  Command with(Command... below) {
    return new Command(name, description, example, asksNode, action, List.of(below));
  }
}
