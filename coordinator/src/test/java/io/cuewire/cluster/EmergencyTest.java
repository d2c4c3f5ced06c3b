package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cuewire.cluster.Ensemble.Player;
import io.cuewire.control.Refused;
import io.cuewire.control.Status.EmergencyStatus;
import io.cuewire.show.ParameterId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emergency stop on three nodes of one cluster, in this process. */
class EmergencyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ParameterId GAIN = new ParameterId("/project1/audio", "gain");
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
              in: {protocol: osc, listen: 9000, on: b}
              beats: {protocol: osc, listen: 9001, on: c}
              td: {protocol: osc, send: 10.0.1.2:9002, on: all}
              log: {protocol: osc, send: 10.0.1.3:9003, on: a}
            routes: {all: {from: in, to: [td, log]}}
            parameters: {to: td}
            scenes: {high: [{send: {to: td, address: /high}}]}
            emergency:
              block: [td]
              set: [{operator: /project1/audio, parameter: gain, value: 0}]
              heartbeat: {from: beats, match: /alive, within: 300ms}
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

  @AfterEach
  void clear() {
    b.control.clearStop();
    for (var player : all()) {
      await().atMost(PATIENCE).until(() -> !stop(player).isLatched());
    }
  }

  private static List<Player> all() {
    return List.of(a, b, c);
  }

  private static EmergencyStatus stop(Player player) {
    return player.control.status().emergency();
  }

  private static void everybodyIsStopped() {
    for (var player : all()) {
      await().atMost(PATIENCE).until(() -> stop(player).isLatched());
    }
  }

  @Test
  void everyNodeSendsItAndNamesEachInstance() throws Exception {
    a.control.setParameter(GAIN, 0.5f);
    var answer =
        a.control.emergencyStop("fire", "shell").toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(answer.confirmations())
        .extracting(c -> c.endpoint() + " on " + c.node())
        .containsExactlyInAnyOrder("td on a", "td on b", "td on c", "log on a");
    everybodyIsStopped();
    for (var player : all()) {
      assertThat(stop(player).inForce().orElseThrow().reason()).isEqualTo("fire");
      await()
          .atMost(PATIENCE)
          .until(() ->
              player.control.parameters().stream()
                  .anyMatch(p -> p.id().equals(GAIN) && p.value().equals(0)));
    }
  }

  @Test
  void whatChangesTheShowIsRefusedAndCounted() {
    c.rig.arrives("beats", "/emergency_stop");
    everybodyIsStopped();
    assertThatThrownBy(() -> a.control.setParameter(GAIN, 1f))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("emergency stop");
    assertThatThrownBy(() -> a.control.changeScene("high"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("emergency stop");
    all().forEach(p -> p.rig.delivered.clear());
    b.rig.arrives("in", "/fader", 1f);
    assertThat(b.rig.delivered)
        .containsExactlyInAnyOrder("a/log /fader [1.0]", "a/td /fader [1.0]", "c/td /fader [1.0]");
    await().atMost(PATIENCE).until(() -> stop(a).refused() >= 3);
  }

  @Test
  void whatIsRaisedOnceMoreIsOverWithTheFirst() {
    a.control.emergencyStop("one", "shell");
    everybodyIsStopped();
    c.rig.node.performance().raiseStop("two", "shell"); // is in force there already: counted
    b.rig.node.performance().clearStop();
    for (var player : all()) {
      await().atMost(PATIENCE).until(() -> !stop(player).isLatched());
    }
    assertThat(all()).allMatch(p -> p.rig.node.ledger().stops().findAny().isEmpty());
  }

  @Test
  void beatsThatEndRaiseItAndTheFirstBeatArmsIt() {
    assertThat(stop(a).isLatched()).isFalse();
    c.rig.arrives("beats", "/alive");
    everybodyIsStopped();
    assertThat(stop(a).inForce().orElseThrow().by()).isEqualTo("heartbeat");
    assertThat(stop(a).inForce().orElseThrow().node()).isEqualTo("c");
  }

  @Test
  void aButtonsReleaseRaisesNothing() {
    b.rig.arrives("in", "/emergency_stop", 0f);
    b.rig.arrives("in", "/emergency_sto?");
    assertThat(stop(b).isLatched()).isFalse();
  }
}
