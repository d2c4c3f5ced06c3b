package io.cuewire.node;

import io.cuewire.cluster.Faults;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the clock people read has been set, by comparing it with the monotonic one. Nothing
 * is measured with it, but times before and after do not fit together.
 */
final class ClockJumps {
  /** Time services move a clock by less, without a jump. */
  private static final long LEAST_MILLIS = 500;

  private static final long AT_ONCE = Duration.ofMillis(100).toNanos();

  private final Faults faults;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private long lastMillis;
  private long lastNanos;

  ClockJumps(Faults faults, Clock clock, LongSupplier nanoTime) {
    this.faults = faults;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.lastMillis = clock.millis();
    this.lastNanos = nanoTime.getAsLong();
  }

  void look() {
    var nanos = nanoTime.getAsLong();
    var millis = clock.millis();
    if (nanoTime.getAsLong() - nanos > AT_ONCE) {
      return; // the process stood still between the two
    }
    var jump = millis - lastMillis - TimeUnit.NANOSECONDS.toMillis(nanos - lastNanos);
    lastMillis = millis;
    lastNanos = nanos;
    if (Math.abs(jump) >= LEAST_MILLIS) {
      var text =
          String.format(
              Locale.ROOT,
              "the clock has jumped %.1f s %s (somebody has set it, or the machine slept)",
              Math.abs(jump) / 1000.0,
              jump > 0 ? "forwards" : "back");
      faults.happened("clock", text);
    }
  }
}
