package io.cuewire.testing;

import io.cuewire.command.ShowControl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is asked. It has the scene {@code high}, and one that is a bug. */
public final class RehearsedShow implements ShowControl {
  public static final String STATUS = "{\"show\":\"s\"}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> origins = new CopyOnWriteArrayList<>();

  public List<String> asked() {
    return asked;
  }

  /** Who has asked for the stop. */
  public List<String> origins() {
    return origins;
  }

  @Override
  public String status() {
    return STATUS;
  }

  @Override
  public CompletionStage<Optional<String>> emergencyStop(String by) {
    origins.add(by);
    return done("stop", Optional.empty());
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    if (scene.equals("bug")) {
      return CompletableFuture.failedStage(new IllegalStateException("a bug"));
    }
    return done(
        "scene " + scene,
        Optional.of("no scene '" + scene + "'").filter(_ -> !scene.equals("high")));
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    return done(operator + " " + parameter + " " + value, Optional.of("Parameter not found"));
  }

  private CompletionStage<Optional<String>> done(String what, Optional<String> error) {
    asked.add(what);
    return CompletableFuture.completedStage(error);
  }
}
