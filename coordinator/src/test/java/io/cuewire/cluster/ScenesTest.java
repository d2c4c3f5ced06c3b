package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cuewire.cluster.Ensemble.Player;
import io.cuewire.control.Refused;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.Status.SceneStatus;
import io.cuewire.show.ParameterId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Parameters and scenes on three nodes of one cluster, in this process. */
class ScenesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ParameterId LEVEL = new ParameterId("/project1/geo1", "level");
  private static final ParameterId LOOK = new ParameterId("/project1/geo1", "look");
  private static Ensemble ensemble;
  private static Player a;
  private static Player b;
  private static Player c;

  @BeforeAll
  static void begin() throws Exception {
    ensemble =
        Ensemble.of(
            """
            endpoints:
              in-a: {protocol: osc, listen: 9000, on: a}
              in-b: {protocol: osc, listen: 9001, on: b}
              in-c: {protocol: osc, listen: 9002, on: c}
              td: {protocol: osc, send: 10.0.1.2:9002, on: all}
              lights: {protocol: osc, send: 10.0.1.3:9003, on: c}
            parameters: {to: td}
            mappings:
              /volume: {operator: /project1/geo1, parameter: level, scale: 2, offset: 1, min: 0, max: 2}
            scenes:
              high:
                - set: {operator: /project1/geo1, parameter: look, value: high}
                - send: {to: lights, address: /dim, args: [255]}
                - send: {to: td, address: /scene, args: [high]}
              low:
                - set: {operator: /project1/geo1, parameter: look, value: low}
              slow:
                - set: {operator: /project1/geo1, parameter: level, value: 100.0, fade: 20s}
                - wait: 20s
                - send: {to: td, address: /never}
            """,
            "a",
            "b",
            "c");
    var started = ensemble.startTogether("c", "a", "b");
    c = started.get(0);
    a = started.get(1);
    b = started.get(2);
  }

  @AfterAll
  static void end() {
    ensemble.close();
  }

  @BeforeEach
  void forget() {
    all().forEach(p -> p.rig.delivered.clear());
  }

  private static List<Player> all() {
    return List.of(a, b, c);
  }

  private static SceneOutcome go(Player player, String scene) throws Exception {
    return done(player.control.changeScene(scene));
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Optional<Object> value(Player player, ParameterId id) {
    return player.control.parameters().stream()
        .filter(p -> p.id().equals(id))
        .map(p -> p.value())
        .findFirst();
  }

  private static void everyNodeHas(ParameterId id, Object value) {
    for (var player : all()) {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(value(player, id)).contains(value));
    }
  }

  @Test
  void aParameterIsTheSameEverywhereAndGoesOutOfEachOutputOnce() {
    b.control.setParameter(LEVEL, 0.25f);
    everyNodeHas(LEVEL, 0.25f);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(a.rig.delivered).containsExactly("a/td /project1/geo1/level [0.25]");
          assertThat(b.rig.delivered).containsExactly("b/td /project1/geo1/level [0.25]");
          assertThat(c.rig.delivered).containsExactly("c/td /project1/geo1/level [0.25]");
        });
  }

  @Test
  void aMappingScalesMovesAndLimitsInThatOrder() {
    a.rig.arrives("in-a", "/volume", 0.25f);
    everyNodeHas(LEVEL, 1.5f);
    c.rig.arrives("in-c", "/volume", 7);
    everyNodeHas(LEVEL, 2f);
  }

  @Test
  void aSceneFiresOnceOnEveryNodeAndEachSaysWhen() throws Exception {
    var outcome = go(b, "high");
    assertThat(outcome.nodes().keySet()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(outcome.nodes().values())
        .allSatisfy(fired -> {
          assertThat(fired.error()).isEmpty();
          assertThat(fired.ms().orElseThrow()).isBetween(0.0, 1000.0);
        });
    everyNodeHas(LOOK, "high");
    assertThat(a.rig.delivered)
        .containsExactly("a/td /project1/geo1/look [high]", "a/td /scene [high]");
    assertThat(c.rig.delivered)
        .containsExactly(
            "c/td /project1/geo1/look [high]", "c/lights /dim [255]", "c/td /scene [high]");
    for (var player : all()) {
      assertThat(player.control.status().scene())
          .map(SceneStatus::sequence)
          .contains(outcome.sequence());
    }
  }

  @Test
  void aNewerSceneEndsFadesAndWaitsOnAllNodesAtTheSameValue() throws Exception {
    b.control.setParameter(LEVEL, 0f);
    everyNodeHas(LEVEL, 0f);
    go(a, "slow");
    await().atMost(PATIENCE).until(() -> (float) value(c, LEVEL).orElseThrow() > 0.5);
    go(c, "low");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(value(a, LEVEL)).isEqualTo(value(b, LEVEL)).isEqualTo(value(c, LEVEL));
          assertThat(a.rig.node.ledger().digest())
              .isEqualTo(b.rig.node.ledger().digest())
              .isEqualTo(c.rig.node.ledger().digest());
        });
    assertThat((float) value(a, LEVEL).orElseThrow()).isBetween(0.5f, 50f);
    assertThat(a.rig.delivered.stream().filter(d -> d.contains("level"))).hasSizeGreaterThan(5);
    for (var player : all()) {
      assertThat(player.rig.delivered.getLast()).contains("look");
    }
  }

  @Test
  void scenesThatAreAskedForAtOnceAreFiredOneAfterTheOther() throws Exception {
    var numbers = new HashSet<Long>();
    for (var round = 0; round < 10; round++) {
      var asked = new ArrayList<CompletionStage<SceneOutcome>>();
      all().forEach(p -> asked.add(p.control.changeScene("high")));
      all().forEach(p -> asked.add(p.control.changeScene("low")));
      for (var outcome : asked) {
        assertThat(numbers.add(done(outcome).sequence())).as("a number of its own").isTrue();
      }
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(a.control.status().scene())
              .isEqualTo(b.control.status().scene())
              .isEqualTo(c.control.status().scene());
          everyNodeHas(LOOK, a.control.status().scene().orElseThrow().name());
        });
  }

  @Test
  void commandsByAddressChangeTheSceneAndReleasesDoNot() throws Exception {
    var before = go(a, "low").sequence();
    b.rig.arrives("in-b", "/scene/high", 0f);
    b.rig.arrives("in-b", "/scene", "nonsense");
    b.rig.arrives("in-b", "/scene/high", 1f);
    everyNodeHas(LOOK, "high");
    assertThat(b.control.status().scene()).map(SceneStatus::sequence).contains(before + 1);
  }

  @Test
  void aSceneThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> go(a, "hig"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("there is no scene 'hig'")
        .hasMessageContaining("high");
  }
}
