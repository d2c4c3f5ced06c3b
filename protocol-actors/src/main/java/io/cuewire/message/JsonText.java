package io.cuewire.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compact JSON as it travels in messages. */
public final class JsonText {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(2L * Arguments.MOST).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(WellFormed.JSON)
          .build();

  private static final Pattern NOT_IN_ADDRESS = Pattern.compile("[\\p{javaWhitespace}\\p{Cntrl}]");

  private JsonText() {}

  /** An object to fill. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Arguments as a JSON array. */
  public static JsonNode args(List<?> args) {
    return MAPPER.valueToTree(Arguments.toJson(args));
  }

  public static String compact(JsonNode node) {
    return node.toString();
  }

  /** The value in a text, or empty where it is no JSON. */
  public static Optional<JsonNode> parse(String text) {
    try {
      var node = MAPPER.readTree(text);
      return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JsonProcessingException noJson) {
      return Optional.empty();
    }
  }

  /**
   * A JSON array as arguments; anything else is the one argument.
   *
   * @throws IllegalArgumentException when a value has no OSC form (an object, a number too large)
   */
  public static List<Object> arguments(JsonNode node) {
    var values = node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node);
    return Arguments.fromJson(MAPPER.convertValue(values, List.class));
  }

  /**
   * The message in {@code {"address":…,"args":[…]}}; without {@code args} it has none.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  public static Message message(JsonNode json) {
    var address = json.path("address");
    if (!address.isTextual() || !address.textValue().startsWith("/")) {
      throw new IllegalArgumentException("'address' must be a text that begins with '/'");
    }
    if (NOT_IN_ADDRESS.matcher(address.textValue()).find()) {
      throw new IllegalArgumentException("'address' cannot hold a space or a control character");
    }
    var args = json.has("args") ? arguments(json.get("args")) : List.of();
    return Message.of(address.textValue(), args);
  }
}
