package io.cuewire.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.Faults;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClockJumpsTest {
  private static final Instant START = Instant.parse("2026-01-01T20:00:00Z");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10); // it may wrap
  private final Faults faults = new Faults("foh", nanos::get);
  private Instant now = START;
  private final ClockJumps jumps = new ClockJumps(faults, new ShownClock(), nanos::get);

  /** Shows what it is told. */
  private final class ShownClock extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos.addAndGet(time.toNanos());
    jumps.look();
  }

  private void set(Duration by) {
    now = now.plus(by);
    pass(Duration.ofSeconds(1));
  }

  @Test
  void timeThatPassesIsNoJump() {
    for (var i = 0; i < 10; i++) {
      pass(Duration.ofSeconds(1));
    }
    pass(Duration.ofHours(1)); // frozen, and thawed
    assertThat(faults.text()).isEmpty();
  }

  @Test
  void aClockThatIsSlewedIsNoJump() {
    for (var i = 0; i < 100; i++) {
      set(Duration.ofMillis(400));
    }
    assertThat(faults.text()).isEmpty();
  }

  @Test
  void anHourForwardsAndBackIsShownForAMinuteEachTime() {
    set(Duration.ofHours(1));
    assertThat(faults.text().orElse("")).startsWith("the clock has jumped 3600.0 s forwards");
    pass(Duration.ofSeconds(61));
    assertThat(faults.text()).isEmpty();
    set(Duration.ofHours(-1));
    assertThat(faults.text().orElse("")).startsWith("the clock has jumped 3600.0 s back");
  }
}
