package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final Set<String> OTHERS = Set.of("b", "c", "d", "e");
  private static final Predicate<Set<String>> THREE_OF_FIVE = together -> together.size() >= 3;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10); // the clock may wrap
  private final Heartbeats beats = new Heartbeats(now::get);

  private OptionalLong held(Set<String> reachable) {
    return beats.heldAt("a", reachable, THREE_OF_FIVE);
  }

  private long goesOn(Duration by) {
    return now.addAndGet(by.toNanos());
  }

  @Test
  void aNodeIsAMemberSinceTheNewestMomentThatAMajorityHasAnswered() {
    assertThat(held(OTHERS)).isEmpty();
    var first = now.get();
    beats.answeredBy("b", first);
    assertThat(held(OTHERS)).as("two of five").isEmpty();
    var second = goesOn(Heartbeats.EVERY);
    beats.answeredBy("c", second);
    assertThat(held(OTHERS)).hasValue(first);
    beats.answeredBy("d", second);
    assertThat(held(OTHERS)).hasValue(second);
    beats.answeredBy("d", first); // late
    assertThat(held(OTHERS)).hasValue(second);
    assertThat(held(Set.of("b", "c"))).as("d is out of reach").hasValue(first);
  }

  @Test
  void answersThatComeLateCountFromWhenTheyWereAskedFor() {
    var asked = now.get();
    goesOn(Duration.ofSeconds(30)); // stopped, and continued
    OTHERS.forEach(other -> beats.answeredBy(other, asked));
    assertThat(held(OTHERS)).hasValue(asked);
  }

  @Test
  void answersToTheProcessBeforeAreNone() {
    OTHERS.forEach(other -> beats.answeredBy(other, now.get() - 1));
    OTHERS.forEach(other -> beats.answeredBy(other, now.get() + 1));
    assertThat(held(OTHERS)).isEmpty();
  }

  @Test
  void whoMayDecideAloneNeedsNoAnswer() {
    assertThat(beats.heldAt("a", Set.of(), _ -> true)).hasValue(now.get());
  }

  @Test
  void whoWasAnsweredMayRunWhatItOwnsForLongerThanItsLease() {
    goesOn(Duration.ofMinutes(1));
    assertThat(beats.mayStillRun("b")).as("never heard of").isFalse();
    beats.answer("b");
    goesOn(Heartbeats.LEASE);
    assertThat(beats.mayStillRun("b")).isTrue();
    goesOn(Duration.ofSeconds(1));
    assertThat(beats.mayStillRun("b")).isFalse();
  }

  @Test
  void whomeverItWasThatAnswered() {
    goesOn(Duration.ofMinutes(1));
    beats.answer("b");
    goesOn(Duration.ofSeconds(2));
    beats.told(Map.of("b", Duration.ofSeconds(1).toNanos()));
    goesOn(Duration.ofSeconds(1));
    assertThat(beats.mayStillRun("b")).as("somebody did two seconds ago").isTrue();
    beats.told(Map.of("b", Duration.ofHours(1).toNanos()));
    assertThat(beats.mayStillRun("b")).isTrue();
    assertThat(beats.ages()).isEqualTo(Map.of("b", Duration.ofSeconds(3).toNanos()));
  }

  @Test
  void aProcessThatHasJustBegunKnowsOfNobodyThatItIsOver() {
    assertThat(beats.mayStillRun("b")).isTrue();
  }
}
