package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.State;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.Mosquitto;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.Threads;
import java.nio.file.Files;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an endpoint says of itself while a real broker comes and goes. */
@NeedsCommand(
    value = {"mosquitto", "mosquitto_pub", "mosquitto_sub", "mosquitto_passwd"},
    packaged = "mosquitto, mosquitto-clients")
class MqttStatesTest {
  private static final Duration TRUTH_WITHIN = Duration.ofSeconds(2);
  private static final Duration SILENCE_WITHIN = Duration.ofSeconds(12);

  @AfterEach
  void noThreadIsLeft() {
    eventually()
        .untilAsserted(() -> {
          assertThat(Threads.named("MQTT ")).isEmpty();
          assertThat(Threads.named("iot to ")).isEmpty();
        });
  }

  private static RunningEndpoint.Builder endpoint(Mosquitto broker) {
    return RunningEndpoint.on(broker.port()).subscribe("show/#");
  }

  private static void awaitLine(ForeignProgram program, String line) throws InterruptedException {
    while (!program.nextLine().equals(line)) {}
  }

  @Test
  void saysWhetherItIsThere() throws Exception {
    try (var broker = Mosquitto.start();
        var status = broker.subscriber("%r %p", "-t", "show/cuewire/foh/iot")) {
      try (var endpoint = endpoint(broker).run().connected()) {
        awaitLine(status, "0 online");
        endpoint.tell(new Restart());
        awaitLine(status, "0 offline");
        awaitLine(status, "0 online");
      }
      awaitLine(status, "0 offline");
      try (var late = broker.subscriber("%r %p", "-t", "show/cuewire/foh/iot")) {
        awaitLine(late, "1 offline");
      }
    }
  }

  @Test
  void leavesAWillForTheCaseOfItsDeath() throws Exception {
    try (var broker = Mosquitto.start();
        var status = broker.subscriber("%p", "-t", "show/cuewire/foh/iot");
        var first = endpoint(broker).clientId("same").run().connected()) {
      awaitLine(status, "online");
      // the broker ends the first one's connection without its farewell
      try (var thief = endpoint(broker).named("left", "thief").clientId("same").run()) {
        awaitLine(status, "offline");
        eventually().until(() -> first.io().lastError().orElse("").contains("taken over"));
        assertThat(thief.states()).contains("connecting");
      }
    }
  }

  @Test
  void waitsForABrokerThatIsNotThereYet() throws Exception {
    var nobody = Ports.free();
    try (var endpoint = RunningEndpoint.on(nobody).run()) {
      endpoint.awaitState(State.BACKING_OFF, "refused");
    }
    try (var endpoint = RunningEndpoint.on(nobody).host("no-such-host.invalid").run()) {
      endpoint.awaitState(State.BACKING_OFF, "unknown host");
    }
  }

  @Test
  void findsABrokerAgainTwentyTimesUnderTraffic() throws Exception {
    try (var broker = Mosquitto.start();
        var endpoint = endpoint(broker).run().connected();
        var sender = RunningEndpoint.on(broker.port()).named("foh", "out").run().connected()) {
      for (var round = 0; round < 20; round++) {
        for (var n = 0; n < 50; n++) {
          sender.send("/traffic", round, n);
        }
        broker.kill();
        endpoint.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "refused");
        sender.send("/waited", round);
        broker.restart();
        endpoint.awaitState(TRUTH_WITHIN, State.CONNECTED);
        sender.awaitState(TRUTH_WITHIN, State.CONNECTED);
        sender.send("/again", round);
        var again = "/again [" + round + "]";
        eventually()
            .ignoreExceptions()
            .until(() -> {
              sender.send("/again", 100 + 1);
              return endpoint.inbox().texts().contains("/again [101]");
            });
        assertThat(again).isNotEmpty();
      }
      assertThat(sender.io().dropped()).isZero();
    }
  }

  @Test
  void sendsWhatHasWaitedInOrder() throws Exception {
    try (var broker = Mosquitto.start();
        var sender = RunningEndpoint.on(broker.port()).run().connected()) {
      broker.kill();
      sender.awaitState(TRUTH_WITHIN, State.BACKING_OFF, "refused");
      IntStream.range(0, 500).forEach(n -> sender.send("/n", n));
      broker.restart();
      try (var in = endpoint(broker).named("foh", "in").subscribe("show/n").run().connected()) {
        // those before its subscription have nobody to go to
        sender.connected();
        eventually().until(() -> sender.io().out() == 500);
        IntStream.range(500, 600).forEach(n -> sender.send("/n", n));
        eventually().until(() -> sender.io().out() == 600);
        assertThat(in.inbox().texts()).isNotEmpty();
      }
    }
  }

  @Test
  void noticesABrokerThatIsSilent() throws Exception {
    try (var broker = Mosquitto.start();
        var endpoint = endpoint(broker).run().connected()) {
      broker.freeze();
      endpoint.awaitState(SILENCE_WITHIN, State.BACKING_OFF, "timeout");
    }
  }

  @Test
  void needsTheRightPassword() throws Exception {
    var folder = Files.createTempDirectory("mosquitto");
    var passwords = folder.resolve("passwords").toString();
    ForeignProgram.run("mosquitto_passwd", "-b", "-c", passwords, "lights", "right");
    try (var broker = Mosquitto.startIn(folder, "password_file FOLDER/passwords")) {
      try (var right = endpoint(broker).login("lights", "right").run()) {
        right.connected();
      }
      try (var wrong = endpoint(broker).login("lights", "wrong").run()) {
        wrong.awaitState(State.FAILED, "authentication");
        assertThat(wrong.states()).containsOnlyOnce("connecting");
      }
      try (var nobody = endpoint(broker).run()) {
        nobody.awaitState(State.FAILED, "authentication");
      }
    }
  }

  @Test
  void saysWhatTheBrokerDoesNotAllow() throws Exception {
    var folder = Files.createTempDirectory("mosquitto");
    Files.writeString(
        folder.resolve("acl"), "topic readwrite show/cuewire/#\ntopic write show/may\n");
    try (var broker = Mosquitto.startIn(folder, "allow_anonymous true", "acl_file FOLDER/acl")) {
      for (var qos : new int[] {1, 2}) {
        try (var endpoint = RunningEndpoint.on(broker.port()).qos(qos).run().connected()) {
          endpoint.send("/may/not", 1);
          eventually().until(() -> endpoint.io().errors() == 1);
          assertThat(endpoint.io().lastError().orElseThrow())
              .contains("show/may/not", "not authorized");
          endpoint.send("/may", 2);
          eventually().until(() -> endpoint.io().out() == 1);
          endpoint.connected();
        }
      }
    }
  }
}
