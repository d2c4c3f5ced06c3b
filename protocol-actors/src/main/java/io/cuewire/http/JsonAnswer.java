package io.cuewire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.message.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An answer of a listener, as one line of JSON. */
record JsonAnswer(int status, String json, Map<String, String> headers) {

  static JsonAnswer ok(String json) {
    return new JsonAnswer(200, json, Map.of());
  }

  static JsonAnswer nothing(Map<String, String> headers) {
    return new JsonAnswer(204, "", headers);
  }

  static JsonAnswer error(int status, String error) {
    return new JsonAnswer(status, json(JsonText.object().put("error", error)), Map.of());
  }

  static String json(ObjectNode node) {
    return JsonText.compact(node);
  }

  JsonAnswer with(String header, String value) {
    return new JsonAnswer(status, json, Map.of(header, value));
  }

  void write(Response response, Callback callback) {
    var body = json.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    headers.forEach(response.getHeaders()::put);
    if (body.length > 0) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
