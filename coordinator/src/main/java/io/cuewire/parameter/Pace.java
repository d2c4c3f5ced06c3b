package io.cuewire.parameter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Does something for a key whenever it is due: at once, but no more often than once in a period,
 * and always after the last time it became due.
 */
final class Pace<K> {
  private final ScheduledExecutorService thread;
  private final long period;
  private final Consumer<K> task;
  private final Map<K, Turn> turns = new ConcurrentHashMap<>();

  private static final class Turn {
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile long next = System.nanoTime();
  }

  /**
   * @param thread runs all tasks, one after the other
   */
  Pace(ScheduledExecutorService thread, long periodNanos, Consumer<K> task) {
    this.thread = thread;
    this.period = periodNanos;
    this.task = task;
  }

  void due(K key) {
    var turn = turns.computeIfAbsent(key, _ -> new Turn());
    if (!turn.due.getAndSet(true)) {
      var wait = Math.max(0, turn.next - System.nanoTime());
      thread.schedule(() -> run(key, turn), wait, TimeUnit.NANOSECONDS);
    }
  }

  private void run(K key, Turn turn) {
    turn.next = System.nanoTime() + period; // before anybody may schedule the next turn
    turn.due.set(false); // before it looks at what is to be done
    task.accept(key);
  }
}
