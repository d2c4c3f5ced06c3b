package io.cuewire.codec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that may wait in memory at one time, shared by all connections of a node: however many
 * clients are slow or never finish what they send, a node does not run out of memory.
 */
public final class Budget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public Budget(long limit) {
    this.limit = limit;
  }

  /** One that is never used up. */
  public static Budget unlimited() {
    return new Budget(Long.MAX_VALUE);
  }

  /** Counts bytes that wait from now on, or, where negative, that have gone. */
  public void use(long bytes) {
    used.addAndGet(bytes);
  }

  /** When it is, somebody has to give way. */
  public boolean isExceeded() {
    return used.get() > limit;
  }
}
