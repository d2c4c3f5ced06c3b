package io.cuewire.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final double LEAST = 0;
  private static final double MIDDLE = 0.5;
  private static final double MOST = 1;

  private final Backoff backoff =
      new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30), OptionalInt.empty());

  @Test
  void doublesFromTheMinimumToTheMaximum() {
    assertThat(IntStream.rangeClosed(1, 10))
        .extracting(failed -> backoff.delay(failed, MIDDLE).toMillis())
        .containsExactly(250L, 500L, 1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L, 30000L);
  }

  @Test
  void spreadsTheDelayByAFifth() {
    assertThat(backoff.delay(1, LEAST)).isEqualTo(Duration.ofMillis(200));
    assertThat(backoff.delay(1, MOST)).isEqualTo(Duration.ofMillis(300));
    assertThat(backoff.delay(8, LEAST)).isEqualTo(Duration.ofMillis(25_600));
    assertThat(backoff.delay(8, MOST)).as("never above the maximum").hasSeconds(30);
  }

  @Test
  void staysAtTheMaximumForEver() {
    for (var failed : new int[] {50, 1_000, Integer.MAX_VALUE}) {
      assertThat(backoff.delay(failed, LEAST)).isEqualTo(Duration.ofSeconds(30));
    }
  }

  @Test
  void isExhaustedAfterItsAttempts() {
    var three = new Backoff(backoff.min(), backoff.max(), OptionalInt.of(3));
    assertThat(three.exhausted(2)).isFalse();
    assertThat(three.exhausted(3)).isTrue();
    assertThat(three.exhausted(4)).isTrue();
    assertThat(backoff.exhausted(Integer.MAX_VALUE)).isFalse();
  }
}
