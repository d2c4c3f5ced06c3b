package io.cuewire.cluster;

import io.cuewire.command.ShowControl;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Carries out what connections of this node ask of the show. */
public final class ShowRequests implements ShowControl {
  /** Who asks again and again, as fast as he can, is told the same for so long. */
  private static final long FRESH_NANOS = 50_000_000;

  private final Supplier<String> statusText;
  private volatile Optional<Told> last = Optional.empty();

  private record Told(String status, long at) {}

  /**
   * @param statusText the status as JSON on one line
   */
  public ShowRequests(Supplier<String> statusText) {
    this.statusText = statusText;
  }

  @Override
  public String status() {
    var now = System.nanoTime();
    var told =
        last.filter(t -> now - t.at() < FRESH_NANOS)
            .orElseGet(() -> new Told(statusText.get(), now));
    last = Optional.of(told);
    return told.status();
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
