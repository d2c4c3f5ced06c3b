package io.cuewire.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first of many like events, then the 10th, the 100th and so on. */
public final class TenfoldLog {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.endpoint");

  private final AtomicLong count = new AtomicLong();
  private volatile long next = 1;

  /**
   * @param endpoint or whoever else it is about
   */
  public void warn(String endpoint, Supplier<String> what) {
    var n = count.incrementAndGet();
    if (n >= next) {
      next = next * 10;
      LOG.warn("{}: {}{}", endpoint, what.get(), n == 1 ? "" : " (" + n + " times so far)");
    }
  }
}
