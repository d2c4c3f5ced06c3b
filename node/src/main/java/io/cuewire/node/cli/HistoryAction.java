package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import java.util.Optional;
import java.util.StringJoiner;
import picocli.CommandLine.Option;

/** Prints the messages that passed lately, or each one as it passes. */
final class HistoryAction implements Action {
  private static final int FIRST_WHEN_FOLLOWING = 10;

  @Option(names = "--follow", description = "Print each message as it passes, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--match",
      paramLabel = "PATTERN",
      description = "Only addresses that match, such as '/1/*'.")
  private Optional<String> match = Optional.empty();

  @Option(
      names = "--endpoint",
      paramLabel = "ENDPOINT",
      description = "Only this endpoint's messages.")
  private Optional<String> endpoint = Optional.empty();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The newest so many (default: 100; 10 before --follow).")
  private Optional<Integer> limit = Optional.empty();

  @Override
  public Exit run(Invocation invocation) throws InterruptedException {
    var api = invocation.api();
    var most = limit.or(() -> follow ? Optional.of(FIRST_WHEN_FOLLOWING) : Optional.empty());
    var history = api.get("/api/history" + query(most));
    if (!follow) {
      var table = Tables.history(history);
      return invocation.answer(
          history, table.isEmpty() ? "no messages" : table.text(invocation.output(), -1));
    }
    history.forEach(message -> print(invocation, message));
    if (invocation.output().flush()) {
      new EventFollower(api, query(Optional.empty()), invocation.output())
          .run(message -> print(invocation, message));
    }
    return Exit.DONE;
  }

  private String query(Optional<Integer> most) {
    var query = new StringJoiner("&", "?", "").setEmptyValue("");
    most.ifPresent(n -> query.add("limit=" + n));
    match.ifPresent(pattern -> query.add("match=" + ApiClient.encoded(pattern)));
    endpoint.ifPresent(name -> query.add("endpoint=" + ApiClient.encoded(name)));
    return query.toString();
  }

  private static void print(Invocation invocation, JsonNode message) {
    var line =
        invocation.json()
            ? Json.compact(message)
            : "%s  %-12s %-20s %-3s  %s %s"
                .formatted(
                    Text.time(message.path("timestamp")),
                    Text.of(message, "node"),
                    Text.of(message, "endpoint"),
                    Text.of(message, "direction"),
                    Text.of(message, "address"),
                    Text.arguments(message.path("args")));
    invocation.output().line(line.stripTrailing());
  }
}
