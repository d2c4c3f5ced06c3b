package io.cuewire.transport;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for an endpoint that cannot take it now: bounded, and full it loses the oldest. Under
 * {@link Full#LATEST} a newer message replaces a waiting one with the same address.
 */
public final class OutboundQueue {
  /** What a full queue does. */
  public enum Full {
    DROP_OLDEST,
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

  private int bytes;
  private volatile boolean empty = true;

  /**
   * @param size messages
   * @param budget of all queues of the node together
   */
  public OutboundQueue(int size, Full full, Budget budget) {
    this.size = size;
    this.full = full;
    this.budget = budget;
  }

  /** One volatile read. */
  public boolean isEmpty() {
    return empty;
  }

  /** Appends a message that the caller has {@linkplain Message#keep kept}; returns the drops. */
  public int offer(Message message) {
    lock.lock();
    try {
      var replaced = waiting.put(full == Full.LATEST ? message.address() : new Object(), message);
      use(message.oscLength() - (replaced == null ? 0 : replaced.oscLength()));
      var dropped = 0;
      while (waiting.size() > size
          || (waiting.size() > 1 && (bytes > MAX_BYTES || budget.isExceeded()))) {
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

  /** Puts messages before everything that waits. */
  public void prepend(List<Message> messages) {
    lock.lock();
    try {
      for (var message : messages.reversed()) {
        waiting.putFirst(new Object(), message);
        use(message.oscLength());
      }
      empty = waiting.isEmpty();
      filled.signal();
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
      while (waiting.isEmpty()) {
        filled.await();
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

  private Message poll() {
    var message = waiting.pollFirstEntry().getValue();
    use(-message.oscLength());
    return message;
  }

  private void use(int more) {
    bytes += more;
    budget.use(more);
  }

  /** Called when what {@link #take} gave has been sent: only then may others overtake the queue. */
  public void sent() {
    lock.lock();
    try {
      empty = waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Empties it; returns how many were lost. */
  public int clear() {
    lock.lock();
    try {
      var lost = waiting.size();
      waiting.clear();
      use(-bytes);
      empty = true;
      return lost;
    } finally {
      lock.unlock();
    }
  }
}
