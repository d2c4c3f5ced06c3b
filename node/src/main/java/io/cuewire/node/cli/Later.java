package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Unmatched;

/** Refuses a command that this version does not have, whatever stands behind it. */
final class Later implements Action {
  @Unmatched private final List<String> ignored = new ArrayList<>();

  private final String name;

  Later(String name) {
    this.name = name;
  }

  @Override
  public Exit run(Invocation invocation) {
    throw new Failure(Exit.FAILED, name + ": not in this version, nothing was done");
  }
}
