package io.cuewire.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to go on. */
public final class HandClock extends Clock {
  public static final Instant START = Instant.parse("2026-01-01T20:00:00Z");

  private volatile Instant now = START;

  private final AtomicLong nanos = new AtomicLong();

  public void goesOn(Duration by) {
    now = now.plus(by);
    nanos.addAndGet(by.toNanos());
  }

  /** Somebody sets it; the monotonic clock does not notice. */
  public void isSet(Duration by) {
    now = now.plus(by);
  }

  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this; // an instant is the same in every zone
  }
}
