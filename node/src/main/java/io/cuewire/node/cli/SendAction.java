package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends one message out of an endpoint. */
final class SendAction implements Action {
  @Spec private CommandSpec spec;

  @Option(
      names = "--peer",
      paramLabel = "IP:PORT",
      description = "Send to this one client of a server only.")
  private Optional<String> peer = Optional.empty();

  @Parameters(
      index = "0",
      paramLabel = "ENDPOINT",
      description = "An endpoint's name, or osc:* for every sender of a protocol.")
  private String endpoint = "";

  @Parameters(index = "1", paramLabel = "ADDRESS", description = "Starts with '/'.")
  private String address = "";

  @Parameters(
      index = "2..*",
      paramLabel = "ARG",
      arity = "0..*",
      description = {
        "5 is an integer, 0.5 a float, true and false are booleans, anything else is a string.",
        "Behind -- nothing is taken for an option."
      })
  private List<String> args = new ArrayList<>();

  @Override
  public Exit run(Invocation invocation) {
    var values = args.stream().map(arg -> TypedWord.of(spec, arg)).toList();
    var body = Json.NODES.objectNode().put("endpoint", endpoint).put("address", address);
    body.set("args", Json.value(values));
    peer.ifPresent(to -> body.put("peer", to));
    return invocation.answer(
        invocation.api().call("POST", "/api/send", body),
        Text.safe("sent " + address + " by " + endpoint));
  }
}
