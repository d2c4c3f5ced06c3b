package io.cuewire.serial;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.State;
import io.cuewire.message.Message;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.testing.SerialDevice;
import io.cuewire.testing.Threads;
import io.cuewire.text.TextWire;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A serial endpoint as a node runs it: its actor, a real port, real time. */
@NeedsCommand(value = "socat", packaged = "socat")
@Timeout(60)
class SerialEndpointTest {
  private static final Duration TRUTH = Duration.ofSeconds(2);
  private static final Wire WIRE = new TextWire(List.of(), false, new RehearsedShow());

  private final SerialDevice device = SerialDevice.unplugged();
  private final LiveEndpoint port =
      LiveEndpoint.client("port", Duration.ofMillis(50), SerialProtocol.opener(settings(), WIRE));

  SerialEndpointTest() throws IOException {}

  private SerialSettings settings() {
    return new SerialSettings(
        device.path(),
        115_200,
        8,
        SerialSettings.Parity.NONE,
        1,
        SerialSettings.Flow.NONE,
        Framing.Kind.LINE,
        1000,
        Budget.unlimited(),
        List.of(Message.of("/hello", List.of())));
  }

  @AfterEach
  void stop() throws IOException {
    port.close();
    device.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("port ")).isEmpty());
  }

  private void awaitState(State state, String... reason) {
    port.await(state, Arrays.stream(reason).findFirst(), TRUTH);
  }

  private void send(Object value) {
    port.send("/value", value);
  }

  private EndpointIo io() {
    return port.endpoint().io();
  }

  @Test
  void waitsForADeviceThatIsNotThereYet() throws Exception {
    awaitState(State.BACKING_OFF, "no such device");
    send(1);
    device.plug();
    awaitState(State.CONNECTED);
    device.reading().expect("/hello\n/value 1\n");
    assertThat(io().lastError().orElseThrow())
        .isEqualTo(
            "there: no such device (is it plugged in? 'ls -l /dev/serial/by-id' names those that"
                + " are)");
  }

  @Test
  void tellsTheTruthWhenItIsUnpluggedWithoutAnyTraffic() throws Exception {
    device.plug();
    awaitState(State.CONNECTED);
    device.unplug();
    awaitState(State.BACKING_OFF, "no such device");
  }

  @Test
  void comesBackTwentyTimesUnderTraffic() throws Exception {
    var traffic =
        Thread.ofVirtual()
            .start(() -> {
              for (var i = 0; !Thread.currentThread().isInterrupted(); i++) {
                send(i);
                LockSupport.parkNanos(1_000_000);
              }
            });
    for (var round = 0; round < 20; round++) {
      device.plug();
      device.reading();
      awaitState(State.CONNECTED);
      var out = io().out();
      eventually().until(() -> io().out() > out + 10);
      device.send("/round " + round + "\n");
      assertThat(port.inbox().next()).hasToString("/round [" + round + "]");
      device.unplug();
      awaitState(State.BACKING_OFF, "no such device");
    }
    traffic.interrupt();
    traffic.join();
    assertThat(io().errors()).isZero();
  }

  @Test
  void isNotConnectedWhileTheDeviceTakesNothing() throws Exception {
    device.plug();
    awaitState(State.CONNECTED);
    var filler = "x".repeat(500);
    eventually()
        .until(() -> {
          IntStream.range(0, 10).forEach(_ -> send(filler));
          return port.state() == State.STALE && io().dropped() > 0;
        });
    assertThat(port.endpoint().state().reason()).contains("not reading");
    port.tell(new Restart());
    eventually().until(() -> port.state() == State.CONNECTED);
    device.reading();
    var out = io().out();
    eventually()
        .until(() -> {
          send(filler);
          return io().out() > out;
        });
    awaitState(State.CONNECTED);
  }
}
