package io.cuewire.text;

import io.cuewire.command.ShowControl;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A show without scenes and parameters, which can be stopped. */
public final class AnyShow implements ShowControl {
  public static final String STATUS = "{\"show\":\"any\"}";

  @Override
  public String status() {
    return STATUS;
  }

  @Override
  public CompletionStage<Optional<String>> emergencyStop() {
    return CompletableFuture.completedStage(Optional.empty());
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    return CompletableFuture.completedStage(Optional.of("no scene '" + scene + "'"));
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    return CompletableFuture.completedStage(Optional.of("Parameter not found"));
  }
}
