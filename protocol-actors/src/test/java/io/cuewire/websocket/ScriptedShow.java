package io.cuewire.websocket;

import io.cuewire.command.ShowControl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was asked for; knows the scene "intro" only, and refuses the stop. */
final class ScriptedShow implements ShowControl {
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Who has asked for the stop. */
  final List<String> origins = new CopyOnWriteArrayList<>();

  @Override
  public String status() {
    return "{\"show\":\"club-night\"}";
  }

  @Override
  public CompletionStage<Optional<String>> emergencyStop(String by) {
    origins.add(by);
    return answer("stop", Optional.of("not now"));
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    var known = scene.equals("intro");
    return answer("scene " + scene, known ? Optional.empty() : Optional.of("no such scene"));
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    var error = parameter.equals("locked") ? Optional.of("it is locked") : Optional.<String>empty();
    return answer(operator + " " + parameter + " = " + value, error);
  }

  /** From another thread, as the cluster does. */
  private CompletionStage<Optional<String>> answer(String what, Optional<String> error) {
    asked.add(what);
    return CompletableFuture.supplyAsync(() -> error);
  }
}
