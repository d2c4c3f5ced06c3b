package io.cuewire.emergency;

import io.cuewire.fault.Guard;
import io.cuewire.show.Emergency.Heartbeat;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Raises the stop when beats that have begun do not go on. A node that takes over the endpoint of
 * the beats waits for them as long as the one before did.
 */
public final class DeadMansSwitch implements AutoCloseable {
  private final Heartbeat heartbeat;
  private final BooleanSupplier listens;
  private final Consumer<String> raise;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("heartbeat").factory());
  private volatile OptionalLong last = OptionalLong.empty();

  /**
   * @param listens whether this node would know of a beat, or nobody would
   * @param raise told the reason
   */
  public DeadMansSwitch(Heartbeat heartbeat, BooleanSupplier listens, Consumer<String> raise) {
    this.heartbeat = heartbeat;
    this.listens = listens;
    this.raise = raise;
    var period = Math.clamp(heartbeat.within().toNanos() / 20, 1_000_000, 50_000_000);
    timer.scheduleWithFixedDelay(Guard.of(this::look), period, period, TimeUnit.NANOSECONDS);
  }

  /** A beat has arrived; the first arms it. */
  public void beat() {
    last = OptionalLong.of(System.nanoTime());
  }

  /** Somebody else knows that it is armed. */
  public void arm() {
    if (last.isEmpty()) {
      beat();
    }
  }

  public boolean isArmed() {
    return last.isPresent();
  }

  /** It waits for a first beat again. */
  public void disarm() {
    last = OptionalLong.empty();
  }

  private void look() {
    var beaten = last;
    if (beaten.isPresent() && !listens.getAsBoolean()) {
      beat(); // another node hears it
    } else if (beaten.isPresent()
        && System.nanoTime() - beaten.getAsLong() > heartbeat.within().toNanos()) {
      disarm();
      raise.accept("the heartbeat from " + heartbeat.from() + " has ended");
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
