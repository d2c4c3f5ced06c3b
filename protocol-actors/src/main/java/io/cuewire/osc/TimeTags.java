package io.cuewire.osc;

import com.illposed.osc.argument.OSCTimeTag64;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages whose time tag lies in the future wait here (OSC 1.0 §Temporal Semantics and OSC Time
 * Tags), on one thread for the whole node and not without limit.
 */
public final class TimeTags implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.endpoint");
  private static final int MAX_WAITING = 10_000;

  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer;

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
  boolean schedule(long timeTag, Runnable delivery) {
    if (timer.getQueue().size() >= MAX_WAITING) {
      return false;
    }
    timer.schedule(() -> run(delivery), nanosUntil(timeTag), TimeUnit.NANOSECONDS);
    return true;
  }

  private long nanosUntil(long timeTag) {
    var when = OSCTimeTag64.valueOf(timeTag).toInstant();
    var wait = Duration.between(clock.instant(), when);
    return wait.toDays() > 36_500 ? Long.MAX_VALUE / 2 : wait.toNanos();
  }

  private static void run(Runnable delivery) {
    try {
      delivery.run();
    } catch (RuntimeException bug) {
      LOG.error("internal error while delivering a message at its time tag", bug);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
