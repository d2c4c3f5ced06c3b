package io.cuewire.node.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a call needs to know of its request.
 *
 * @param names those in the path, in order
 * @param query the parameters behind the question mark
 * @param body empty for calls that take none
 * @param by who asks, for people
 */
record ApiRequest(List<String> names, Map<String, String> query, byte[] body, String by) {

  String name() {
    return names.getFirst();
  }

  /** A query parameter; an empty one counts as absent. */
  Optional<String> parameter(String key) {
    return Optional.ofNullable(query.get(key)).filter(value -> !value.isEmpty());
  }

  int parameter(String key, int least, int most, int fallback) {
    var value = parameter(key);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      var number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below, with the limits
    }
    throw new Refused(
        Kind.INVALID,
        "'%s' must be a whole number from %d to %d, not '%s'"
            .formatted(key, least, most, value.get()));
  }

  /**
   * The body as a JSON object with no other keys.
   *
   * @throws Refused when it is something else
   */
  JsonNode object(Set<String> keys) {
    var json = Json.parse(body);
    if (!json.isObject()) {
      throw new Refused(Kind.INVALID, "the body must be a JSON object");
    }
    for (var key : (Iterable<String>) json::fieldNames) {
      if (!keys.contains(key)) {
        throw new Refused(Kind.INVALID, "unknown key '" + key + "'");
      }
    }
    return json;
  }

  /** The text of a key of a body. */
  static Optional<String> text(JsonNode json, String key) {
    var value = Optional.ofNullable(json.get(key)).filter(node -> !node.isNull());
    if (value.isPresent() && !value.get().isTextual()) {
      throw new Refused(Kind.INVALID, "'" + key + "' must be text");
    }
    return value.map(JsonNode::asText);
  }
}
