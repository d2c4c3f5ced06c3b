package io.cuewire.node.cli;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cuewire.node.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A node's interface that answers what the test wants, and keeps what it was asked. */
final class ScriptedNode implements AutoCloseable {
  /** "METHOD PATH BODY". */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final int port;

  /** What happens when it is asked. */
  @FunctionalInterface
  interface Reply {
    void to(HttpExchange exchange) throws IOException;
  }

  ScriptedNode() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    port = server.getAddress().getPort();
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /**
   * @param call "METHOD PATH"
   */
  ScriptedNode on(String call, int status, String body) {
    return on(call, exchange -> write(exchange, status, body));
  }

  ScriptedNode on(String call, Reply reply) {
    replies.put(call, reply);
    return this;
  }

  /** Its status, and so that it is asked for the others: their ports. */
  ScriptedNode inShow(String name, int... others) {
    var status =
        Json.NODES
            .objectNode()
            .put("show", "club-night")
            .put("node", name)
            .put("cluster", "member");
    var nodes = status.putArray("nodes");
    for (var port : others) {
      nodes.addObject().put("name", "other").put("host", "127.0.0.1").put("api", port);
    }
    return on("GET /api/status", 200, status.toString());
  }

  private void answer(HttpExchange exchange) throws IOException {
    var call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add((call + " " + body).strip());
    replies
        .getOrDefault(call, e -> write(e, 404, "{\"error\":\"not in the script\"}"))
        .to(exchange);
  }

  private static void write(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Returns once it refuses connections. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    await().until(() -> isRefused());
  }

  private boolean isRefused() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
