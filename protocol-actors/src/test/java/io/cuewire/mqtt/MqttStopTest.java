package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.State;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.Mosquitto;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Threads;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop over a real broker. */
@NeedsCommand(
    value = {"mosquitto", "mosquitto_pub", "mosquitto_sub"},
    packaged = "mosquitto, mosquitto-clients")
@Timeout(60)
class MqttStopTest {
  private static final String TOPIC = "show/emergency_stop";
  private static final String RETAINED = "retained 1 on " + TOPIC;

  private Mosquitto broker;

  @BeforeEach
  void startTheBroker() throws IOException {
    broker = Mosquitto.start();
  }

  @AfterEach
  void stopTheBroker() throws IOException {
    broker.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("MQTT ")).isEmpty());
  }

  private RunningEndpoint.Builder endpoint() {
    return RunningEndpoint.on(broker.port());
  }

  private ForeignProgram subscriber(String filter) throws IOException {
    return broker.subscriber("%p on %t at %q", "-q", "2", "-t", filter);
  }

  private static String next(ForeignProgram subscriber) throws InterruptedException {
    while (true) {
      var line = subscriber.nextLine();
      if (!line.contains("ready") && !line.contains("cuewire/")) {
        return line;
      }
    }
  }

  /** What a client that subscribes now is given, up to a message that is retained after it. */
  private boolean isRetained() throws Exception {
    broker.publish("zz/end", "end", "-r");
    try (var program =
        ForeignProgram.start(
            broker
                .client("mosquitto_sub", "-F", "%r %p %t", "-t", TOPIC, "-t", "zz/end", "-W", "5")
                .toArray(String[]::new))) {
      return !program.nextLine().equals("1 end zz/end");
    }
  }

  @Test
  void publishesItRetainedUntilItIsLeft() throws Exception {
    try (var endpoint = endpoint().qos(0).run().connected();
        var subscriber = subscriber("show/#")) {
      endpoint.live().stop();
      assertThat(next(subscriber)).isEqualTo("1 on " + TOPIC + " at 1");
      assertThat(endpoint.live().confirmed()).isLessThan(2000);
      assertThat(isRetained()).isTrue();
      endpoint.send("/refused", 1);
      assertThat(endpoint.io().refused()).isEqualTo(1);
      endpoint.live().endStop();
      assertThat(next(subscriber)).isEqualTo(" on " + TOPIC + " at 1");
      assertThat(isRetained()).isFalse();
      endpoint.send("/after", 2);
      assertThat(next(subscriber)).startsWith("2 on show/after");
    }
  }

  @Test
  void waitsForTheBrokersWordAndDropsWhatWaitsBehindIt() throws Exception {
    try (var endpoint = endpoint().run().connected();
        var subscriber = subscriber("show/#")) {
      broker.freeze();
      IntStream.range(0, 500).forEach(n -> endpoint.send("/n", n));
      endpoint.live().stop();
      endpoint.live().awaitUnconfirmed("no confirmation within 2 s");
      broker.thaw();
      assertThat(endpoint.live().confirmed()).isGreaterThan(2000);
      var before = 0;
      while (!next(subscriber).equals("1 on " + TOPIC + " at 1")) {
        before++;
      }
      assertThat(before).isLessThan(65);
      var dropped = 500 - before;
      eventually().untilAsserted(() -> assertThat(endpoint.io().dropped()).isEqualTo(dropped));
      endpoint.live().endStop();
      assertThat(next(subscriber)).isEqualTo(" on " + TOPIC + " at 1");
    }
  }

  @Test
  void publishesItFirstToABrokerThatComesBackAndTakesItBackFromOneThatWasAway() throws Exception {
    try (var endpoint = endpoint().run().connected()) {
      broker.kill();
      endpoint.awaitState(State.BACKING_OFF, "refused");
      endpoint.live().stop();
      endpoint.live().awaitUnconfirmed("refused");
      broker.restart();
      endpoint.live().confirmed();
      assertThat(isRetained()).isTrue();
      broker.freeze();
      endpoint.live().endStop();
      endpoint.tell(new io.cuewire.endpoint.EndpointActor.Restart());
      broker.thaw();
      eventually().until(() -> !isRetained());
    }
  }

  @Test
  void isRaisedByNothingRetainedAndNothingOfThisShow() throws Exception {
    broker.publish(TOPIC, "1", "-r");
    broker.publish("show/command", "{\"command\":\"emergency_stop\"}", "-r");
    try (var endpoint = endpoint().subscribe("show/#").run().connected();
        var other = endpoint().named("stage", "other").run().connected()) {
      other.live().stop();
      other.live().confirmed();
      other.live().endStop();
      other.send("/live", 1);
      assertThat(endpoint.inbox().next()).hasToString("/live [1]");
      assertThat(endpoint.asked()).isEmpty();
      broker.publish(TOPIC, "1");
      assertThat(endpoint.inbox().next()).hasToString("/emergency_stop [1]");
      broker.publish("show/command", "{\"command\":\"emergency_stop\"}");
      eventually().until(() -> endpoint.asked().contains("stop"));
    }
  }
}
