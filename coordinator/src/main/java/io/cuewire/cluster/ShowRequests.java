package io.cuewire.cluster;

import io.cuewire.command.ShowControl;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Carries out what connections of this node ask of the show.
 *
 * @param statusText the status as JSON on one line
 */
public record ShowRequests(Supplier<String> statusText) implements ShowControl {
  @Override
  public String status() {
    return statusText.get();
  }

  @Override
  public CompletionStage<Optional<String>> emergencyStop() {
    return later("the emergency stop");
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    return later("changing the scene");
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    return later("setting parameters");
  }

  private static CompletionStage<Optional<String>> later(String what) {
    return CompletableFuture.completedStage(
        Optional.of(what + " is not available in this version"));
  }
}
