package io.cuewire.emergency;

import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.ledger.Ledger;
import io.cuewire.message.WellFormed;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The emergency stop as this node knows it: in force while a stop is in the ledger that no clear
 * names. What two halves of a split show have raised and cleared merges without a conflict.
 */
public final class EmergencyStop {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.emergency");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final int LONGEST = 200;

  /** What of this node obeys, at once and without waiting for anything. */
  public interface Obeying {
    void stop(StopRaised stop);

    void goOn();
  }

  private final String node;
  private final Ledger ledger;
  private final Clock clock;
  private final Obeying obeying;
  private final Consumer<List<Entry>> others;
  private final Executor reporting;
  private volatile Optional<StopRaised> inForce = Optional.empty();
  private volatile boolean recalling;
  private volatile long again;

  /**
   * @param others told of what is raised and cleared here; must not wait
   * @param reporting writes the log, which may block and need not be done at once
   */
  public EmergencyStop(
      String node,
      Ledger ledger,
      Clock clock,
      Obeying obeying,
      Consumer<List<Entry>> others,
      Executor reporting) {
    this.others = others;
    this.reporting = reporting;
    this.node = node;
    this.ledger = ledger;
    this.clock = clock;
    this.obeying = obeying;
  }

  /** The first of the stops that are in force. */
  public Optional<StopRaised> inForce() {
    return inForce;
  }

  public boolean isInForce() {
    return inForce.isPresent();
  }

  /** Raises a stop: this node obeys before it returns. One that is in force stays as it is. */
  public synchronized void raise(String reason, String by) {
    if (inForce.isPresent()) {
      again++;
      return;
    }
    var id = UUID.randomUUID().toString();
    var raised = ledger.write(new StopRaised(id, clock.millis(), line(reason), node, line(by)));
    recalling = false;
    look();
    others.accept(List.of(raised));
  }

  /** How often it was raised here while it was in force already. */
  public long again() {
    return again;
  }

  /** What anybody may say goes into every node's memory, file and log. */
  private static String line(String text) {
    var clean = CONTROL.matcher(text).replaceAll(" ").strip();
    return WellFormed.of(clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…");
  }

  /** What is in the ledger waits for {@link #begin}: others may know that it is over. */
  public void recall() {
    recalling = true;
  }

  /** Obeys what was recalled, unless the others have said that it is over. */
  public synchronized void begin() {
    recalling = false;
    look();
    if (inForce.isEmpty()) {
      obeying.goOn(); // what others still hold of it is taken back
    }
  }

  /** Clears every stop that this node knows. */
  public synchronized void clear() {
    var cleared = ledger.stops().map(s -> ledger.write(new StopCleared(s.id()))).toList();
    look();
    if (!cleared.isEmpty()) {
      others.accept(cleared);
    }
  }

  /** Whether the ledger holds a stop that nobody has cleared. */
  public boolean isToObey() {
    return ledger.stops().findAny().isPresent();
  }

  /** Obeys what the ledger says now. */
  public synchronized void look() {
    if (recalling) {
      return;
    }
    var before = inForce;
    inForce = ledger.stops().findFirst();
    if (before.isEmpty() && inForce.isPresent()) {
      var stop = inForce.get();
      again = 0;
      obeying.stop(stop);
      reporting.execute(() ->
          LOG.error(
              "EMERGENCY STOP: {} (raised by {} on {})", stop.reason(), stop.by(), stop.node()));
    } else if (before.isPresent() && inForce.isEmpty()) {
      obeying.goOn();
      reporting.execute(() -> LOG.warn("emergency stop cleared"));
    }
  }

  /** All stops and clears there were: what others need to know. */
  public List<Entry> everything() {
    return ledger.all().stream().filter(EmergencyStop::isOurs).toList();
  }

  /** Whether an entry raises or clears a stop. */
  public static boolean isOurs(Entry entry) {
    return entry.value() instanceof StopRaised || entry.value() instanceof StopCleared;
  }
}
