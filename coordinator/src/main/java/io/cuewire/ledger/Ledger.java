package io.cuewire.ledger;

import static java.util.Comparator.comparingLong;

import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.ledger.Entry.Value;
import io.cuewire.show.ParameterId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Everything that was changed while the show runs. It belongs to the process and outlives cluster
 * systems. Merging is commutative, associative and idempotent, so nodes may tell each other entries
 * in any order and any number of times.
 */
public final class Ledger {
  /** A parameter that moves differs from node to node for the time that telling takes. */
  private static final Duration SETTLED = Duration.ofMillis(400);

  private final String self;
  private final NavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>();

  /** When parameters were changed here lately ({@link System#nanoTime}). */
  private final Map<String, Long> moving = new HashMap<>();

  /** Stops that nobody has cleared, by their ids. */
  private final Map<String, StopRaised> inForce = new ConcurrentHashMap<>();

  /** What was changed since it was summed up. */
  private final Set<String> changed = new HashSet<>();

  /** What is in the sum; guarded by itself, as is the sum, so that nothing written waits for it. */
  private final Map<String, Long> digests = new HashMap<>();

  private long sum;
  private long newest;

  public Ledger(String self) {
    this.self = self;
  }

  /** Writes a change of this node. */
  public synchronized Entry write(Value value) {
    var entry = new Entry(value.key(), newest + 1, self, value);
    put(entry);
    return entry;
  }

  /** Takes what is newer than what it has; returns that. */
  public synchronized List<Entry> merge(Collection<Entry> learned) {
    var news = new ArrayList<Entry>();
    for (var entry : learned) {
      var known = entries.get(entry.key());
      if (known == null || Entry.NEWER.compare(entry, known) > 0) {
        put(entry);
        news.add(entry);
      }
    }
    return news;
  }

  private void put(Entry entry) {
    entries.put(entry.key(), entry);
    newest = Math.max(newest, entry.version());
    changed.add(entry.key());
    switch (entry.value()) {
      case ParameterSet _ -> moving.put(entry.key(), System.nanoTime());
      case StopRaised stop when !entries.containsKey(StopCleared.key(stop.id())) ->
          inForce.put(stop.id(), stop);
      case StopCleared(var stop) -> inForce.remove(stop);
      default -> {}
    }
  }

  /** The highest version it knows. */
  public synchronized long newest() {
    return newest;
  }

  public List<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** Equal for equal ledgers, and different for different ones; without what moves just now. */
  public long digest() {
    synchronized (digests) {
      var settled = new HashSet<String>();
      for (var key : settle(settled)) {
        sum -= Optional.ofNullable(digests.remove(key)).orElse(0L);
      }
      for (var key : settled) {
        var now = entries.get(key).digest();
        sum += now - Optional.ofNullable(digests.put(key, now)).orElse(0L);
      }
      return sum;
    }
  }

  /** Returns what still moves; of what was changed, the others are settled. */
  private synchronized Set<String> settle(Set<String> settled) {
    var before = System.nanoTime() - SETTLED.toNanos();
    moving.values().removeIf(at -> at - before < 0);
    settled.addAll(changed);
    settled.removeAll(moving.keySet());
    changed.retainAll(moving.keySet());
    return Set.copyOf(moving.keySet());
  }

  public Stream<Value> values() {
    return entries.values().stream().map(Entry::value);
  }

  public Stream<Entry> parameters() {
    var folder = ParameterSet.FOLDER;
    return entries.subMap(folder, folder + Character.MAX_VALUE).values().stream();
  }

  /** Stops that nobody has cleared; the first of them is the one in force. */
  public Stream<StopRaised> stops() {
    return inForce.values().stream()
        .sorted(comparingLong(StopRaised::since).thenComparing(StopRaised::id));
  }

  public Optional<Entry> parameter(ParameterId id) {
    return Optional.ofNullable(entries.get(ParameterSet.key(id)));
  }

  /** The scene that was fired last. */
  public Optional<Entry.SceneFired> scene() {
    return Optional.ofNullable(entries.get(Entry.SceneFired.KEY))
        .map(e -> (Entry.SceneFired) e.value());
  }

  public boolean isEnabled(String endpoint) {
    return Optional.ofNullable(entries.get(Entry.Enabled.key(endpoint)))
        .map(e -> ((Entry.Enabled) e.value()).enabled())
        .orElse(true);
  }

  public Optional<String> owner(String endpoint) {
    return ownership(endpoint).map(Entry.Owner::node);
  }

  /** Who runs an endpoint that several could run; empty before the first has taken it. */
  public Optional<Entry.Owner> ownership(String endpoint) {
    return Optional.ofNullable(entries.get(Entry.Owner.key(endpoint)))
        .map(e -> (Entry.Owner) e.value());
  }

  /** Writes a new owner, of the epoch after the last one. */
  public synchronized Entry own(String endpoint, String node) {
    var epoch = ownership(endpoint).map(Entry.Owner::epoch).orElse(0L) + 1;
    return write(new Entry.Owner(endpoint, node, epoch));
  }
}
