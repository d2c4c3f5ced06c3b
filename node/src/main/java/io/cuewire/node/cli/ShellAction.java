package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;

/** Takes commands one after the other. */
record ShellAction() implements Action {
  @Override
  public Exit run(Invocation invocation) {
    var terminal = invocation.environment().getOrDefault("TERM", "");
    var edited = invocation.output().terminal() && !terminal.isEmpty() && !terminal.equals("dumb");
    try (var lines = edited ? EditedLines.open(invocation) : new PlainLines(invocation.output())) {
      return new Shell(invocation, lines).run();
    }
  }
}
