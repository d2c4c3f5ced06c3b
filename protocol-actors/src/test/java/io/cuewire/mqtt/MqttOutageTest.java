package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.State;
import io.cuewire.testing.Mosquitto;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Threads;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real broker that dies and comes back under traffic. */
@NeedsCommand(
    value = {"mosquitto", "mosquitto_pub", "mosquitto_sub"},
    packaged = "mosquitto, mosquitto-clients")
class MqttOutageTest {
  private static final Duration TRUTH_WITHIN = Duration.ofSeconds(2);
  private static final Duration SOME_SECONDS = Duration.ofSeconds(3);

  @AfterEach
  void noThreadIsLeft() {
    eventually().untilAsserted(() -> assertThat(Threads.named("MQTT ")).isEmpty());
  }

  @Test
  void findsTheBrokerAgainTwentyTimesUnderTraffic() throws Exception {
    try (var broker = Mosquitto.start();
        var in = RunningEndpoint.on(broker.port()).named("foh", "in").subscribe("show/#").run();
        var out = RunningEndpoint.on(broker.port()).named("foh", "out").run()) {
      for (var round = 0; round < 20; round++) {
        in.connected();
        out.connected();
        var number = round;
        IntStream.range(0, 100).forEach(n -> out.send("/traffic", number, n));
        broker.kill();
        in.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "refused");
        out.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "refused");
        broker.restart();
        in.awaitState(TRUTH_WITHIN, State.CONNECTED);
        out.awaitState(TRUTH_WITHIN, State.CONNECTED);
        out.send("/again", round);
        var again = "/again [" + round + "]";
        eventually().until(() -> in.inbox().texts().contains(again));
      }
      eventually().until(() -> out.io().out() == 20 * 101);
      assertThat(out.io().dropped() + out.io().errors()).isZero();
    }
  }

  @Test
  void sendsInOrderWhatHasWaited() throws Exception {
    try (var broker = Mosquitto.start();
        var late = RunningEndpoint.on(broker.port()).named("foh", "out").retry(SOME_SECONDS).run();
        var in = RunningEndpoint.on(broker.port()).named("foh", "in").subscribe("show/#").run()) {
      late.connected();
      in.connected();
      broker.kill();
      late.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "closed by peer");
      IntStream.range(0, 500).forEach(n -> late.send("/n", n));
      in.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "refused");
      broker.restart();
      in.connected(); // before the other one tries
      assertThat(late.endpoint().state().state()).isEqualTo(State.BACKING_OFF);
      var expected = IntStream.range(0, 500).mapToObj(n -> "/n [" + n + "]").toList();
      assertThat(in.inbox().next(500)).isEqualTo(expected);
    }
  }
}
