package io.cuewire.node.api;

import static io.cuewire.node.api.Json.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.message.Arguments;
import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** A route as JSON: its keys of the show file plus {@code name} (contract sections 3 and 7). */
public final class RouteJson {
  private static final Set<String> KEYS =
      Set.of(
          "name", "from", "match", "to", "address", "args", "input", "output", "scale", "offset",
          "clamp", "echo");

  private RouteJson() {}

  /** Keys that say what is so anyway are left out, but {@code match} is always said. */
  public static ObjectNode write(Route route) {
    var json = NODES.objectNode();
    json.put("name", route.name());
    json.set("from", Json.value(route.from()));
    json.put("match", route.match());
    json.set("to", Json.value(route.to()));
    var change = route.change();
    change.address().ifPresent(address -> json.put("address", address));
    change.args().ifPresent(args -> json.set("args", Json.value(Arguments.toJson(args))));
    change.input().ifPresent(input -> json.set("input", range(input)));
    change.output().ifPresent(output -> json.set("output", range(output)));
    change.scale().ifPresent(scale -> json.put("scale", scale));
    change.offset().ifPresent(offset -> json.put("offset", offset));
    change.clamp().ifPresent(clamp -> json.set("clamp", range(clamp)));
    if (route.echo()) {
      json.put("echo", true);
    }
    return json;
  }

  private static JsonNode range(Range range) {
    return NODES.arrayNode(2).add(range.from()).add(range.to());
  }

  /**
   * @param name what the route is called; a {@code name} inside must say the same
   * @throws Refused when it is no route; whether its endpoints exist is the node's to say
   */
  public static Route read(String name, JsonNode json) {
    if (!json.isObject()) {
      throw invalid("a route is a JSON object such as {\"from\":\"in\",\"to\":\"out\"}");
    }
    for (var key : (Iterable<String>) json::fieldNames) {
      if (!KEYS.contains(key)) {
        throw invalid("a route has no key '" + key + "'");
      }
    }
    if (!text(json, "name").orElse(name).equals(name)) {
      throw invalid(
          "'name' says '" + json.get("name").asText() + "', the call says '" + name + "'");
    }
    var change =
        new Transformation(
            text(json, "address"),
            args(json),
            range(json, "input"),
            range(json, "output"),
            number(json, "scale"),
            number(json, "offset"),
            range(json, "clamp"));
    if (change.input().isPresent() != change.output().isPresent()) {
      throw invalid("'input' and 'output' go together: one is missing");
    }
    if (change.input().filter(range -> range.from() == range.to()).isPresent()) {
      throw invalid("'input' is a range of no width");
    }
    if (change.clamp().filter(range -> range.from() > range.to()).isPresent()) {
      throw invalid("'clamp' must be [lowest, highest]");
    }
    return new Route(
        name,
        names(json, "from"),
        text(json, "match").orElse(Route.EVERYTHING),
        names(json, "to"),
        change,
        flag(json, "echo"));
  }

  /** A name, or a list of at least one. */
  private static List<String> names(JsonNode json, String key) {
    var value = json.get(key);
    if (value == null) {
      throw invalid("a route needs '" + key + "': an endpoint or a list of endpoints");
    }
    var names = new ArrayList<String>();
    for (var entry : value.isArray() ? value : NODES.arrayNode().add(value)) {
      if (!entry.isTextual() || entry.asText().isBlank()) {
        throw invalid("'" + key + "' must be an endpoint's name or a list of names");
      }
      names.add(entry.asText());
    }
    if (names.isEmpty()) {
      throw invalid("'" + key + "' is an empty list");
    }
    return names;
  }

  private static Optional<String> text(JsonNode json, String key) {
    var value = Optional.ofNullable(json.get(key));
    if (value.isPresent() && !value.get().isTextual()) {
      throw invalid("'" + key + "' must be text");
    }
    return value.map(JsonNode::asText);
  }

  private static Optional<List<Object>> args(JsonNode json) {
    var value = Optional.ofNullable(json.get("args"));
    if (value.isPresent() && !value.get().isArray()) {
      throw invalid("'args' must be a list");
    }
    return value.map(RouteJson::arguments);
  }

  /**
   * The argument list of a message.
   *
   * @throws Refused when a value has no OSC form
   */
  static List<Object> arguments(JsonNode array) {
    try {
      return Arguments.fromJson((List<?>) Json.plain(array));
    } catch (IllegalArgumentException e) {
      throw invalid("'args': " + e.getMessage());
    }
  }

  private static Optional<Range> range(JsonNode json, String key) {
    return Optional.ofNullable(json.get(key))
        .map(value -> {
          if (!value.isArray()
              || value.size() != 2
              || !value.get(0).isNumber()
              || !value.get(1).isNumber()) {
            throw invalid("'" + key + "' must be two numbers in a list, such as [0, 1]");
          }
          return new Range(value.get(0).asDouble(), value.get(1).asDouble());
        });
  }

  private static OptionalDouble number(JsonNode json, String key) {
    var value = json.get(key);
    if (value == null) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber()) {
      throw invalid("'" + key + "' must be a number");
    }
    return OptionalDouble.of(value.asDouble());
  }

  private static boolean flag(JsonNode json, String key) {
    var value = json.get(key);
    if (value != null && !value.isBoolean()) {
      throw invalid("'" + key + "' must be true or false");
    }
    return value != null && value.asBoolean();
  }

  private static Refused invalid(String message) {
    return new Refused(Kind.INVALID, message);
  }
}
