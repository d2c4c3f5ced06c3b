package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ClockOffsetsTest {
  private final ClockOffsets clocks = new ClockOffsets();

  @Test
  void aClockThatWasNeverMeasuredIsTakenForOurs() {
    assertThat(clocks.there("b", 1_000)).isEqualTo(1_000);
    assertThat(clocks.here("b", 1_000)).isEqualTo(1_000);
  }

  @Test
  void theAnswerWasGivenInTheMiddleOfTheWay() {
    clocks.measured("b", 1_000, 5_100, 1_200);
    assertThat(clocks.there("b", 2_000)).isEqualTo(6_000);
    assertThat(clocks.here("b", 6_000)).isEqualTo(2_000);
  }

  @Test
  void theShortestRoundTripCounts() {
    clocks.measured("b", 1_000, 9_000, 3_000);
    clocks.measured("b", 4_000, 8_010, 4_020);
    clocks.measured("b", 5_000, 20_000, 9_000);
    assertThat(clocks.there("b", 0)).isEqualTo(4_000);
  }

  @Test
  void whatWasMeasuredLongAgoIsForgotten() {
    clocks.measured("b", 0, 1_000, 0);
    for (var i = 0; i < 20; i++) {
      clocks.measured("b", 0, 2_005, 10);
    }
    assertThat(clocks.there("b", 0)).isEqualTo(2_000);
  }

  @Test
  void aNodeThatWasGoneHasANewClock() {
    clocks.measured("b", 0, 1_000, 0);
    clocks.measured("c", 0, 3_000, 0);
    clocks.keep(Set.of("a", "c"));
    assertThat(clocks.there("b", 0)).isZero();
    assertThat(clocks.there("c", 0)).isEqualTo(3_000);
  }
}
