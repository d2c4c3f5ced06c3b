package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.control.Refused;
import io.cuewire.node.api.ApiServer;
import io.cuewire.node.api.Json;
import java.io.IOException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a node. {@link HttpURLConnection}, because a command with {@code java.net.http} takes half a
 * second longer to start.
 */
final class ApiClient {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int API_PORT = 7421;
  private static final String YAML = "application/yaml";

  static {
    // a connection that was kept may be dead, and then nobody knows what was sent
    System.setProperty("http.keepAlive", "false");
  }

  /** More nodes than these are not tried for one question. */
  private static final int MOST_NODES = 3;

  private static final String UNKNOWN =
      "whether this was done is not known, and it is not repeated; see cuewire status";

  private final Target target;
  private final Optional<String> token;
  private final Duration patience;

  private record Body(String type, byte[] bytes) {}

  private ApiClient(Target target, Optional<String> token, Duration patience) {
    this.target = target;
    this.token = token;
    this.patience = patience;
  }

  static ApiClient of(Target target, Optional<String> token) {
    return new ApiClient(target, token, ANSWER);
  }

  /**
   * @param at {@code http://HOST:PORT}; a bare host or {@code HOST:PORT} will do
   */
  static ApiClient at(String at, Optional<String> token) {
    return of(Target.only(address(at)), token);
  }

  private static URI address(String at) {
    try {
      var bare = !at.contains("://");
      var uri = new URI((bare ? "http://" + at : at).replaceAll("/+$", ""));
      if (uri.getHost() == null || !uri.getScheme().equals("http") || !uri.getPath().isEmpty()) {
        throw new URISyntaxException(at, "not http://HOST:PORT");
      }
      var port = bare && uri.getPort() < 0 ? API_PORT : uri.getPort();
      return new URI("http", null, uri.getHost(), port, null, null, null);
    } catch (URISyntaxException e) {
      throw new Failure(
          Exit.WRONG_USE, "'" + at + "' is not a node's address, such as http://127.0.0.1:7421");
    }
  }

  /** The same, but waits for an answer no longer than this. */
  ApiClient within(Duration longest) {
    return new ApiClient(target, token, longest);
  }

  /** The node's address, as {@code --at} takes it. */
  URI at() {
    return target.at();
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
    var bytes = Json.compact(body).getBytes(StandardCharsets.UTF_8);
    return json(call(method, path, Optional.of(new Body("application/json", bytes))));
  }

  String text(String path) {
    return new String(call("GET", path, Optional.empty()), StandardCharsets.UTF_8);
  }

  /** What the node refuses as invalid is the file. */
  String replaceShow(byte[] yaml) {
    var answer = call("PUT", "/api/show", Optional.of(new Body(YAML, yaml)));
    return new String(answer, StandardCharsets.UTF_8);
  }

  /**
   * What was not sent to one node can be sent to another, and what only reads can be asked again;
   * whether a change was made by a node that went away, nobody knows.
   */
  private byte[] call(String method, String path, Optional<Body> body) {
    var reads = method.equals("GET");
    for (var asked = 1; ; asked++) {
      var at = target.at();
      HttpURLConnection connection;
      try {
        connection = connect(at, method, path, body, !reads);
      } catch (IOException e) {
        if (interrupted()) {
          throw new Failure(Exit.FAILED, "interrupted, nothing was done");
        }
        if (goesOn(at, asked)) {
          continue;
        }
        throw noAnswer(at, e);
      }
      try {
        return exchange(connection, body);
      } catch (HttpRetryException e) {
        return refused(at, method, path, body);
      } catch (IOException e) {
        if (interrupted()) {
          throw new Failure(Exit.FAILED, "interrupted" + (reads ? "" : ": " + UNKNOWN));
        }
        var goesOn = goesOn(at, asked);
        if (!reads) {
          throw unknownOutcome(at, e);
        }
        if (!goesOn) {
          throw noAnswer(at, e);
        }
      }
    }
  }

  private boolean goesOn(URI gone, int asked) {
    return target.leave(gone) && asked < MOST_NODES;
  }

  /** By Ctrl-C in a shell. */
  private static boolean interrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /** The token was not right, so nothing was done; a streamed call does not say why. */
  private byte[] refused(URI at, String method, String path, Optional<Body> body) {
    try {
      return exchange(connect(at, method, path, body, false), body);
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, at + " takes no such call without a token that it knows");
    }
  }

  /**
   * @param streamed else a PUT or DELETE whose connection breaks is made a second time
   */
  private HttpURLConnection connect(
      URI at, String method, String path, Optional<Body> body, boolean streamed)
      throws IOException {
    var connection =
        (HttpURLConnection) URI.create(at + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout((int) Math.min(CONNECT.toMillis(), patience.toMillis()));
    connection.setReadTimeout((int) patience.toMillis());
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("User-Agent", ApiServer.SHELL);
    token.ifPresent(t -> connection.setRequestProperty("Authorization", "Bearer " + t));
    body.ifPresent(b -> {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", b.type());
    });
    if (streamed) {
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(body.map(b -> b.bytes().length).orElse(0));
    }
    connection.connect();
    return connection;
  }

  private byte[] exchange(HttpURLConnection connection, Optional<Body> body) throws IOException {
    if (connection.getDoOutput()) {
      try (var out = connection.getOutputStream()) {
        out.write(body.map(Body::bytes).orElse(new byte[0]));
      }
    }
    var status = connection.getResponseCode();
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED && connection.getErrorStream() == null) {
      throw new HttpRetryException("why is not said", status);
    }
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      var answer = in == null ? new byte[0] : in.readAllBytes();
      if (status >= 400) {
        var invalidFile = status == 400 && body.filter(b -> b.type().equals(YAML)).isPresent();
        throw new Failure(
            invalidFile ? Exit.WRONG_USE : Exit.FAILED,
            reason(connection.getURL(), status, answer));
      }
      return answer;
    }
  }

  private static Failure noAnswer(URI at, IOException why) {
    return new Failure(
        Exit.NO_NODE,
        "no node answered at %s%s: is one running? start one with cuewire node --show FILE --name NODE"
            .formatted(at, why instanceof SocketTimeoutException ? ", it took too long" : ""));
  }

  private static Failure unknownOutcome(URI at, IOException why) {
    return new Failure(
        Exit.NO_NODE,
        "the node at %s %s: %s"
            .formatted(
                at,
                why instanceof SocketTimeoutException ? "took too long to answer" : "went away",
                UNKNOWN));
  }

  private JsonNode json(byte[] answer) {
    try {
      return Json.parse(answer);
    } catch (Refused e) {
      throw notANode();
    }
  }

  private String reason(URL url, int status, byte[] answer) {
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
        : new Failure(Exit.FAILED, url + " answered with HTTP status " + status);
  }

  private Failure notANode() {
    return new Failure(Exit.NO_NODE, "what answers at " + at() + " is not a Cuewire node");
  }
}
