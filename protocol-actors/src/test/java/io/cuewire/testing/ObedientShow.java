package io.cuewire.testing;

import io.cuewire.command.ShowControl;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Does nothing that it is asked for, and says that it has. */
public record ObedientShow() implements ShowControl {
  @Override
  public String status() {
    return "{\"show\":\"s\"}";
  }

  @Override
  public CompletionStage<Optional<String>> emergencyStop() {
    return done();
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    return done();
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    return done();
  }

  private static CompletionStage<Optional<String>> done() {
    return CompletableFuture.completedStage(Optional.empty());
  }
}
