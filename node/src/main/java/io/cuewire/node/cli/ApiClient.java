package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.control.Refused;
import io.cuewire.node.api.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks one node. {@link HttpURLConnection}, because a command with {@code java.net.http} takes half
 * a second longer to start.
 */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int API_PORT = 7421;

  static {
    // else a POST whose connection breaks is made a second time: one cue, sent twice
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final URI at;
  private final Optional<String> token;
  private final Duration patience;

  private ApiClient(URI at, Optional<String> token, Duration patience) {
    this.at = at;
    this.token = token;
    this.patience = patience;
  }

  /**
   * @param at {@code http://HOST:PORT}; a bare host or {@code HOST:PORT} will do
   */
  static ApiClient at(String at, Optional<String> token) {
    try {
      var bare = !at.contains("://");
      var uri = new URI((bare ? "http://" + at : at).replaceAll("/+$", ""));
      if (uri.getHost() == null || !uri.getScheme().equals("http") || !uri.getPath().isEmpty()) {
        throw new URISyntaxException(at, "not http://HOST:PORT");
      }
      var port = bare && uri.getPort() < 0 ? API_PORT : uri.getPort();
      return new ApiClient(
          new URI("http", null, uri.getHost(), port, null, null, null), token, ANSWER);
    } catch (URISyntaxException e) {
      throw new Failure(
          Exit.WRONG_USE, "'" + at + "' is not a node's address, such as http://127.0.0.1:7421");
    }
  }

  /** The same, but waits for an answer no longer than this. */
  ApiClient within(Duration longest) {
    return new ApiClient(at, token, longest);
  }

  /** The node's address, as {@code --at} takes it. */
  URI at() {
    return at;
  }

  Optional<String> token() {
    return token;
  }

  /** A name as one part of a path, or a value in a query. */
  static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return json(call("GET", path, Optional.empty()));
  }

  JsonNode call(String method, String path) {
    return json(call(method, path, Optional.empty()));
  }

  JsonNode call(String method, String path, JsonNode body) {
    return json(call(method, path, Optional.of(body)));
  }

  String text(String path) {
    return new String(call("GET", path, Optional.empty()), StandardCharsets.UTF_8);
  }

  private byte[] call(String method, String path, Optional<JsonNode> body) {
    try {
      var connection = open(method, path);
      if (body.isPresent()) {
        var bytes = Json.compact(body.get()).getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (var out = connection.getOutputStream()) {
          out.write(bytes);
        }
      }
      var status = connection.getResponseCode();
      try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        var answer = in == null ? new byte[0] : in.readAllBytes();
        if (status >= 400) {
          throw new Failure(Exit.FAILED, reason(status, answer));
        }
        return answer;
      }
    } catch (SocketTimeoutException e) {
      throw noAnswer(", it took too long");
    } catch (IOException e) {
      throw noAnswer("");
    }
  }

  private HttpURLConnection open(String method, String path) throws IOException {
    var connection =
        (HttpURLConnection) URI.create(at + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) CONNECT.toMillis());
    connection.setReadTimeout((int) patience.toMillis());
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    token.ifPresent(t -> connection.setRequestProperty("Authorization", "Bearer " + t));
    return connection;
  }

  private Failure noAnswer(String why) {
    return new Failure(
        Exit.NO_NODE,
        "no node answered at %s%s: is one running? start one with cuewire node --show FILE --name NODE"
            .formatted(at, why));
  }

  private JsonNode json(byte[] answer) {
    try {
      return Json.parse(answer);
    } catch (Refused e) {
      throw notANode();
    }
  }

  private String reason(int status, byte[] answer) {
    try {
      var error = Json.parse(answer).path("error");
      if (error.isTextual()) {
        return Text.safe(error.asText());
      }
    } catch (Refused e) {
      // said below
    }
    throw status == 404
        ? notANode()
        : new Failure(Exit.FAILED, at + " answered with HTTP status " + status);
  }

  private Failure notANode() {
    return new Failure(Exit.NO_NODE, "what answers at " + at + " is not a Cuewire node");
  }
}
