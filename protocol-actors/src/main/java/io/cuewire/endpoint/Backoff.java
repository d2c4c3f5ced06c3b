package io.cuewire.endpoint;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Exponential backoff with jitter.
 *
 * @param min the first delay, and again the first after {@link #HEALTHY_AFTER}
 * @param max no delay is longer
 * @param attempts how often in a row it is tried; empty for ever
 */
public record Backoff(Duration min, Duration max, OptionalInt attempts) {
  /** A connection that held for so long was a healthy one. */
  public static final Duration HEALTHY_AFTER = Duration.ofSeconds(10);

  private static final double JITTER = 0.2;

  /**
   * The delay before the next attempt.
   *
   * @param failed attempts that failed in a row, at least 1
   * @param random 0 to 1, spreads the delay by ±20 %
   */
  public Duration delay(int failed, double random) {
    var doubled = (double) min.toMillis() * Math.pow(2, Math.min(failed - 1, 40));
    var jittered = doubled * (1 - JITTER + 2 * JITTER * random);
    return Duration.ofMillis((long) Math.min(jittered, (double) max.toMillis()));
  }

  public boolean exhausted(int failed) {
    return attempts.isPresent() && failed >= attempts.getAsInt();
  }
}
