package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import io.cuewire.node.cli.Output.Colour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Enters the emergency stop: never asks, and does not end before it says who has confirmed. */
final class EstopAction implements Action {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever clears it.")
  private Optional<String> reason = Optional.empty();

  @Override
  public Exit run(Invocation invocation) {
    var body = Json.NODES.objectNode();
    reason.ifPresent(text -> body.put("reason", text));
    var answer = invocation.api().call("POST", "/api/emergency-stop", body);
    if (!answer.path("latched").asBoolean()) {
      throw new Failure(Exit.FAILED, "the emergency stop is not in force" + Text.because(answer));
    }
    var output = invocation.output();
    var table = Tables.confirmations(answer.path("confirmations"));
    var said = output.coloured(Colour.ALARM, "EMERGENCY STOP") + " is in force";
    return invocation.answer(
        answer,
        table.isEmpty()
            ? said + "; no endpoint sends it"
            : said + "\n\n" + table.text(output, Tables.CONFIRMED),
        unconfirmed(answer.path("confirmations")));
  }

  /** Who has not confirmed, and why. */
  static List<String> unconfirmed(JsonNode confirmations) {
    var names = new ArrayList<String>();
    for (var confirmation : confirmations) {
      if (!Text.of(confirmation, "state").equals("confirmed")) {
        names.add(
            "%s on %s%s"
                .formatted(
                    Text.of(confirmation, "endpoint"),
                    Text.of(confirmation, "node"),
                    Text.because(confirmation)));
      }
    }
    return names;
  }
}
