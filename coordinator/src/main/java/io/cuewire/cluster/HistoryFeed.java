package io.cuewire.cluster;

import io.cuewire.control.Event;
import io.cuewire.fault.Guard;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Streams the messages of all nodes while somebody listens, by asking each node what is new: the
 * way of a message pays nothing for it.
 */
final class HistoryFeed {
  private static final int PERIOD_MILLIS = 100;
  private static final int MOST_AT_ONCE = 1000;

  private final ClusterControl control;
  private final StatusBoard board;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("history feed").factory());

  /** Per node, the sequence that each of its endpoints goes on with. */
  private final Map<String, Map<String, Long>> positions = new ConcurrentHashMap<>();

  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private int listeners;
  private Optional<Future<?>> polling = Optional.empty();

  HistoryFeed(ClusterControl control, StatusBoard board) {
    this.control = control;
    this.board = board;
  }

  synchronized AutoCloseable subscribe(Consumer<Event> listener) {
    var subscription = board.subscribe(listener);
    if (listeners++ == 0) {
      positions.clear();
      polling =
          Optional.of(
              timer.scheduleWithFixedDelay(
                  Guard.of(this::poll), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS));
    }
    return () -> {
      subscription.close();
      unsubscribed();
    };
  }

  private synchronized void unsubscribed() {
    if (--listeners == 0) {
      polling.ifPresent(p -> p.cancel(false));
    }
  }

  private void poll() {
    control.reachable().filter(asked::add).forEach(this::pollNode);
  }

  private void pollNode(String node) {
    var since = positions.getOrDefault(node, Map.of());
    try {
      control
          .recall(
              node,
              to ->
                  new NodeAgent.Recall(
                      MOST_AT_ONCE, Optional.empty(), Optional.empty(), Optional.of(since), to))
          .whenComplete((recalled, _) -> {
            Optional.ofNullable(recalled).flatMap(r -> r).ifPresent(this::tell);
            asked.remove(node);
          });
    } catch (RuntimeException notNow) {
      asked.remove(node); // between two cluster systems
    }
  }

  private void tell(NodeAgent.Recalled recalled) {
    positions.put(recalled.node(), recalled.next());
    Recollection.entries(recalled).map(Event.MessageEvent::new).forEach(board::tell);
  }
}
