package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;

/** Prints the show as it runs now, with the routes that were added since. */
record ShowExportAction() implements Action {
  @Override
  public Exit run(Invocation invocation) {
    var yaml = invocation.api().text("/api/show");
    return invocation.answer(Json.NODES.textNode(yaml), yaml.stripTrailing());
  }
}
