package io.cuewire.cluster;

import io.cuewire.cluster.NodeAgent.Passage;
import io.cuewire.cluster.NodeAgent.Recalled;
import io.cuewire.codec.OscCodec;
import io.cuewire.control.HistoryEntry;
import io.cuewire.routing.AddressPattern;
import io.cuewire.transport.History;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;

/** Reads the histories of this node's endpoints for whoever asks, and back from the answer. */
final class Recollection {
  /** Of an answer, which fits into one frame of the cluster. */
  private static final int MAX_BYTES = 900_000;

  /** What a passage takes at most besides its message and the name of its endpoint. */
  private static final int PASSAGE_BYTES = 128;

  private Recollection() {}

  static Recalled of(LocalNode node, NodeAgent.Recall recall) {
    var match = recall.match().map(AddressPattern::compile);
    var passages = new ArrayList<Passage>();
    var next = new HashMap<String, Long>();
    for (var endpoint : node.endpoints()) {
      var name = endpoint.settings().name();
      var history = endpoint.io().history();
      var since =
          recall
              .since()
              .map(s -> goOn(s.getOrDefault(name, history.next()), history.next()))
              .orElse(0L);
      next.put(name, since);
      for (var entry : history.since(since)) {
        next.put(name, entry.sequence() + 1);
        if (recall.endpoint().filter(e -> !e.equals(name)).isEmpty()
            && match.filter(m -> !m.matches(entry.address())).isEmpty()) {
          passages.add(passage(name, entry));
        }
      }
    }
    passages.sort(Comparator.comparingLong(Passage::timestamp));
    return new Recalled(node.name(), newest(passages, recall.limit()), next);
  }

  /** A sequence that is still to come is one of this node's process before. */
  private static long goOn(long since, long next) {
    return since > next ? 0 : since;
  }

  private static List<Passage> newest(List<Passage> passages, int limit) {
    var from = passages.size();
    var bytes = 0;
    while (from > Math.max(0, passages.size() - limit) && bytes < MAX_BYTES) {
      var passage = passages.get(--from);
      bytes += passage.osc().length + passage.endpoint().length() + PASSAGE_BYTES;
    }
    return List.copyOf(passages.subList(from, passages.size()));
  }

  private static Passage passage(String endpoint, History.Entry e) {
    var osc = OscCodec.encode(e.address(), e.args());
    return new Passage(e.timestamp(), endpoint, e.in(), osc, e.peer());
  }

  static Stream<HistoryEntry> entries(Recalled recalled) {
    return recalled.passages().stream()
        .map(p ->
            new HistoryEntry(
                Instant.ofEpochMilli(p.timestamp()),
                recalled.node(),
                p.endpoint(),
                p.in() ? "in" : "out",
                OscCodec.address(ByteBuffer.wrap(p.osc()), 0),
                OscCodec.arguments(ByteBuffer.wrap(p.osc()), 0, p.osc().length),
                p.peer()));
  }
}
