package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The nodes that a shell can ask: one, until it does not answer; then another one of the show, of
 * which it has heard from the first.
 */
final class ShowNodes implements Target {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Optional<String> token;
  private final Consumer<String> tell;
  private final Set<URI> known = new LinkedHashSet<>();
  private volatile URI at;
  private String name = "the node";

  /**
   * @param tell takes a line for the user
   */
  ShowNodes(URI first, Optional<String> token, Consumer<String> tell) {
    this.at = first;
    this.token = token;
    this.tell = tell;
    known.add(first);
  }

  @Override
  public URI at() {
    return at;
  }

  /** Remembers what a node says of itself and of the others. */
  synchronized void learn(JsonNode status) {
    name = Text.of(status, "node");
    for (var node : status.path("nodes")) {
      if (node.path("api").isInt()) {
        address(node.path("host").asText(), node.path("api").intValue()).ifPresent(known::add);
      }
    }
  }

  private static Optional<URI> address(String host, int port) {
    try {
      return Optional.of(new URI("http", null, host, port, null, null, null));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized boolean leave(URI gone) {
    if (!gone.equals(at)) {
      return true; // somebody else has noticed it before
    }
    for (var other : Set.copyOf(known)) {
      var status = other.equals(gone) ? Optional.<JsonNode>empty() : ask(other);
      if (status.isPresent()) {
        var left = name;
        at = other;
        learn(status.get());
        tell.accept("%s does not answer; going on with %s at %s".formatted(left, name, at));
        return true;
      }
    }
    return false;
  }

  private Optional<JsonNode> ask(URI node) {
    try {
      var api = ApiClient.of(Target.only(node), token).within(ANSWER);
      return Optional.of(api.get("/api/status"));
    } catch (Failure _) {
      return Optional.empty();
    }
  }
}
