package io.cuewire.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.message.WellFormed;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** JSON as the interface speaks it: compact trees, numbers as they were written. */
public final class Json {
  public static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .nodeFactory(WellFormed.JSON)
          .build();

  /** Keeps a float a float: as a decimal 0.1f would be 0.10000000149. */
  private static final JsonMapper VALUES = new JsonMapper();

  private Json() {}

  /** Seconds since the epoch, UTC, with milliseconds: {@code 1764000000.123}. */
  static JsonNode time(Instant instant) {
    return DecimalNode.valueOf(BigDecimal.valueOf(instant.toEpochMilli(), 3));
  }

  static JsonNode time(Optional<Instant> instant) {
    return instant.map(Json::time).orElse(NullNode.instance);
  }

  /** Milliseconds to the microsecond. */
  static JsonNode millis(double ms) {
    return NODES.numberNode(Math.round(ms * 1000) / 1000.0);
  }

  static JsonNode text(Optional<String> text) {
    return text.<JsonNode>map(NODES::textNode).orElse(NullNode.instance);
  }

  /** A value of {@link io.cuewire.message.Arguments#toJson} as a tree. */
  public static JsonNode value(Object value) {
    return VALUES.valueToTree(value);
  }

  /** The Java value that {@link io.cuewire.message.Arguments#fromJson} takes. */
  static Object plain(JsonNode node) {
    try {
      return MAPPER.treeToValue(node, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a tree has no mistakes left
    }
  }

  public static String compact(JsonNode node) {
    return node.toString();
  }

  /** Indented, for people; control characters are escaped, also those that old terminals obey. */
  public static String pretty(JsonNode node) {
    var text = new StringBuilder();
    for (var c : node.toPrettyString().toCharArray()) {
      if (c >= 0x7f && c < 0xa0) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /**
   * @throws Refused with the place of the first mistake, when it is not one JSON value
   */
  public static JsonNode parse(byte[] body) {
    try {
      var node = MAPPER.readTree(body);
      if (node.isMissingNode()) {
        throw new Refused(Kind.INVALID, "a JSON body is missing");
      }
      return node;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new Refused(
          Kind.INVALID,
          "not JSON: %s (line %d, column %d)"
              .formatted(
                  e.getOriginalMessage().replaceAll("\\s+", " "),
                  at == null ? 1 : at.getLineNr(),
                  at == null ? 1 : at.getColumnNr()));
    } catch (IOException e) { // the text is not UTF-8
      throw new Refused(Kind.INVALID, "not JSON: " + e.getMessage());
    }
  }
}
