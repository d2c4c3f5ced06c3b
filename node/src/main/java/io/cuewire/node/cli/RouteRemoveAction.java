package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Parameters;

/** Removes a route on every node. */
final class RouteRemoveAction implements Action {
  @Parameters(paramLabel = "ROUTE", description = "The route's name.")
  private String name = "";

  @Override
  public Exit run(Invocation invocation) {
    return invocation.answer(
        invocation.api().call("DELETE", "/api/routes/" + ApiClient.encoded(name)),
        Text.safe("removed route " + name));
  }
}
