package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One command being carried out.
 *
 * @param options what was said on the command line about the node to ask
 */
record Invocation(
    Output output, Map<String, String> environment, ClientOptions options, Session session) {
  private static final String HERE = "http://127.0.0.1:7421";

  ApiClient api() {
    return options
        .at
        .map(at -> ApiClient.at(at, token()))
        .or(() -> session.target().map(target -> ApiClient.of(target, token())))
        .orElseGet(() -> ApiClient.at(variable("CUEWIRE_AT").orElse(HERE), token()));
  }

  Optional<String> token() {
    return options.token.or(() -> variable("CUEWIRE_TOKEN"));
  }

  /**
   * Asks once, where somebody is there to ask.
   *
   * @param yes said before
   * @throws Failure when the answer is not yes
   */
  void confirm(String question, boolean yes) {
    if (yes || session.asker().isEmpty()) {
      return;
    }
    output.flush();
    var answer = session.asker().get().apply(Text.safe(question) + " [y/N] ").strip();
    if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
      throw new Failure(Exit.FAILED, "not confirmed, nothing was done");
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  boolean json() {
    return options.json;
  }

  /** The answer as JSON where that was asked for, else in words; who has not confirmed is named. */
  Exit answer(JsonNode json, String words) {
    return answer(json, words, List.of());
  }

  /**
   * @param more who has not confirmed, beside the nodes that the answer names
   */
  Exit answer(JsonNode json, String words, List<String> more) {
    output.line(json() ? Json.pretty(json) : words);
    var unconfirmed = new ArrayList<>(more);
    json.path("unconfirmed").forEach(name -> unconfirmed.add(name.asText()));
    if (unconfirmed.isEmpty()) {
      return Exit.DONE;
    }
    output.flush();
    output
        .err()
        .println(
            "cuewire: done, but not confirmed by " + Text.safe(String.join(", ", unconfirmed)));
    return Exit.UNCONFIRMED;
  }
}
