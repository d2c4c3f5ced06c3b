package io.cuewire.cluster;

import io.cuewire.command.ShowControl;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Refused;
import io.cuewire.control.SceneOutcome;
import io.cuewire.show.ParameterId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Carries out what connections of this node ask of the show. */
public final class ShowRequests implements ShowControl {
  /** Who asks again and again, as fast as he can, is told the same for so long. */
  private static final long FRESH_NANOS = 50_000_000;

  private final Supplier<String> statusText;
  private final Supplier<NodeControl> control;
  private volatile Optional<Told> last = Optional.empty();

  private record Told(String status, long at) {}

  /**
   * @param statusText the status as JSON on one line
   * @param control of this node, once it runs
   */
  public ShowRequests(Supplier<String> statusText, Supplier<NodeControl> control) {
    this.statusText = statusText;
    this.control = control;
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
  public CompletionStage<Optional<String>> emergencyStop(String by) {
    control.get().emergencyStop("emergency stop", by); // who asked need not wait for it
    return CompletableFuture.completedStage(Optional.empty());
  }

  @Override
  public CompletionStage<Optional<String>> changeScene(String scene) {
    try {
      return control
          .get()
          .changeScene(scene)
          .handle((outcome, failure) ->
              Optional.ofNullable(failure)
                  .map(ShowRequests::reason)
                  .or(() -> whyNot(scene, outcome)));
    } catch (Refused refused) {
      return CompletableFuture.completedStage(Optional.of(refused.getMessage()));
    }
  }

  private static Optional<String> whyNot(String scene, SceneOutcome outcome) {
    return outcome.isFired()
        ? Optional.empty()
        : Optional.of("no node has confirmed scene '" + scene + "'");
  }

  private static String reason(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause().getMessage()
        : failure.getMessage();
  }

  @Override
  public CompletionStage<Optional<String>> setParameter(
      String operator, String parameter, Object value) {
    try {
      control.get().setParameter(new ParameterId(operator, parameter), value);
      return CompletableFuture.completedStage(Optional.empty());
    } catch (Refused refused) {
      return CompletableFuture.completedStage(Optional.of(refused.getMessage()));
    }
  }
}
