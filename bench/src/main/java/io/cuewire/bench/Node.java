package io.cuewire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One node of a show: its process, which may die and be started again, and its HTTP interface. */
final class Node {
  static final String TOKEN = "bench";

  record Answer(int status, JsonNode body) {
    boolean done() {
      return status / 100 == 2;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  private final Rig rig;
  private final String name;
  private final InetSocketAddress api;
  private final List<String> command;
  private Process process;

  Node(Rig rig, String name, InetSocketAddress api, List<String> command) throws IOException {
    this.rig = rig;
    this.name = name;
    this.api = api;
    this.command = List.copyOf(command);
    this.process = rig.start(command);
  }

  String name() {
    return name;
  }

  String host() {
    return api.getHostString();
  }

  InetSocketAddress api() {
    return api;
  }

  Process process() {
    return process;
  }

  /** After its process has ended. */
  void startAgain() throws IOException {
    process = rig.start(command);
  }

  /** What {@code kill -9} does, and a loss of power. */
  void kill() {
    rig.ended(process);
    process.destroyForcibly();
  }

  /** Stops the process, or lets it go on: a machine that stands still. */
  void freeze(boolean frozen) throws IOException, InterruptedException {
    Rig.run("kill", frozen ? "-STOP" : "-CONT", "" + process.pid());
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    var answer = call("GET", path, "");
    if (!answer.done()) {
      throw new IOException(name + " answered " + answer + " to GET " + path);
    }
    return answer.body();
  }

  JsonNode status() throws IOException, InterruptedException {
    return get("/api/status");
  }

  Answer call(String method, String path, String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + Rig.text(api) + path))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    var answer = HTTP.send(request, BodyHandlers.ofString());
    return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
  }

  /** Each event of the live stream, on a thread of its own, until the process or this one ends. */
  void watch(Consumer<JsonNode> events) {
    HTTP.newWebSocketBuilder()
        .header("Authorization", "Bearer " + TOKEN)
        .buildAsync(
            URI.create("ws://" + Rig.text(api) + "/api/events"),
            new WebSocket.Listener() {
              private final StringBuilder text = new StringBuilder();

              @Override
              public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                text.append(part);
                if (last) {
                  try {
                    events.accept(JSON.readTree(text.toString()));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  text.setLength(0);
                }
                socket.request(1);
                return null;
              }
            })
        .join();
  }

  /** Whether it sees so many nodes up and so many endpoint instances listening or connected. */
  boolean sees(int nodes, int endpoints) {
    try {
      var status = status();
      return status.path("cluster").asText().equals("member")
          && count(status.path("nodes"), Set.of("up")) == nodes
          && count(status.path("endpoints"), Set.of("listening", "connected")) == endpoints;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether it says that this endpoint runs on it. */
  boolean runs(String endpoint) throws IOException, InterruptedException {
    return status()
        .path("endpoints")
        .valueStream()
        .filter(e -> e.path("name").asText().equals(endpoint))
        .filter(e -> e.path("node").asText().equals(name))
        .anyMatch(e -> !e.path("state").asText().equals("standby"));
  }

  private static long count(JsonNode list, Set<String> states) {
    return list.valueStream().filter(o -> states.contains(o.path("state").asText())).count();
  }

  /** Processor time used so far. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  long threads() throws IOException {
    return entries("task");
  }

  long files() throws IOException {
    return entries("fd");
  }

  private long entries(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Rig.proc(process, folder))) {
      return files.count();
    }
  }

  /** Waits for the end of a process that was killed. */
  void awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new IOException("process %d does not end".formatted(process.pid()));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
