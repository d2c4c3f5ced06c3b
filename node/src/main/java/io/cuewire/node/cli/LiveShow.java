package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a shell knows of the show while it waits for a line. */
final class LiveShow {
  private static final Duration STATUS = Duration.ofSeconds(2);

  /** Nobody who presses Tab waits longer. */
  private static final Duration NAMES = Duration.ofMillis(400);

  private static final Duration FRESH = Duration.ofSeconds(2);

  private final ShowNodes nodes;
  private final ApiClient api;
  private final Optional<String> token;
  private final Map<String, Read> lists = new ConcurrentHashMap<>();

  private record Read(JsonNode list, long nanos) {}

  LiveShow(ShowNodes nodes, Optional<String> token) {
    this.nodes = nodes;
    this.api = ApiClient.of(nodes, token).within(STATUS);
    this.token = token;
  }

  /** The status, of another node if need be; nothing when none answers. */
  Optional<JsonNode> status() {
    try {
      var status = api.get("/api/status");
      nodes.learn(status);
      return Optional.of(status);
    } catch (Failure _) {
      return Optional.empty();
    }
  }

  /** What stands under a key in the objects of a list; nothing when no node answers at once. */
  Stream<String> names(String list, String key) {
    return objects(list).map(object -> object.path(key).asText()).filter(LiveShow::canBeTyped);
  }

  Stream<String> parametersOf(String operator) {
    return objects("parameters")
        .filter(parameter -> parameter.path("operator").asText().equals(operator))
        .map(parameter -> parameter.path("parameter").asText())
        .filter(LiveShow::canBeTyped);
  }

  private static boolean canBeTyped(String name) {
    return !name.isEmpty() && Text.safe(name).equals(name);
  }

  private Stream<JsonNode> objects(String list) {
    var read =
        lists.compute(
            list,
            (_, before) ->
                before != null && System.nanoTime() - before.nanos() < FRESH.toNanos()
                    ? before
                    : new Read(read(list), System.nanoTime()));
    return StreamSupport.stream(read.list().spliterator(), false);
  }

  private JsonNode read(String list) {
    // this node alone: to look for another one takes too long
    var here = ApiClient.of(Target.only(nodes.at()), token).within(NAMES);
    var answer = new CompletableFuture<JsonNode>();
    var reading =
        Thread.startVirtualThread(() -> {
          try {
            answer.complete(here.get("/api/" + list));
          } catch (Failure e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get(NAMES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      reading.interrupt();
      return MissingNode.getInstance();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return MissingNode.getInstance();
    }
  }
}
