package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import io.cuewire.show.ShowSchema;

/** Prints the show file's JSON Schema. */
record SchemaAction() implements Action {
  @Override
  public Exit run(Invocation invocation) {
    invocation.output().line(ShowSchema.text().stripTrailing());
    return Exit.DONE;
  }
}
