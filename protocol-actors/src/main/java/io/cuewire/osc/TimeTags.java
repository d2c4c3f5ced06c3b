package io.cuewire.osc;

import io.cuewire.fault.Guard;
import java.time.Clock;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Messages whose time tag lies in the future wait here (OSC 1.0 §Temporal Semantics and OSC Time
 * Tags), on one thread for the whole node and not without limit.
 */
public final class TimeTags implements AutoCloseable {
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_WAITING_BYTES = 8 << 20;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Seconds from 1900, where time tags begin (OSC 1.0 §OSC Data Types), to 1970. */
  private static final long NTP_TO_UNIX = 2_208_988_800L;

  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer;
  private final AtomicInteger waiting = new AtomicInteger();

  public TimeTags(Clock clock) {
    this.clock = clock;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("osc time tags").factory());
  }

  boolean isPast(long timeTag) {
    return nanosUntil(timeTag) <= 0;
  }

  /** False where too many wait already. */
  boolean schedule(long timeTag, int bytes, Runnable delivery) {
    if (timer.getQueue().size() >= MAX_WAITING || waiting.get() + bytes > MAX_WAITING_BYTES) {
      return false;
    }
    waiting.addAndGet(bytes);
    timer.schedule(() -> run(bytes, delivery), nanosUntil(timeTag), TimeUnit.NANOSECONDS);
    return true;
  }

  /** OSCTimeTag64 cannot tell: it counts from 1970, and every sender's "now" would be in 2096. */
  private long nanosUntil(long timeTag) {
    var now = clock.instant();
    var seconds = (timeTag >>> 32) - ((now.getEpochSecond() + NTP_TO_UNIX) & 0xFFFFFFFFL);
    if (seconds > 1L << 31) {
      return 0; // from before the 32 bits ran over, as they do in 2036
    }
    var fraction = ((timeTag & 0xFFFFFFFFL) * NANOS_PER_SECOND) >>> 32;
    return seconds * NANOS_PER_SECOND + fraction - now.getNano();
  }

  private void run(int bytes, Runnable delivery) {
    waiting.addAndGet(-bytes);
    Guard.run(delivery);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
