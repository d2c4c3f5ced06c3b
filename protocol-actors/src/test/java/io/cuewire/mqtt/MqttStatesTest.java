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
  private static final Duration SILENCE_WITHIN = Duration.ofSeconds(12);
  private static final Duration A_LOOK_LATER = Duration.ofSeconds(1);

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
        thief.connected();
        eventually().untilAsserted(() -> assertThat(first.states()).contains("backing-off"));
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
  void noticesASilentBrokerAndSendsAgainWhatItDidNotAcknowledge() throws Exception {
    try (var broker = Mosquitto.start();
        var out = RunningEndpoint.on(broker.port()).named("foh", "out").retry(A_LOOK_LATER).run();
        var idle = endpoint(broker).retry(A_LOOK_LATER).run()) {
      out.connected();
      idle.connected();
      broker.freeze();
      IntStream.range(0, 500).forEach(n -> out.send("/n", n));
      out.awaitState(SILENCE_WITHIN, State.BACKING_OFF, "timeout");
      idle.awaitState(SILENCE_WITHIN, State.BACKING_OFF, "timeout");
      assertThat(out.io().out()).isZero();
      broker.kill();
      broker.restart();
      out.connected();
      eventually().until(() -> out.io().out() == 500);
    }
  }

  @Test
  void doesNotWaitForASilentBrokerWhenItIsStopped() throws Exception {
    try (var broker = Mosquitto.start();
        var endpoint = endpoint(broker).run().connected()) {
      broker.freeze();
      endpoint.send("/unheard", 1);
      eventually().until(() -> endpoint.io().queue().isEmpty());
      var begin = System.nanoTime();
      endpoint.disable();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
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
        assertThat(wrong.states()).containsOnlyOnce("connecting").doesNotContain("connected");
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
          eventually()
              .untilAsserted(() ->
                  assertThat(endpoint.io().lastError().orElse(""))
                      .contains("show/may/not", "not authorized"));
          endpoint.send("/may", 2);
          eventually().until(() -> endpoint.io().out() == 1);
          endpoint.connected();
        }
      }
    }
  }
}
