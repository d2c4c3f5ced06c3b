package io.cuewire.emergency;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.show.Emergency.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadMansSwitchTest {
  private static final Duration WITHIN = Duration.ofMillis(100);
  private final List<String> raised = new CopyOnWriteArrayList<>();
  private volatile boolean listens = true;
  private final DeadMansSwitch beats =
      new DeadMansSwitch(new Heartbeat("sensors", "/alive", WITHIN), () -> listens, raised::add);

  @AfterEach
  void end() {
    beats.close();
  }

  @Test
  void waitsForAFirstBeat() {
    eventually().during(WITHIN.multipliedBy(3)).until(raised::isEmpty);
    assertThat(beats.isArmed()).isFalse();
  }

  @Test
  void raisesTheStopOnceWhenBeatsEnd() {
    var last = System.nanoTime();
    beats.beat();
    assertThat(beats.isArmed()).isTrue();
    eventually().until(() -> !raised.isEmpty());
    assertThat(System.nanoTime() - last).isGreaterThanOrEqualTo(WITHIN.toNanos());
    eventually().during(WITHIN.multipliedBy(3)).until(() -> raised.size() == 1);
    assertThat(raised).containsExactly("the heartbeat from sensors has ended");
    assertThat(beats.isArmed()).as("it waits for a first beat again").isFalse();
  }

  @Test
  void beatsThatGoOnHoldItOff() {
    eventually()
        .pollInterval(Duration.ofMillis(10))
        .during(WITHIN.multipliedBy(4))
        .until(() -> {
          beats.beat();
          return raised.isEmpty();
        });
    eventually().until(() -> raised.size() == 1);
  }

  @Test
  void whoDoesNotHearTheBeatsWaitsForThoseWhoDo() {
    listens = false;
    beats.arm();
    eventually().during(WITHIN.multipliedBy(3)).until(raised::isEmpty);
    assertThat(beats.isArmed()).isTrue();
    var tookOver = System.nanoTime();
    listens = true;
    eventually().until(() -> raised.size() == 1);
    assertThat(System.nanoTime() - tookOver)
        .as("as long as the one before")
        .isGreaterThan(WITHIN.toNanos() / 2);
  }

  @Test
  void whatIsArmedAlreadyIsNotArmedAnew() {
    beats.beat();
    eventually()
        .until(() -> {
          beats.arm();
          return !raised.isEmpty();
        });
  }

  @Test
  void aStopDisarmsIt() {
    beats.beat();
    beats.disarm();
    eventually().during(WITHIN.multipliedBy(3)).until(raised::isEmpty);
    assertThat(beats.isArmed()).isFalse();
  }
}
