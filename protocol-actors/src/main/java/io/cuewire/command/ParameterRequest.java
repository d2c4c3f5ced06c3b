package io.cuewire.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.message.JsonText;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sets one parameter, as JSON says it: {@code {"operator":…,"parameter":…,"value":…}}.
 *
 * @param value Integer, Long, Float, String, Boolean
 */
public record ParameterRequest(String operator, String parameter, Object value) {

  /**
   * @throws IllegalArgumentException with what is wrong with it
   */
  public static ParameterRequest of(JsonNode json) {
    var value = json.path("value");
    if (!(value.isNumber() || value.isTextual() || value.isBoolean())) {
      throw new IllegalArgumentException("'value' must be a number, a text, true or false");
    }
    return new ParameterRequest(
        text(json, "operator"), text(json, "parameter"), JsonText.arguments(value).getFirst());
  }

  /** The text behind a key, which must be there. */
  public static String text(JsonNode json, String key) {
    var text = json.path(key);
    if (!text.isTextual() || text.textValue().isBlank()) {
      throw new IllegalArgumentException("'" + key + "' is missing or no text");
    }
    return text.textValue();
  }

  public CompletionStage<Optional<String>> ask(ShowControl show) {
    return show.setParameter(operator, parameter, value);
  }
}
