package io.cuewire.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with this node's own process and machine: one log line each, and its warning in the
 * status, for as long as it lasts or for a minute.
 */
public final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");
  private static final Duration SHOWN = Duration.ofMinutes(1);

  /**
   * @param at when it happened; empty while it lasts
   */
  private record Fault(String text, OptionalLong at) {}

  private final String node;
  private final LongSupplier nanoTime;
  private final SequencedMap<String, Fault> faults = new LinkedHashMap<>();
  private final Map<String, Long> crashes = new HashMap<>();

  public Faults(String node, LongSupplier nanoTime) {
    this.node = node;
    this.nanoTime = nanoTime;
  }

  /** Shown until it is over. */
  public synchronized void lasts(String subject, String text) {
    var fault = new Fault(text, OptionalLong.empty());
    if (!fault.equals(faults.put(subject, fault))) {
      LOG.warn("{}: {}", node, text);
    }
  }

  public synchronized void over(String subject) {
    if (faults.remove(subject) != null) {
      LOG.info("{}: {} in order again", node, subject);
    }
  }

  /** Shown for a minute. */
  public synchronized void happened(String subject, String text) {
    LOG.warn("{}: {}", node, text);
    shown(subject, text);
  }

  private void shown(String subject, String text) {
    faults.put(subject, new Fault(text, OptionalLong.of(nanoTime.getAsLong())));
  }

  /** A bug has ended what a thread or an actor was doing. */
  public synchronized void crashed(String what, Throwable bug) {
    var times = crashes.merge(what, 1L, Long::sum);
    if (isTenfold(times)) { // one that happens 20 times a second must not fill the log
      LOG.error("{}: internal error in {}, number {}", node, what, times, bug);
    }
    shown(what, "internal error in " + what + " (" + bug + "): see the log");
  }

  private static boolean isTenfold(long times) {
    var power = times;
    while (power % 10 == 0) {
      power /= 10;
    }
    return power == 1;
  }

  /** What a technician should know now. */
  public synchronized Optional<String> text() {
    var now = nanoTime.getAsLong();
    faults
        .values()
        .removeIf(f -> f.at().isPresent() && now - f.at().getAsLong() >= SHOWN.toNanos());
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", faults.values().stream().map(Fault::text).toList()));
  }
}
