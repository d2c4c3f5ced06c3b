package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves everything movable off a node, then makes it leave. */
final class NodeDrainAction implements Action {
  @Parameters(paramLabel = "NODE", description = "The node that leaves.")
  private String node = "";

  @Option(names = "--yes", description = "Do not ask first.")
  private boolean yes;

  @Override
  public Exit run(Invocation invocation) {
    invocation.confirm("Move everything off node " + node + " and make it leave?", yes);
    var answer = invocation.api().call("POST", "/api/nodes/" + ApiClient.encoded(node) + "/drain");
    var table = Tables.nodes(Json.NODES.arrayNode().add(answer));
    return invocation.answer(answer, table.text(invocation.output(), StatusAction.NODE_STATE));
  }
}
