package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.Fade;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.show.ParameterId;
import io.cuewire.testing.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the clock of a node, or a time service does, while the show runs. */
class ClockTest {
  private static final ParameterId SX = new ParameterId("/project1/geo1", "sx");

  private final HandClock clock = new HandClock();
  private final Rig b =
      new Rig(
          Rig.show(
              """
              show: clocks
              nodes:
                a: {host: 10.0.0.1, cluster: 7411, api: 7421}
                b: {host: 10.0.0.2, cluster: 7411, api: 7421}
                c: {host: 10.0.0.3, cluster: 7411, api: 7421}
              endpoints:
                desk: {protocol: osc, listen: 9000, on: all}
                video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
              surfaces:
                touchosc:
                  in: desk
                  controls:
                    fader_1: {targets: [{operator: /project1/geo1, parameter: sx}]}
              """),
          "b",
          clock);

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void aNodeThatHasJustBegunLeavesAnEndpointToThoseBeforeItForAsLongAsEver(int hours) {
    clock.isSet(Duration.ofHours(hours));
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofMillis(1500));
    b.node.plan().renew();
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    assertThat(b.node.uptime()).isEqualTo(1.5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void whoWasHeardWithinAMinuteIsShownAndNobodyElse(int hours) {
    b.arrives("desk", "/status/fps", 60f);
    b.arrives("desk", "/1/fader1", 0.5f);
    clock.isSet(Duration.ofHours(hours));
    clock.goesOn(Duration.ofSeconds(59));
    assertThat(b.board.status().programs()).hasSize(1);
    assertThat(b.board.status().surfaces()).hasSize(1);
    clock.goesOn(Duration.ofSeconds(2));
    assertThat(b.board.status().programs()).isEmpty();
    assertThat(b.board.status().surfaces()).isEmpty();
  }

  @Test
  void aFadeThatBeginsInAnHourByTheClockOfAnotherNodeBeginsNow() {
    var since = clock.instant().plus(Duration.ofHours(1)).toEpochMilli();
    var fade = Optional.of(new Fade(0f, 100));
    var set = new ParameterSet(SX, 1f, since, Optional.empty(), fade);
    b.node.learned(List.of(new Entry(set.key(), 1, "a", set)));
    await().untilAsserted(() -> assertThat(b.node.performance().value(SX)).contains(1f));
  }

  @Test
  void aFadeOfLongAgoHasEnded() {
    var since = clock.instant().minus(Duration.ofHours(1)).toEpochMilli();
    var fade = Optional.of(new Fade(0f, 1000));
    var set = new ParameterSet(SX, 1f, since, Optional.empty(), fade);
    b.node.learned(List.of(new Entry(set.key(), 1, "a", set)));
    assertThat(b.node.performance().value(SX)).contains(1f);
  }
}
