package io.cuewire.mqtt;

import static io.cuewire.mqtt.ScriptedBroker.END;
import static io.cuewire.mqtt.ScriptedBroker.WELCOME;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.State;
import io.cuewire.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that do not do what a client hopes for. */
class OddBrokersTest {
  private static final Duration NO_ANSWER_WITHIN = Duration.ofSeconds(7);
  private static final Duration A_LOOK_LATER = Duration.ofSeconds(1);

  @AfterEach
  void noThreadIsLeft() {
    eventually().untilAsserted(() -> assertThat(Threads.named("MQTT ")).isEmpty());
  }

  private static RunningEndpoint run(ScriptedBroker broker) {
    return RunningEndpoint.on(broker.port()).subscribe("show/a", "show/b").run();
  }

  @Test
  void oneThatClosesAtOnceLeavesNoThreads() throws IOException {
    try (var broker = new ScriptedBroker(END);
        var endpoint = run(broker)) {
      eventually().until(() -> broker.connections() >= 5);
      eventually().until(() -> endpoint.io().lastError().orElse("").contains("closed by peer"));
      assertThat(endpoint.states()).doesNotContain("connected");
    }
  }

  @Test
  void oneThatNeverAnswersIsATimeout() throws IOException {
    try (var broker = new ScriptedBroker();
        var endpoint = RunningEndpoint.on(broker.port()).retry(A_LOOK_LATER).run()) {
      endpoint.awaitState(NO_ANSWER_WITHIN, State.BACKING_OFF, "timeout");
      assertThat(endpoint.states()).doesNotContain("connected");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20 03 00 88 00, refused, unavailable",
    "20 03 00 85 00, refused, client-id not valid",
    "20 ff ff ff 7f, i/o error, a packet of 268435455 bytes",
    "20 03 00, closed by peer, ''",
    "20, closed by peer, ''"
  })
  void oneThatDoesNotTakeTheClient(String answer, String reason, String detail) throws IOException {
    try (var broker = new ScriptedBroker(answer, END);
        var endpoint = run(broker)) {
      eventually().until(() -> endpoint.states().contains("backing-off"));
      eventually()
          .untilAsserted(
              () -> assertThat(endpoint.io().lastError().orElse("")).contains(reason, detail));
      assertThat(endpoint.states()).doesNotContain("connected");
    }
  }

  @Test
  void oneThatRefusesASubscription() throws IOException {
    try (var broker = new ScriptedBroker(WELCOME, "90 05 00 01 00 01 87");
        var endpoint = run(broker)) {
      endpoint.awaitState(State.STALE, "subscription refused");
      eventually()
          .untilAsserted(() ->
              assertThat(endpoint.io().lastError().orElse(""))
                  .contains("'show/b' (not authorized)"));
    }
  }

  @Test
  void oneThatGivesTheConnectionToAnother() throws IOException {
    try (var broker = new ScriptedBroker(WELCOME, "90 05 00 01 00 01 01 e0 01 8e");
        var endpoint = run(broker)) {
      eventually()
          .untilAsserted(() ->
              assertThat(endpoint.io().lastError().orElse(""))
                  .contains("taken over", "'club-foh-iot'"));
    }
  }

  /** What was sent last would be refused again, and what waits behind it would never go. */
  @ParameterizedTest
  @ValueSource(strings = {"87", "90", "95", "97", "99", "9a", "9b"})
  void oneThatEndsTheConnectionOverAPublication(String code) throws IOException {
    try (var broker = new ScriptedBroker(WELCOME, "40 02 00 01", "e0 01 " + code);
        var endpoint = RunningEndpoint.on(broker.port()).retry(A_LOOK_LATER).run().connected()) {
      endpoint.send("/may/not", 1);
      endpoint.send("/may/not/too", 2);
      endpoint.awaitState(State.BACKING_OFF, "publication refused");
      eventually().until(() -> endpoint.io().lastError().orElse("").contains("show/may/not:"));
      eventually().until(() -> endpoint.io().lastError().orElse("").contains("show/may/not/too:"));
      eventually().until(() -> endpoint.io().queue().isEmpty());
      assertThat(endpoint.io().errors()).isEqualTo(2);
    }
  }

  @Test
  void oneThatSaysUnderTrafficWhyItEndsTheConnection() throws IOException {
    try (var broker = new ScriptedBroker(WELCOME, "40 02 00 01", "e0 01 8e");
        var endpoint = RunningEndpoint.on(broker.port()).qos(0).retry(A_LOOK_LATER).run()) {
      endpoint.connected();
      eventually()
          .until(() -> {
            endpoint.send("/traffic", "x".repeat(1000));
            return endpoint.endpoint().state().state() == State.BACKING_OFF;
          });
      assertThat(endpoint.endpoint().state().reason()).contains("taken over");
    }
  }

  @Test
  void oneThatSendsAPacketThatNobodyUnderstands() throws IOException {
    // a topic with a control character
    try (var broker =
            new ScriptedBroker(WELCOME, "90 05 00 01 00 01 01", "30 06 00 01 01 00 61 62");
        var endpoint = run(broker)) {
      eventually().until(() -> endpoint.states().contains("backing-off"));
    }
  }
}
