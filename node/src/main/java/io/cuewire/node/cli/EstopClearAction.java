package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Option;

/** Leaves the emergency stop. */
final class EstopClearAction implements Action {
  @Option(names = "--yes", description = "Do not ask first.")
  private boolean yes;

  @Override
  public Exit run(Invocation invocation) {
    invocation.confirm("Leave the emergency stop?", yes);
    var answer = invocation.api().call("DELETE", "/api/emergency-stop");
    if (answer.path("latched").asBoolean()) {
      throw new Failure(Exit.FAILED, "the emergency stop is still in force" + Text.because(answer));
    }
    return invocation.answer(
        answer,
        "the emergency stop is cleared",
        EstopAction.unconfirmed(answer.path("confirmations")));
  }
}
