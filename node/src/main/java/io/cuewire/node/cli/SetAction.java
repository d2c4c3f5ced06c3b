package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets a parameter. */
final class SetAction implements Action {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "OPERATOR",
      description = "Path of the operator, such as /project1/geo1.")
  private String operator = "";

  @Parameters(index = "1", paramLabel = "PARAMETER", description = "Its parameter, such as sx.")
  private String parameter = "";

  @Parameters(
      index = "2",
      paramLabel = "VALUE",
      description = {
        "5 is an integer, 0.5 a float, true and false are booleans, anything else is a string.",
        "Behind -- nothing is taken for an option."
      })
  private String value = "";

  @Override
  public Exit run(Invocation invocation) {
    var body = Json.NODES.objectNode().put("operator", operator).put("parameter", parameter);
    body.set("value", Json.value(TypedWord.of(spec, value)));
    return invocation.answer(
        invocation.api().call("PUT", "/api/parameters", body),
        Text.safe("set %s %s to %s".formatted(operator, parameter, value)));
  }
}
