package io.cuewire.parameter;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.Fade;
import io.cuewire.ledger.Entry.Hand;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Ledger;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.show.DeclaredParameter;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Parameters;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParameterDeskTest {
  private static final ParameterId GAIN = new ParameterId("/audio", "gain");
  private static final ParameterId SIZE = new ParameterId("/geo1", "sx");
  private static final Optional<Hand> NOBODY = Optional.empty();
  private static final Duration WHILE = Duration.ofMillis(80);

  private record Heard(ParameterId id, Object value, Optional<Hand> by, long at) {}

  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final List<Entry> told = new CopyOnWriteArrayList<>();
  private final Ledger ledger = new Ledger("a");
  private final ParameterDesk desk =
      new ParameterDesk(
          declared(),
          ledger,
          "a",
          Clock.systemUTC(),
          (id, value, by) -> heard.add(new Heard(id, value, by, System.nanoTime())),
          told::addAll);

  private static Parameters declared() {
    var declared = new LinkedHashMap<ParameterId, DeclaredParameter>();
    declared.put(
        GAIN,
        new DeclaredParameter(
            GAIN,
            DeclaredParameter.Type.FLOAT,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.of(0.5f)));
    return new Parameters(List.of(), false, declared);
  }

  @AfterEach
  void end() {
    desk.close();
  }

  private List<Object> values() {
    return heard.stream().map(Heard::value).toList();
  }

  private static Entry from(String node, long version, Object value, long since, Fade... fade) {
    var set = new ParameterSet(SIZE, value, since, NOBODY, List.of(fade).stream().findFirst());
    return new Entry(set.key(), version, node, set);
  }

  private void learns(Entry entry) {
    ledger.merge(List.of(entry)).forEach(desk::learned);
  }

  @Test
  void aValueGoesOutAndToTheOthersOnce() {
    var hand = Optional.of(new Hand("tablet", "a", "10.0.0.9:5000"));
    desk.set(SIZE, 2f, hand);
    eventually().until(() -> !heard.isEmpty() && !told.isEmpty());
    eventually().during(WHILE).until(() -> heard.size() == 1 && told.size() == 1);
    assertThat(heard.getFirst().value()).isEqualTo(2f);
    assertThat(heard.getFirst().by()).isEqualTo(hand);
    assertThat(told.getFirst()).isEqualTo(ledger.parameter(SIZE).orElseThrow());
  }

  @Test
  void thousandsOfChangesAreMergedAndTheLastAlwaysArrives() {
    var began = System.nanoTime();
    for (var i = 1; i <= 20_000; i++) {
      desk.set(SIZE, i, NOBODY);
    }
    eventually().until(() -> values().contains(20_000));
    var paces = (System.nanoTime() - began) / 10_000_000 + 1;
    eventually().during(WHILE).until(() -> values().getLast().equals(20_000));
    assertThat((long) heard.size()).isLessThanOrEqualTo(paces);
    assertThat((long) told.size()).isLessThanOrEqualTo(paces);
    assertThat(((ParameterSet) told.getLast().value()).value()).isEqualTo(20_000);
  }

  @Test
  void everyParameterHasItsOwnPace() {
    for (var i = 0; i < 200; i++) {
      desk.set(new ParameterId("/geo" + i, "sx"), i, NOBODY);
    }
    eventually().until(() -> heard.size() == 200 && told.size() == 200);
  }

  @Test
  void whatOthersSayGoesOutHereAndIsNotToldAgain() {
    learns(from("b", 7, 3f, System.currentTimeMillis()));
    eventually().until(() -> values().equals(List.of(3f)));
    learns(from("b", 6, 4f, System.currentTimeMillis())); // older than what is known
    eventually().during(WHILE).until(() -> values().equals(List.of(3f)) && told.isEmpty());
  }

  @Test
  void aFadeTakesFiftyStepsASecondAndEndsOnExactlyTheValue() {
    var began = System.nanoTime();
    var fade = from("b", 7, 0.7f, System.currentTimeMillis(), new Fade(0.2f, 500));
    desk.together(fade, began);
    eventually().until(() -> values().contains(0.7f));
    eventually().during(WHILE).until(() -> values().getLast().equals(0.7f));
    assertThat(heard).hasSizeBetween(10, 27); // 25 steps; fewer where the machine is busy
    assertThat(values()).doesNotHaveDuplicates().isSorted();
    var last = heard.getLast().at() - began;
    assertThat(last / 1e6).isGreaterThanOrEqualTo(500);
    for (var step : heard) {
      var latest = 0.2 + 0.5 * Math.min(1, (step.at() - began) / 500e6);
      assertThat((float) step.value() - 1e-6).isLessThanOrEqualTo(latest);
    }
    assertThat(desk.fading()).isEmpty();
    assertThat(desk.value(SIZE)).contains(0.7f);
  }

  @Test
  void aFadeDoesNotDrift() {
    var began = System.nanoTime();
    desk.together(from("b", 7, 1f, 0, new Fade(0f, 600)), began);
    eventually().until(() -> values().contains(1f));
    var inTime =
        heard.stream()
            .filter(h -> (h.at() - began) / 1e6 % 20 < 10) // begun at a multiple of 20 ms
            .count();
    assertThat(inTime).isGreaterThan(heard.size() / 2);
  }

  @Test
  void wholeNumbersStayWholeOnTheWay() {
    desk.together(from("b", 7, 100, 0, new Fade(0, 200)), System.nanoTime());
    eventually().until(() -> values().contains(100));
    assertThat(values()).allMatch(Integer.class::isInstance).hasSizeGreaterThan(2);
  }

  @Test
  void aValueThatIsSetEndsTheFade() {
    desk.together(from("b", 7, 100f, 0, new Fade(0f, 10_000)), System.nanoTime());
    eventually().until(() -> heard.size() > 2);
    desk.set(SIZE, 5f, NOBODY);
    eventually().until(() -> values().getLast().equals(5f));
    eventually().during(WHILE).until(() -> values().getLast().equals(5f));
    assertThat(values()).doesNotContain(100f); // on the way it never shows its end
    assertThat(desk.fading()).isEmpty();
    assertThat(desk.value(SIZE)).contains(5f);
  }

  @Test
  void aNewerFadeTakesOver() {
    desk.together(from("b", 7, 100f, 0, new Fade(0f, 10_000)), System.nanoTime());
    desk.together(from("b", 8, -1f, 0, new Fade(0f, 100)), System.nanoTime());
    eventually().until(() -> values().contains(-1f));
    eventually().during(WHILE).until(() -> values().getLast().equals(-1f));
    assertThat(desk.fading()).isEmpty();
  }

  @Test
  void whoLearnsOfARunningFadeGoesOnWithIt() {
    var begun = System.currentTimeMillis() - 5_000;
    learns(from("b", 7, 100f, begun, new Fade(0f, 10_000)));
    eventually().until(() -> heard.size() > 3);
    assertThat((float) heard.getFirst().value()).isBetween(50f, 60f);
    assertThat(desk.fading()).containsExactly(SIZE);
    assertThat((float) desk.value(SIZE).orElseThrow()).isBetween(50f, 99f);
    assertThat(desk.all())
        .filteredOn(c -> c.id().equals(SIZE))
        .allSatisfy(c -> {
          assertThat((float) c.value()).isBetween(50f, 99f);
          assertThat(c.since().toEpochMilli()).isEqualTo(begun);
          assertThat(c.node()).isEqualTo("b");
        });
  }

  @Test
  void whoLearnsOfAFadeThatIsOverHasItsEnd() {
    learns(from("b", 7, 100f, System.currentTimeMillis() - 5_000, new Fade(0f, 4_000)));
    eventually().until(() -> values().equals(List.of(100f)));
    assertThat(desk.fading()).isEmpty();
  }

  @Test
  void theValueAtAnInstantDoesNotDependOnWhenItIsAsked() {
    desk.together(from("b", 7, 100f, 1_000, new Fade(0f, 1_000)), System.nanoTime());
    assertThat(desk.valueAt(SIZE, 1_250)).contains(25f);
    assertThat(desk.valueAt(SIZE, 9_000)).contains(100f);
    assertThat(desk.valueAt(GAIN, 9_000)).contains(0.5f);
    assertThat(desk.valueAt(new ParameterId("/no", "such"), 9_000)).isEmpty();
  }

  @Test
  void fadesCanBeHeldWhereTheyAre() {
    desk.together(from("b", 7, 100f, 0, new Fade(0f, 10_000)), System.nanoTime());
    eventually().until(() -> heard.size() > 2);
    desk.holdFades();
    var held = desk.value(SIZE).orElseThrow();
    assertThat((float) held).isBetween(0f, 50f);
    eventually().until(() -> values().getLast().equals(held));
    eventually().during(WHILE).until(() -> values().getLast().equals(held));
    assertThat(desk.fading()).isEmpty();
  }

  @Test
  void aDeclaredDefaultCountsUntilSomebodySetsIt() {
    assertThat(desk.value(GAIN)).contains(0.5f);
    assertThat(desk.value(SIZE)).isEmpty();
    assertThat(desk.all()).extracting(Current::id, Current::value).containsExactly(gain(0.5f));
    desk.set(GAIN, 0.7f, NOBODY);
    desk.set(SIZE, 1, NOBODY);
    assertThat(desk.value(GAIN)).contains(0.7f);
    assertThat(desk.all())
        .extracting(Current::id, Current::value)
        .containsExactly(gain(0.7f), tuple(SIZE, 1));
  }

  private static Tuple gain(Object value) {
    return tuple(GAIN, value);
  }

  @Test
  void whatArrivesWhileTheNodeEndsHarmsNobody() {
    desk.close();
    desk.set(SIZE, 1, NOBODY);
    learns(from("b", 70, 1f, System.currentTimeMillis(), new Fade(0f, 1_000)));
    desk.together(from("b", 71, 2f, 0, new Fade(0f, 1_000)), System.nanoTime());
    assertThat(ledger.parameter(SIZE)).isPresent();
  }
}
