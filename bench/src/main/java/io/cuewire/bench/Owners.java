package io.cuewire.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who sends from a listed endpoint, by the source of its packets. */
final class Owners {
  /** A node that was silent for so long no longer counts as an owner. */
  private static final long SILENCE_NANOS = 1_000_000_000;

  /** A node's time as owner, as its packets show it. */
  private static final class Stint {
    private final String host;
    private final long first;
    private long last;

    Stint(String host, long nanos) {
      this.host = host;
      this.first = nanos;
      this.last = nanos;
    }
  }

  private final Map<Integer, List<Stint>> stints = new HashMap<>();
  private long longest;

  synchronized void heard(int endpoint, String host, long nanos) {
    var running = stints.computeIfAbsent(endpoint, _ -> new ArrayList<>());
    running.removeIf(s -> nanos - s.last > SILENCE_NANOS);
    var own = running.stream().filter(s -> s.host.equals(host)).findFirst();
    if (own.isPresent()) {
      own.get().last = nanos;
    } else {
      running.add(new Stint(host, nanos));
    }
    for (var other : running) {
      if (!other.host.equals(host)) {
        var since = Math.max(other.first, own.map(s -> s.first).orElse(nanos));
        longest = Math.max(longest, Math.min(nanos, other.last) - since);
      }
    }
  }

  /** For how long two nodes have sent from one endpoint at most, in milliseconds. */
  synchronized double longest() {
    return longest / 1e6;
  }
}
