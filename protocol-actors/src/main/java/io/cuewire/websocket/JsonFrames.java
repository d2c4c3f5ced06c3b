package io.cuewire.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import java.math.BigDecimal;
import java.util.Optional;

/** The JSON of contract section 4, "WebSocket". Times are seconds since the epoch. */
final class JsonFrames {
  private static final int MOST_HOPS = 127;

  private JsonFrames() {}

  /** A frame of a type, to fill. */
  static ObjectNode typed(String type) {
    return JsonText.object().put("type", type);
  }

  /** The type of a frame; empty for one that has none. */
  static String type(JsonNode json) {
    return json.path("type").asText("");
  }

  static String welcome(String endpoint, long now) {
    return JsonText.compact(stamped(typed("welcome").put("server", endpoint), now));
  }

  /** The frame of a stop; empty where the show says another message. */
  static Optional<String> stop(Message stop) {
    return Optional.of(stop)
        .filter(s -> s.address().equals("/emergency_stop"))
        .map(s -> JsonText.compact(stamped(typed("emergency_stop"), s.arrived())));
  }

  /** Without {@code hops} nobody there would read them. */
  static String message(Message message, boolean hops) {
    var json = typed("message").put("address", message.address());
    json.set("args", JsonText.args(message.args()));
    stamped(json.put("source", message.source()), message.arrived());
    if (hops && message.hops() > 0) {
      json.put("hops", message.hops());
    }
    return JsonText.compact(json);
  }

  /**
   * @param hops whether who sent it counts them
   * @throws IllegalArgumentException with what is wrong with it
   */
  static Message message(JsonNode json, boolean hops) {
    var message = JsonText.message(json);
    return hops ? message.hops(Math.clamp(json.path("hops").asInt(0), 0, MOST_HOPS)) : message;
  }

  /**
   * @param status JSON
   */
  static String periodicStatus(String status) {
    return "{\"type\":\"periodic_status\",\"data\":" + status + "}";
  }

  /**
   * @param status JSON
   */
  static String statusUpdate(String status, long now) {
    var frame = JsonText.compact(stamped(typed("status_update"), now));
    return frame.substring(0, frame.length() - 1) + ",\"status\":" + status + "}";
  }

  static String error(String text) {
    return JsonText.compact(typed("error").put("error", text));
  }

  /** A response with what became of the request. */
  static String outcome(ObjectNode response, Optional<String> error) {
    error.ifPresent(e -> response.put("error", e));
    return JsonText.compact(response);
  }

  private static ObjectNode stamped(ObjectNode json, long millis) {
    json.set("timestamp", DecimalNode.valueOf(BigDecimal.valueOf(millis, 3)));
    return json;
  }
}
