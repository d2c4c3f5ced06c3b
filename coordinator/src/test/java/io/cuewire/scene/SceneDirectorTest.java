package io.cuewire.scene;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Entry.SceneFired;
import io.cuewire.ledger.Ledger;
import io.cuewire.parameter.ParameterDesk;
import io.cuewire.show.OutgoingMessage;
import io.cuewire.show.ParameterId;
import io.cuewire.show.ParameterValue;
import io.cuewire.show.Parameters;
import io.cuewire.show.Scene;
import io.cuewire.show.Step;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SceneDirectorTest {
  private static final ParameterId SIZE = new ParameterId("/geo1", "sx");
  private static final ParameterId LOOK = new ParameterId("/geo1", "look");
  private static final Duration WHILE = Duration.ofMillis(100);

  private static final Map<String, Scene> SCENES =
      scenes(
          new Scene("high", List.of(set(LOOK, "high"), send("/scene/high"))),
          new Scene("low", List.of(set(LOOK, "low"))),
          new Scene(
              "waits",
              List.of(set(LOOK, "one"), send("/one"), wait(150), set(LOOK, "two"), send("/two"))),
          new Scene("fades", List.of(fade(SIZE, 1f, 10_000), wait(10_000), send("/never"))),
          new Scene("long ago", List.of(set(LOOK, "x"), send("/late"), wait(2_300), send("/yet"))),
          new Scene("crowd", crowd()),
          new Scene("twice", List.of(set(SIZE, 1), set(SIZE, 2))));

  private final Player a = new Player("a");
  private final Player b = new Player("b");

  /** A node with its ledger, whose outputs are kept. */
  private static final class Player {
    final String name;
    final Ledger ledger;
    final ParameterDesk desk;
    final SceneDirector director;
    final List<String> sent = new CopyOnWriteArrayList<>();
    final List<Long> fired = new CopyOnWriteArrayList<>();
    volatile boolean stopped;

    Player(String name) {
      this.name = name;
      ledger = new Ledger(name);
      desk =
          new ParameterDesk(
              new Parameters(List.of(), false, new LinkedHashMap<>()),
              ledger,
              name,
              Clock.systemUTC(),
              (id, value, _) -> sent.add(id.parameter() + " " + value),
              _ -> {});
      director =
          new SceneDirector(
              name,
              SCENES,
              ledger,
              desk,
              () -> stopped,
              (to, message) -> sent.add(to.getFirst() + " " + message.address()));
    }

    boolean go(Firing firing) {
      return director.go(firing, fired::add);
    }

    Optional<Object> value(ParameterId id) {
      return desk.value(id);
    }

    void close() {
      director.close();
      desk.close();
    }
  }

  private static Map<String, Scene> scenes(Scene... all) {
    var scenes = new LinkedHashMap<String, Scene>();
    for (var scene : all) {
      scenes.put(scene.name(), scene);
    }
    return scenes;
  }

  private static List<Step> crowd() {
    var sends = IntStream.range(0, 50).mapToObj(n -> send("/" + n));
    return Stream.concat(Stream.of(wait(20)), sends).toList();
  }

  private static Step set(ParameterId id, Object value) {
    return new Step.Set(new ParameterValue(id, value), Optional.empty());
  }

  private static Step fade(ParameterId id, Object value, long millis) {
    return new Step.Set(new ParameterValue(id, value), Optional.of(Duration.ofMillis(millis)));
  }

  private static Step wait(int millis) {
    return new Step.Wait(Duration.ofMillis(millis));
  }

  private static Step send(String address) {
    return new Step.Send(List.of("td"), new OutgoingMessage.Addressed(address, List.of()));
  }

  /** Ordered by the node {@code a}, for both. */
  private static Firing firing(long sequence, String scene, long at) {
    return new Firing(
        sequence,
        scene,
        "request " + sequence,
        "a",
        sequence * 10_000_000,
        System.currentTimeMillis() + (at - System.nanoTime()) / 1_000_000,
        Map.of("a", at, "b", at));
  }

  private static Firing now(long sequence, String scene) {
    return firing(sequence, scene, System.nanoTime());
  }

  @AfterEach
  void end() {
    a.close();
    b.close();
  }

  @Test
  void firesAtItsInstantAndTellsWhen() {
    var at = System.nanoTime() + Duration.ofMillis(60).toNanos();
    assertThat(a.go(firing(1, "high", at))).isTrue();
    assertThat(a.sent).isEmpty();
    eventually().until(() -> !a.fired.isEmpty());
    assertThat(a.fired.getFirst() - at).isNotNegative();
    assertThat(a.sent).containsExactly("look high", "td /scene/high");
    assertThat(a.ledger.scene()).map(SceneFired::scene).contains("high");
    assertThat(a.ledger.scene()).map(SceneFired::sequence).contains(1L);
    assertThat(a.director.fired("request 1")).map(Firing::scene).contains("high");
    assertThat(a.director.fired("request 2")).isEmpty();
  }

  @Test
  void firesNothingTwiceAndNothingOld() {
    assertThat(a.go(now(5, "high"))).isTrue();
    assertThat(a.go(now(5, "high"))).isFalse();
    assertThat(a.go(now(4, "low"))).isFalse();
    eventually().until(() -> a.fired.size() == 1);
    assertThat(a.go(now(5, "low"))).isFalse();
    assertThat(a.go(now(6, "low"))).isTrue();
    eventually().until(() -> a.fired.size() == 2);
    assertThat(a.value(LOOK)).contains("low");
  }

  @Test
  void aSceneThatThisShowDoesNotHaveIsNotFired() {
    assertThat(a.go(now(1, "tomorrow's"))).isFalse();
    assertThat(a.director.highest()).isZero();
  }

  @Test
  void knowsTheHighestNumberThatWasPromisedOrFired() {
    a.director.prepare(3);
    a.director.prepare(2);
    assertThat(a.director.highest()).isEqualTo(3);
    assertThat(a.go(now(7, "high"))).isTrue();
    assertThat(a.director.highest()).isEqualTo(7);
    a.director.prepare(5);
    assertThat(a.director.highest()).isEqualTo(7);
  }

  @Test
  void waitsBetweenItsSteps() {
    var at = System.nanoTime();
    a.go(firing(1, "waits", at));
    eventually().until(() -> a.sent.contains("td /one"));
    assertThat(a.sent).doesNotContain("td /two");
    eventually().until(() -> a.sent.contains("td /two"));
    assertThat(System.nanoTime() - at).isGreaterThan(Duration.ofMillis(150).toNanos());
    assertThat(a.sent).containsExactly("look one", "td /one", "look two", "td /two");
  }

  @Test
  void stepsOfOneInstantStayInTheirOrder() {
    a.go(now(1, "crowd"));
    eventually().until(() -> a.sent.contains("td /49"));
    assertThat(a.sent)
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(n -> "td /" + n).toList());
  }

  @Test
  void whatIsSetByHandWhileItWaitsIsOlderThanItsNextStep() {
    a.go(now(1, "waits"));
    eventually().until(() -> a.sent.contains("td /one"));
    a.desk.set(LOOK, "by hand", Optional.empty());
    assertThat(a.value(LOOK)).contains("by hand");
    eventually().until(() -> a.sent.contains("td /two"));
    assertThat(a.value(LOOK)).contains("two");
  }

  @Test
  void theLaterOfTwoStepsForOneParameterCounts() {
    a.go(now(1, "twice"));
    eventually().until(() -> a.fired.size() == 1);
    assertThat(a.value(SIZE)).contains(2);
  }

  @Test
  void aFadeBeginsAtTheValueOfThatInstant() {
    a.desk.set(SIZE, 0.5f, Optional.empty());
    a.go(now(1, "fades"));
    eventually().until(() -> a.desk.fading().contains(SIZE));
    assertThat((float) a.value(SIZE).orElseThrow()).isBetween(0.5f, 0.9f);
    eventually().until(() -> a.sent.stream().filter(s -> s.startsWith("sx")).count() > 4);
  }

  @Test
  void whatHasNoValueYetIsThereAtOnce() {
    a.go(now(1, "fades"));
    eventually().until(() -> a.value(SIZE).equals(Optional.of(1f)));
    assertThat(a.desk.fading()).isEmpty();
  }

  @Test
  void aNewerSceneEndsTheWaitsAndFadesOfTheOlderAtTheSameValueEverywhere() {
    for (var player : List.of(a, b)) {
      player.desk.together(
          new Entry(
              "parameter/" + SIZE,
              1,
              "a",
              new ParameterSet(SIZE, 0f, 0, Optional.empty(), Optional.empty())),
          System.nanoTime());
      player.sent.clear();
    }
    var slow = now(1, "fades");
    a.go(slow);
    b.go(slow);
    eventually().until(() -> a.desk.fading().contains(SIZE) && b.desk.fading().contains(SIZE));
    eventually().until(() -> (float) b.value(SIZE).orElseThrow() > 0.01f);
    var next = now(2, "low");
    a.go(next);
    b.go(next);
    eventually().until(() -> a.fired.size() == 2 && b.fired.size() == 2);
    assertThat(a.desk.fading()).isEmpty();
    assertThat((float) a.value(SIZE).orElseThrow()).isBetween(0.01f, 0.9f);
    assertThat(new HashSet<>(a.ledger.all())).isEqualTo(new HashSet<>(b.ledger.all()));
    var count = a.sent.size();
    eventually().during(WHILE).until(() -> a.sent.size() == count);
    assertThat(a.sent).doesNotContain("td /never");
  }

  @Test
  void aTriggerThatIsTooLateIsNotSentButValuesAreSet() {
    a.go(firing(1, "long ago", System.nanoTime() - Duration.ofSeconds(2).toNanos()));
    eventually().until(() -> a.sent.contains("td /yet"));
    assertThat(a.sent).containsExactly("look x", "td /yet");
    assertThat(a.value(LOOK)).contains("x");
  }

  @Test
  void haltingEndsWaitsAndFadesWhereTheyAre() {
    a.desk.set(SIZE, 0f, Optional.empty());
    a.go(now(1, "fades"));
    eventually().until(() -> a.desk.fading().contains(SIZE));
    a.director.halt();
    var held = (float) a.value(SIZE).orElseThrow();
    assertThat(held).isLessThan(0.9f);
    assertThat(a.desk.fading()).isEmpty();
    eventually().during(WHILE).until(() -> (float) a.value(SIZE).orElseThrow() == held);

    a.go(now(2, "waits"));
    eventually().until(() -> a.sent.contains("td /one"));
    a.director.halt();
    eventually().during(Duration.ofMillis(250)).until(() -> !a.sent.contains("td /two"));
    assertThat(a.value(LOOK)).contains("one");
  }

  @Test
  void whatWasOrderedBeforeAStopIsNotFiredInIt() {
    var at = System.nanoTime() + Duration.ofMillis(900).toNanos();
    assertThat(a.go(firing(1, "high", at))).isTrue();
    a.stopped = true;
    a.director.halt();
    eventually().during(Duration.ofMillis(1200)).until(() -> a.sent.isEmpty());
    assertThat(a.value(LOOK)).isEmpty();
    assertThat(a.fired).as("it does not say that it did").isEmpty();
    assertThat(a.ledger.scene()).isEmpty();
    a.stopped = false;
    assertThat(a.go(now(2, "high"))).isTrue();
    eventually().until(() -> a.fired.size() == 1);
  }

  @Test
  void whatIsOrderedWhileTheNodeEndsHarmsNobody() {
    a.close();
    a.go(now(1, "high"));
    assertThat(a.sent).isEmpty();
  }
}
