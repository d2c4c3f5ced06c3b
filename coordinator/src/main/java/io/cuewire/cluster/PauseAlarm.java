package io.cuewire.cluster;

import io.cuewire.fault.Guard;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Notices that this process stood still: collecting garbage, frozen, or without a processor. A
 * thread that wakes often finds that it has not.
 */
final class PauseAlarm implements AutoCloseable {
  private static final int TICK_MILLIS = 50;

  private final LocalNode node;
  private final Duration patience;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cluster pauses").factory());
  private long last = System.nanoTime();

  /**
   * @param patience a node that is silent for longer may be taken for dead
   */
  PauseAlarm(LocalNode node, Duration patience) {
    this.node = node;
    this.patience = patience;
  }

  void start() {
    begin(System.nanoTime());
    ticker.scheduleWithFixedDelay(
        Guard.of(() -> look(System.nanoTime())), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What came before, the start of the process, was no pause. */
  synchronized void begin(long now) {
    last = now;
  }

  /** Whoever runs first after a pause finds it. */
  synchronized void look(long now) {
    var still = Duration.ofNanos(now - last).minusMillis(TICK_MILLIS);
    last = Math.max(last, now);
    if (still.compareTo(patience.dividedBy(2)) > 0) {
      var text =
          String.format(
              Locale.ROOT,
              "stood still for %.1f s (frozen, short of memory, or without a processor)",
              still.toMillis() / 1000.0);
      node.faults().happened("pause", text);
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
