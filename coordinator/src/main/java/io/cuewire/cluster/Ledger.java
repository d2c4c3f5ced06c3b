package io.cuewire.cluster;

import io.cuewire.cluster.Entry.Value;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Everything that was changed while the show runs. It belongs to the process and outlives cluster
 * systems. Merging is commutative, associative and idempotent, so nodes may tell each other entries
 * in any order and any number of times.
 */
final class Ledger {
  private final String self;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  Ledger(String self) {
    this.self = self;
  }

  /** Writes a change of this node. */
  synchronized Entry write(Value value) {
    var newest = entries.values().stream().mapToLong(Entry::version).max().orElse(0);
    var entry = new Entry(value.key(), newest + 1, self, value);
    entries.put(entry.key(), entry);
    return entry;
  }

  /** Takes what is newer than what it has; returns whether anything was. */
  synchronized boolean merge(Collection<Entry> learned) {
    var news = false;
    for (var entry : learned) {
      var known = entries.get(entry.key());
      if (known == null || Entry.NEWER.compare(entry, known) > 0) {
        entries.put(entry.key(), entry);
        news = true;
      }
    }
    return news;
  }

  List<Entry> all() {
    return List.copyOf(entries.values());
  }

  /** Equal for equal ledgers, and different for different ones. */
  long digest() {
    return entries.values().stream().mapToLong(Entry::digest).sum();
  }

  Stream<Value> values() {
    return entries.values().stream().map(Entry::value);
  }

  boolean isEnabled(String endpoint) {
    return values()
        .noneMatch(v -> v instanceof Entry.Enabled(var e, var on) && e.equals(endpoint) && !on);
  }

  Optional<String> owner(String endpoint) {
    return values()
        .flatMap(v ->
            v instanceof Entry.Owner(var e, var node) && e.equals(endpoint)
                ? Stream.of(node)
                : Stream.of())
        .findFirst();
  }
}
