package io.cuewire.show;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How an endpoint tries again: exponential backoff with jitter from {@code min} to {@code max},
 * back to {@code min} after 10 s of health.
 *
 * @param min default 250 ms
 * @param max default 30 s
 * @param attempts how often in a row before it gives up; absent, the default, is unlimited
 */
public record Reconnect(Duration min, Duration max, OptionalInt attempts) {
  public static final Reconnect DEFAULT =
      new Reconnect(Duration.ofMillis(250), Duration.ofSeconds(30), OptionalInt.empty());
}
