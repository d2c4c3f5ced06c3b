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
  private Recollection() {}

  static Recalled of(LocalNode node, NodeAgent.Recall recall) {
    var match = recall.match().map(AddressPattern::compile);
    var passages = new ArrayList<Passage>();
    var next = new HashMap<String, Long>();
    for (var endpoint : node.endpoints()) {
      var name = endpoint.settings().name();
      var history = endpoint.io().history();
      var since = recall.since().map(s -> s.getOrDefault(name, history.next())).orElse(0L);
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
    var from = Math.max(0, passages.size() - recall.limit());
    return new Recalled(node.name(), List.copyOf(passages.subList(from, passages.size())), next);
  }

  private static Passage passage(String endpoint, History.Entry e) {
    var osc = OscCodec.encode(e.address(), e.args());
    return new Passage(e.timestamp(), endpoint, e.in(), osc, e.peer());
  }

  static Stream<HistoryEntry> entries(Recalled recalled) {
    return recalled.passages().stream()
        .map(
            p ->
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
