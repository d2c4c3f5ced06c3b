package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.api.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads a node's live stream for as long as anybody reads what is printed; connects again when the
 * node goes away. A node speaks at least once a second, so silence means that it is gone.
 */
final class EventFollower {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final String END = "";

  private final String query;
  private final ApiClient api;
  private final Output output;
  private long missed;

  /**
   * @param query chooses messages, as for the history
   */
  EventFollower(ApiClient api, String query, Output output) {
    this.api = api;
    this.output = output;
    this.query = query;
  }

  /** Returns when the output is closed. */
  void run(Consumer<JsonNode> message) throws InterruptedException {
    var client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    try {
      var lost = false;
      while (true) {
        var at = api.at();
        var events = new ArrayBlockingQueue<String>(1024);
        var socket = connect(client, at, events);
        if (socket.isPresent()) {
          if (lost) {
            note("connected again to " + at);
          }
          lost = false;
          if (!read(socket.get(), events, message)) {
            return;
          }
        }
        if (!lost) {
          note("the node at " + at + " went away; trying again until Ctrl-C");
        }
        lost = true;
        Thread.sleep(AGAIN);
      }
    } finally {
      client.shutdownNow();
    }
  }

  private Optional<WebSocket> connect(HttpClient client, URI at, BlockingQueue<String> events)
      throws InterruptedException {
    var builder = client.newWebSocketBuilder().connectTimeout(CONNECT);
    api.token().ifPresent(token -> builder.header("Authorization", "Bearer " + token));
    var uri = URI.create(at.toString().replaceFirst("http", "ws") + "/api/events" + query);
    try {
      return Optional.of(builder.buildAsync(uri, new Listener(events)).get());
    } catch (ExecutionException e) {
      return Optional.empty();
    }
  }

  /** True when the stream ended, false when nobody reads the output any longer. */
  private boolean read(WebSocket socket, BlockingQueue<String> events, Consumer<JsonNode> message)
      throws InterruptedException {
    try {
      return read(events, message);
    } finally {
      socket.abort();
      events.clear(); // its listener may wait for a place
    }
  }

  private boolean read(BlockingQueue<String> events, Consumer<JsonNode> message)
      throws InterruptedException {
    missed = 0;
    while (true) {
      var text = events.poll(LONGEST_SILENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (text == null || text.equals(END)) {
        return true;
      }
      var event = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      if (event.path("event").asText().equals("message")) {
        message.accept(event);
      }
      tellMissed(event.path("dropped").asLong());
      if (events.isEmpty() && !output.flush()) {
        return false;
      }
    }
  }

  private void tellMissed(long dropped) {
    if (dropped > missed) {
      note(dropped - missed + " messages came too fast to show");
      missed = dropped;
    }
  }

  private void note(String text) {
    output.flush();
    output.err().println("cuewire: " + text);
  }

  /** Waits when its queue is full, so that the node counts what is missed. */
  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<String> events;
    private final StringBuilder parts = new StringBuilder();

    Listener(BlockingQueue<String> events) {
      this.events = events;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      parts.append(text);
      if (last) {
        put(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      put(END);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      put(END);
    }

    private void put(String text) {
      try {
        events.put(text);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
