package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Parameters;

/** Moves an endpoint to another of its nodes. */
final class EndpointMoveAction implements Action {
  @Parameters(index = "0", paramLabel = "ENDPOINT", description = "The endpoint's name.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NODE", description = "The node that runs it from now on.")
  private String node = "";

  @Override
  public Exit run(Invocation invocation) {
    var path = "/api/endpoints/%s/move".formatted(ApiClient.encoded(name));
    return EndpointAction.answer(
        invocation, invocation.api().call("POST", path, Json.NODES.objectNode().put("node", node)));
  }
}
