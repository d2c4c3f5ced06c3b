package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/**
 * One command being carried out.
 *
 * @param options what was said on the command line about the node to ask
 */
record Invocation(Output output, Map<String, String> environment, ClientOptions options) {
  private static final String HERE = "http://127.0.0.1:7421";

  ApiClient api() {
    return ApiClient.at(
        options.at.or(() -> variable("CUEWIRE_AT")).orElse(HERE),
        options.token.or(() -> variable("CUEWIRE_TOKEN")));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  boolean json() {
    return options.json;
  }

  /** The answer as JSON where that was asked for, else in words; who has not confirmed is named. */
  Exit answer(JsonNode json, String words) {
    output.line(json() ? Json.pretty(json) : words);
    if (!json.has("unconfirmed")) {
      return Exit.DONE;
    }
    var names = new ArrayList<String>();
    json.get("unconfirmed").forEach(name -> names.add(name.asText()));
    output
        .err()
        .println("cuewire: done, but not confirmed by " + Text.safe(String.join(", ", names)));
    return Exit.UNCONFIRMED;
  }
}
