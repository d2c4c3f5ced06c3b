package io.cuewire.osc;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.testing.ManualClock;
import io.cuewire.testing.UncaughtBugs;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTagsTest {
  /** Seconds from 1900, where NTP begins (RFC 5905 §6), to 1970. */
  private static final long NTP_TO_UNIX = 2_208_988_800L;

  /** OSC 1.0 §OSC Data Types: seconds since 1900, then fractions of 2^-32 seconds. */
  static long timeTag(Instant instant) {
    var seconds = (instant.getEpochSecond() + NTP_TO_UNIX) & 0xFFFFFFFFL;
    return (seconds << 32) | (((long) instant.getNano() << 32) / 1_000_000_000);
  }

  @Test
  void countsSecondsFrom1900() {
    assertThat(timeTag(Instant.parse("1900-01-01T00:00:00Z"))).isZero();
    assertThat(timeTag(Instant.parse("2026-01-01T00:00:00.5Z"))).isEqualTo(0xED003780_80000000L);
  }

  @ParameterizedTest(name = "at {0} a tag of {1}: past {2}")
  @CsvSource({
    "2026-06-01T12:00:00Z,      2026-06-01T12:00:00Z,    true",
    "2026-06-01T12:00:00Z,      2026-06-01T11:59:59Z,    true",
    "2026-06-01T12:00:00Z,      2026-06-01T12:00:01Z,    false",
    "2026-06-01T12:00:00Z,      2026-06-01T12:00:00.25Z, false",
    "2026-06-01T12:00:00.5Z,    2026-06-01T12:00:00.25Z, true",
    "2026-06-01T12:00:00Z,      1956-06-01T12:00:00Z,    true",
    "2026-06-01T12:00:00Z,      2027-06-01T12:00:00Z,    false",
    "2036-02-07T06:28:17Z,      2036-02-07T06:28:10Z,    true",
    "2036-02-07T06:28:17Z,      2036-02-07T06:28:18Z,    false",
    "2040-01-01T00:00:00Z,      2040-01-01T00:00:01Z,    false",
    "2040-01-01T00:00:00Z,      2039-12-31T23:59:59Z,    true",
  })
  void knowsWhetherATimeTagIsPast(Instant now, Instant tagged, boolean past) {
    try (var timeTags = new TimeTags(new ManualClock(now))) {
      assertThat(timeTags.isPast(timeTag(tagged))).isEqualTo(past);
    }
  }

  @Test
  void deliversAtTheTimeOfTheTag() throws InterruptedException {
    try (var timeTags = new TimeTags(Clock.systemUTC())) {
      var done = new CountDownLatch(1);
      var when = Instant.now().plusMillis(150);
      assertThat(timeTags.schedule(timeTag(when), 0, done::countDown)).isTrue();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(Instant.now()).isBetween(when.minusMillis(1), when.plusSeconds(5));
    }
  }

  @Test
  void deliversInTheOrderOfTheTags() {
    try (var timeTags = new TimeTags(Clock.systemUTC())) {
      var order = new CopyOnWriteArrayList<String>();
      var now = Instant.now();
      timeTags.schedule(timeTag(now.plusMillis(1200)), 0, () -> order.add("b"));
      timeTags.schedule(timeTag(now.plusMillis(1000)), 0, () -> order.add("a"));
      timeTags.schedule(timeTag(now.plusMillis(1400)), 0, () -> order.add("c"));
      eventually().untilAsserted(() -> assertThat(order).containsExactly("a", "b", "c"));
    }
  }

  @Test
  void deliversTheNextThoughOneDeliveryFails() {
    try (var bugs = new UncaughtBugs();
        var timeTags = new TimeTags(Clock.systemUTC())) {
      var delivered = new AtomicInteger();
      timeTags.schedule(
          timeTag(Instant.now()),
          0,
          () -> {
            throw new IllegalStateException("a bug");
          });
      timeTags.schedule(timeTag(Instant.now()), 0, delivered::incrementAndGet);
      bugs.eventually().untilAsserted(() -> assertThat(delivered).hasValue(1));
      assertThat(bugs.seen()).containsExactly("osc time tags: a bug");
    }
  }

  @Test
  void holdsOnlySoManyMessages() {
    var clock = new ManualClock(Instant.parse("2026-06-01T12:00:00Z"));
    try (var timeTags = new TimeTags(clock)) {
      var later = timeTag(clock.instant().plusSeconds(3600));
      for (var i = 0; i < 10_000; i++) {
        assertThat(timeTags.schedule(later, 0, () -> {})).isTrue();
      }
      assertThat(timeTags.schedule(later, 0, () -> {})).isFalse();
    }
  }

  @Test
  void holdsOnlySoManyBytes() {
    try (var timeTags = new TimeTags(Clock.systemUTC())) {
      var large = 4 << 20;
      var soon = timeTag(Instant.now().plusSeconds(2));
      assertThat(timeTags.schedule(soon, large, () -> {})).isTrue();
      assertThat(timeTags.schedule(soon, large, () -> {})).isTrue();
      assertThat(timeTags.schedule(soon, 1, () -> {})).isFalse();
      eventually().until(() -> timeTags.schedule(soon, large, () -> {}));
    }
  }
}
