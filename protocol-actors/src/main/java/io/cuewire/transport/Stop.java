package io.cuewire.transport;

import java.time.Duration;

/**
 * An emergency stop, as an endpoint is told of it.
 *
 * @param since when this node learned of it, by {@link System#nanoTime}
 * @param blocks whether the endpoint sends nothing but the stop, answers and status meanwhile
 * @param repeat how often a datagram protocol sends it, {@link #REPEAT_AFTER} apart
 * @param changed run whenever the endpoint's confirmation may have changed; on any thread, and soon
 *     done
 */
public record Stop(long since, boolean blocks, int repeat, Runnable changed) {
  public static final Duration REPEAT_AFTER = Duration.ofMillis(20);

  /**
   * Who has not confirmed for so long is said to be unconfirmed; {@code changed} is not run then.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long NEW_NANOS = Duration.ofMillis(100).toNanos();

  /** What is refused now was on its way when the stop came: it is counted, and not logged. */
  boolean isNew() {
    return System.nanoTime() - since < NEW_NANOS;
  }
}
