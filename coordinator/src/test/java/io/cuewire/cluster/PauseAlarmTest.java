package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.control.NodeStatus;
import io.cuewire.endpoint.Wanted;
import io.cuewire.testing.HandClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PauseAlarmTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final HandClock clock = new HandClock();
  private final Rig rig = new Rig(Rig.THREE, "a", clock);
  private final PauseAlarm alarm = new PauseAlarm(rig.node, PATIENCE);
  private long now = System.nanoTime();

  @BeforeEach
  void aRunsWhatIsListed() {
    clock.goesOn(Duration.ofMinutes(1));
    rig.sees(NodeState.UP, NodeState.UP, NodeState.UP);
    alarm.begin(now);
    assertThat(rig.wanted("video")).contains(Wanted.RUN);
  }

  private void wakesAfter(Duration pause) {
    now += pause.toNanos();
    alarm.look(now);
  }

  private Optional<String> warning() {
    return rig.board.status().nodes().stream()
        .filter(n -> n.name().equals("a"))
        .findFirst()
        .flatMap(NodeStatus::warning);
  }

  @Test
  void aBusyMachineIsNoReasonForAnAlarm() {
    for (var i = 0; i < 20; i++) {
      wakesAfter(Duration.ofMillis(1400));
    }
    assertThat(warning()).isEmpty();
    assertThat(rig.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void aSlowStartIsNoPause() {
    alarm.begin(now + PATIENCE.toNanos());
    alarm.look(now + PATIENCE.toNanos());
    assertThat(warning()).isEmpty();
  }

  @Test
  void aPauseOfMoreThanHalfThePatienceIsShownForAMinute() {
    wakesAfter(Duration.ofMillis(2050));
    assertThat(warning())
        .contains("stood still for 2.0 s (frozen, short of memory, or without a processor)");
    clock.goesOn(Duration.ofSeconds(59));
    assertThat(warning()).isPresent();
    clock.goesOn(Duration.ofSeconds(2));
    assertThat(warning()).isEmpty();
  }
}
