package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cuewire.cluster.NodeAgent.Recall;
import io.cuewire.cluster.NodeAgent.Recalled;
import io.cuewire.control.HistoryEntry;
import io.cuewire.testing.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class RecollectionTest {
  private final HandClock clock = new HandClock();
  private final Rig rig = new Rig(Rig.THREE, "a", clock);
  private final ActorRef<Recalled> asker = TestInbox.<Recalled>create().getRef();

  @Test
  void tellsWhatPassedOldestFirstWithItsTypes() {
    passes("desk", "/fader/1", 0.5f, 1, "é");
    passes("lights", "/dim", 2L);
    assertThat(entries(recall(10, "", "")))
        .extracting(
            HistoryEntry::node,
            HistoryEntry::endpoint,
            HistoryEntry::direction,
            HistoryEntry::address,
            HistoryEntry::args,
            HistoryEntry::peer)
        .containsExactly(
            tuple(
                "a", "desk", "in", "/fader/1", List.of(0.5f, 1, "é"), Optional.of("10.0.9.9:5000")),
            tuple("a", "lights", "in", "/dim", List.of(2L), Optional.of("10.0.9.9:5000")));
  }

  @Test
  void tellsTheNewestOfWhatWasAskedFor() {
    for (var i = 0; i < 10; i++) {
      passes("desk", "/fader/" + i);
      passes("lights", "/dim/" + i);
    }
    assertThat(addresses(recall(3, "", ""))).containsExactly("/dim/8", "/fader/9", "/dim/9");
    assertThat(addresses(recall(2, "/fader/*", ""))).containsExactly("/fader/8", "/fader/9");
    assertThat(addresses(recall(1, "", "lights"))).containsExactly("/dim/9");
    assertThat(addresses(recall(5, "/fader/*", "lights"))).isEmpty();
  }

  @Test
  void goesOnWhereItEnded() {
    passes("desk", "/before");
    var first = follow(Map.of());
    assertThat(addresses(first)).as("who begins to listen hears nothing old").isEmpty();
    passes("desk", "/one");
    passes("lights", "/two");
    var second = follow(first.next());
    assertThat(addresses(second)).containsExactly("/one", "/two");
    assertThat(addresses(follow(second.next()))).isEmpty();
  }

  @Test
  void beginsAnewWhenTheNodesProcessDid() {
    passes("desk", "/one");
    assertThat(addresses(follow(Map.of("desk", 4711L, "lights", 0L, "video", 0L))))
        .containsExactly("/one");
  }

  private void passes(String endpoint, String address, Object... args) {
    clock.goesOn(Duration.ofMillis(1));
    rig.arrives(endpoint, address, args);
  }

  private Recalled follow(Map<String, Long> since) {
    var recall = new Recall(1000, Optional.empty(), Optional.empty(), Optional.of(since), asker);
    return Recollection.of(rig.node, recall);
  }

  private Recalled recall(int limit, String match, String endpoint) {
    var recall =
        new Recall(
            limit,
            Optional.of(match).filter(m -> !m.isEmpty()),
            Optional.of(endpoint).filter(e -> !e.isEmpty()),
            Optional.empty(),
            asker);
    return Recollection.of(rig.node, recall);
  }

  private static List<HistoryEntry> entries(Recalled recalled) {
    return Recollection.entries(recalled).toList();
  }

  private static List<String> addresses(Recalled recalled) {
    return entries(recalled).stream().map(HistoryEntry::address).toList();
  }
}
