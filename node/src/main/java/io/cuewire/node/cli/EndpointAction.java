package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Parameters;

/** Restarts, disables or enables an endpoint on every node that has it. */
final class EndpointAction implements Action {
  private final String verb;

  @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's name.")
  private String name = "";

  EndpointAction(String verb) {
    this.verb = verb;
  }

  @Override
  public Exit run(Invocation invocation) {
    var path = "/api/endpoints/%s/%s".formatted(ApiClient.encoded(name), verb);
    return answer(invocation, invocation.api().call("POST", path));
  }

  /** The endpoint as it now stands, on all nodes. */
  static Exit answer(Invocation invocation, JsonNode answer) {
    var instances =
        answer.has("instances") ? answer.get("instances") : Json.NODES.arrayNode().add(answer);
    return invocation.answer(
        answer, Tables.endpoints(instances).text(invocation.output(), StatusAction.ENDPOINT_STATE));
  }
}
