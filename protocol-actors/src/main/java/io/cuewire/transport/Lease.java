package io.cuewire.transport;

import java.util.function.LongSupplier;

/**
 * Until when this node may run what only one node may run. It ends by the monotonic clock alone,
 * which goes on while the process is stopped, so whoever wakes up late reads that it is over. Read
 * at each send, by many threads.
 */
public final class Lease {
  /** That of an endpoint which no other node would run instead. */
  public static final Lease FOREVER = new Lease(() -> 0);

  private final LongSupplier nanoTime;
  private volatile long until;

  /** One that is over until it is renewed. */
  public Lease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.until = nanoTime.getAsLong();
  }

  public boolean holds() {
    return this == FOREVER || nanoTime.getAsLong() - until < 0;
  }

  /** Makes it last until then, or longer if it did already. */
  public synchronized void renew(long until) {
    if (until - this.until > 0) {
      this.until = until;
    }
  }

  public synchronized void end() {
    until = nanoTime.getAsLong();
  }
}
