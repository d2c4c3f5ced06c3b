package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.emergency.StopText;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.ledger.Entry.Value;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node that starts makes of the stops that it and the others remember. */
class RecalledStopsTest {
  private final Rig rig = Rig.settled("a");

  @AfterEach
  void end() {
    rig.close();
  }

  private static Entry from(String node, long version, Value value) {
    return new Entry(value.key(), version, node, value);
  }

  private static Entry stop(String id) {
    return from("b", 1, new StopRaised(id, 1764000000000L, "fire", "b", "shell"));
  }

  private void hears(Entry entry) {
    rig.node.heardNews(StopText.write(List.of(entry)));
  }

  private boolean isStopped() {
    return rig.node.performance().emergency().isInForce();
  }

  @Test
  void whoRemembersNoneObeysTheOthersFromTheFirstMoment() {
    assertThat(rig.node.recallStops()).isFalse();
    hears(stop("1"));
    assertThat(isStopped()).isTrue();
  }

  @Test
  void whatIsRememberedWaitsForTheOthersAndIsObeyed() {
    rig.node.ledger().merge(List.of(stop("1")));
    assertThat(rig.node.recallStops()).isTrue();
    assertThat(isStopped()).as("the others may know that it is over").isFalse();
    rig.node.obeyStops();
    assertThat(isStopped()).isTrue();
  }

  @Test
  void whatWasClearedMeanwhileIsNotObeyedAndTheNextOneIs() {
    rig.node.ledger().merge(List.of(stop("1")));
    assertThat(rig.node.recallStops()).isTrue();
    hears(from("b", 2, new StopCleared("1")));
    rig.node.obeyStops();
    assertThat(isStopped()).isFalse();
    hears(stop("2"));
    assertThat(isStopped()).isTrue();
  }
}
