package io.cuewire.transport;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for an endpoint that cannot take it now: bounded, and full it loses the oldest. Under
 * {@link Full#LATEST} a newer message replaces a waiting one with the same address; under {@link
 * Full#DROP_SUPERSEDED} that begins when it is full, and ends when it is empty.
 */
public final class OutboundQueue {
  /** What a full queue does. */
  public enum Full {
    DROP_OLDEST,
    DROP_SUPERSEDED,
    LATEST
  }

  /** However few they are, the waiting messages of one endpoint take no more bytes than this. */
  private static final int MAX_BYTES = 4 << 20;

  /** Taken together when more are waiting. */
  private static final int BYTES_AT_ONCE = 64 << 10;

  private final int size;
  private final Full full;
  private final Budget budget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();

  /** In the order of sending; the key is the address, or unique where nothing is merged. */
  private final SequencedMap<Object, Message> waiting = new LinkedHashMap<>();

  /** Before all that waits, and never pushed out by it. */
  private final Deque<Message> first = new ArrayDeque<>();

  /** Before even that. */
  private Optional<Message> stop = Optional.empty();

  /** What a connection that began during a stop is told first, once that is over. */
  private final List<Message> withheld = new ArrayList<>();

  private int bytes;

  /** During a stop nothing is taken but what may pass. */
  private boolean blocked;

  private volatile boolean overtaken;

  /** Whether a newer message replaces the waiting one of its address. */
  private boolean merging;

  private boolean closed;
  private volatile boolean empty = true;

  /**
   * @param size messages
   * @param budget of all queues of the node together
   */
  public OutboundQueue(int size, Full full, Budget budget) {
    this.size = size;
    this.full = full;
    this.budget = budget;
    this.merging = full == Full.LATEST;
  }

  /** One volatile read. */
  public boolean isEmpty() {
    return empty;
  }

  /** Appends a message that the caller has {@linkplain Message#keep kept}; returns the drops. */
  public int offer(Message message) {
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      if (blocked && !message.isEvenStopped()) { // who offers it had not heard of the stop yet
        return 1;
      }
      var dropped = put(message);
      if (isFull() && full == Full.DROP_SUPERSEDED && !merging) {
        dropped += merge();
      }
      while (isFull()) {
        poll();
        dropped++;
      }
      empty = false;
      filled.signal();
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return waiting.size() > size
        || (waiting.size() > 1 && (bytes > MAX_BYTES || budget.isExceeded()));
  }

  private int put(Message message) {
    var merges = merging && !message.isForOneConnection();
    var replaced = waiting.put(merges ? message.address() : new Object(), message);
    use(message.oscLength() - (replaced == null ? 0 : replaced.oscLength()));
    return replaced == null || full == Full.LATEST ? 0 : 1;
  }

  /** Keeps only the newest of each address, from now until it is empty. */
  private int merge() {
    merging = true;
    var all = List.copyOf(waiting.values());
    waiting.clear();
    use(-bytes);
    return all.stream().mapToInt(this::put).sum();
  }

  /**
   * Begins a connection: what was for an earlier one is forgotten, and these messages go over the
   * new one before everything that waits, or when a stop that holds them back is over.
   */
  public void begin(List<Message> messages) {
    lock.lock();
    try {
      for (var it = waiting.values().iterator(); it.hasNext(); ) {
        var message = it.next();
        if (message.isForOneConnection()) {
          it.remove();
          use(-message.oscLength());
        }
      }
      stop = Optional.empty();
      withheld.clear();
      first.clear();
      for (var message : messages) {
        var waits = blocked && !message.isEvenStopped();
        (waits ? withheld : first).add(message.forOneConnection());
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops everything for an emergency stop, also what was taken and has not been begun. Returns how
   * many of those that waited were lost.
   *
   * @param blocks whether from now on only what {@linkplain Message#isEvenStopped may pass} is
   *     taken
   */
  public int stop(boolean blocks) {
    lock.lock();
    try {
      overtaken = true;
      blocked = blocks;
      if (blocks) {
        first.stream().filter(m -> !m.isEvenStopped()).forEach(withheld::add);
        first.removeIf(m -> !m.isEvenStopped());
      }
      var lost = drop();
      wake();
      return lost;
    } finally {
      lock.unlock();
    }
  }

  /** Puts an emergency stop before everything. */
  public void begin(Message emergencyStop) {
    lock.lock();
    try {
      stop = closed ? Optional.empty() : Optional.of(emergencyStop);
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** The stop was left: what a new connection could not be told is due now. */
  public void endStop() {
    lock.lock();
    try {
      blocked = false;
      stop = Optional.empty();
      first.addAll(withheld);
      withheld.clear();
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** True when a stop has come since the last {@link #take}: what was not begun is not sent. */
  public boolean isOvertaken() {
    return overtaken;
  }

  private void wake() {
    empty = nothingWaits();
    filled.signal();
  }

  private boolean nothingWaits() {
    return stop.isEmpty() && first.isEmpty() && waiting.isEmpty();
  }

  /**
   * Puts messages that a connection could not send before everything that waits for the next.
   * Returns how many were lost, because a stop came between.
   */
  public int prepend(List<Message> messages) {
    lock.lock();
    try {
      var lost = 0;
      for (var message : closed ? List.<Message>of() : messages.reversed()) {
        if (message.isForOneConnection()) {
          continue;
        }
        if (overtaken || (blocked && !message.isEvenStopped())) {
          lost++;
        } else {
          waiting.putFirst(new Object(), message);
          use(message.oscLength());
        }
      }
      wake();
      return lost;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the first message and takes it with those that follow: at most {@code max} messages
   * and, but for the first, {@value #BYTES_AT_ONCE} bytes.
   */
  public List<Message> take(int max) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (nothingWaits()) {
        filled.await();
      }
      overtaken = false;
      if (stop.isPresent()) {
        var now = List.of(stop.get());
        stop = Optional.empty();
        return now;
      }
      if (!first.isEmpty()) {
        var all = List.copyOf(first);
        first.clear();
        return all;
      }
      var taken = new ArrayList<Message>();
      var left = BYTES_AT_ONCE;
      do {
        var message = poll();
        left -= message.oscLength();
        taken.add(message);
      } while (taken.size() < max && left > 0 && !waiting.isEmpty());
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is for whichever connection comes next, without waiting. */
  List<Message> takeAll() {
    lock.lock();
    try {
      var all = waiting.values().stream().filter(m -> !m.isForOneConnection()).toList();
      clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private Message poll() {
    var message = waiting.pollFirstEntry().getValue();
    use(-message.oscLength());
    merging = full == Full.LATEST || (merging && !waiting.isEmpty());
    return message;
  }

  /** The bytes that are on their way count too, as long as they take memory. */
  public Budget budget() {
    return budget;
  }

  private void use(int more) {
    bytes += more;
    budget.use(more);
  }

  /** Called when what {@link #take} gave has been sent: only then may others overtake the queue. */
  public void sent() {
    lock.lock();
    try {
      empty = nothingWaits();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes from it any more: it stays empty. Returns how many were lost. */
  public int close() {
    lock.lock();
    try {
      closed = true;
      return clear();
    } finally {
      lock.unlock();
    }
  }

  /** Empties it; returns how many were lost. */
  public int clear() {
    lock.lock();
    try {
      stop = Optional.empty();
      withheld.clear();
      first.clear();
      empty = true;
      return drop();
    } finally {
      lock.unlock();
    }
  }

  private int drop() {
    var lost = waiting.size();
    waiting.clear();
    use(-bytes);
    merging = full == Full.LATEST;
    return lost;
  }
}
