package io.cuewire.node.api;

import static io.cuewire.node.api.Json.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a call is answered with. */
record Answer(int status, String type, byte[] body, Map<String, String> headers) {

  static Answer json(JsonNode json) {
    return new Answer(200, "application/json", bytes(Json.compact(json)), Map.of());
  }

  static Answer text(String type, String text) {
    return new Answer(200, type, bytes(text), Map.of());
  }

  static Answer nothing(Map<String, String> headers) {
    return new Answer(204, "", new byte[0], headers);
  }

  static Answer error(ApiError error) {
    var message = error.getMessage().replaceAll("\\s*\\R\\s*", " ");
    var json = NODES.objectNode().put("error", message);
    return new Answer(
        error.status(), "application/json", bytes(Json.compact(json)), error.headers());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
