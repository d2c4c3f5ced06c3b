package io.cuewire.parameter;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long PERIOD = Duration.ofMillis(5).toNanos();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void end() {
    thread.shutdownNow();
  }

  @Test
  void isNeverFasterThanItsPeriodHoweverManyPress() throws Exception {
    var runs = new AtomicInteger();
    var pace = new Pace<String>(thread, PERIOD, _ -> runs.incrementAndGet());
    var began = System.nanoTime();
    var pressing = new ArrayList<Thread>();
    for (var i = 0; i < 3; i++) {
      pressing.add(
          Thread.ofPlatform()
              .start(() -> {
                while (System.nanoTime() - began < 100 * PERIOD) {
                  pace.due("fader");
                }
              }));
    }
    for (var press : pressing) {
      press.join();
    }
    var took = System.nanoTime() - began;
    assertThat(runs.get()).isBetween(2, (int) (took / PERIOD) + 1);
  }

  @Test
  void runsAtOnceAndOnceMoreForWhatBecameDueMeanwhile() {
    var value = new AtomicInteger();
    var seen = new ArrayList<Integer>();
    var pace = new Pace<String>(thread, PERIOD, _ -> seen.add(value.get()));
    for (var i = 1; i <= 1000; i++) {
      value.set(i);
      pace.due("fader");
    }
    eventually().until(() -> !seen.isEmpty() && seen.getLast() == 1000);
    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void whatBecomesDueWhileItRunsIsNotForgotten() {
    var again = new AtomicInteger(3);
    var seen = new AtomicInteger();
    var pace = new ArrayList<Pace<String>>();
    pace.add(
        new Pace<>(
            thread,
            PERIOD,
            key -> {
              seen.incrementAndGet();
              if (again.decrementAndGet() > 0) {
                pace.getFirst().due(key);
              }
            }));
    pace.getFirst().due("fader");
    eventually().until(() -> seen.get() == 3);
  }

  @Test
  void oneDoesNotHoldUpTheOther() {
    var seen = new ArrayList<String>();
    var pace = new Pace<String>(thread, Duration.ofHours(1).toNanos(), seen::add);
    List.of("a", "a", "b", "a", "c").forEach(pace::due);
    eventually().until(() -> seen.size() >= 3);
    assertThat(seen).contains("a", "b", "c");
  }
}
