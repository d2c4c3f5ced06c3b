package io.cuewire.serial;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.testing.Desk;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.testing.SerialDevice;
import io.cuewire.testing.Threads;
import io.cuewire.text.TextWire;
import io.cuewire.transport.OutboundQueue;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A serial endpoint as a node runs it: its actor, a real port, real time. */
@NeedsCommand(value = "socat", packaged = "socat")
@Timeout(60)
class SerialEndpointTest {
  private static final Duration TRUTH = Duration.ofSeconds(2);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final SerialDevice device = SerialDevice.unplugged();
  private final Desk desk = new Desk("port", "inbox").routes(RouteBuilder.from("port").to("inbox"));
  private final Endpoint endpoint = endpoint();
  private ActorRef<Endpoints.Tell> guardian;

  SerialEndpointTest() throws IOException {}

  private Endpoint endpoint() {
    var settings =
        new SerialSettings(
            device.path(),
            9600,
            8,
            SerialSettings.Parity.NONE,
            1,
            SerialSettings.Flow.NONE,
            Framing.Kind.LINE,
            1000,
            Budget.unlimited(),
            List.of(Message.of("/hello", List.of())));
    var wire = new TextWire(List.of(), false, new RehearsedShow());
    return new Endpoint(
        new EndpointSettings(
            "port",
            "serial",
            device.path(),
            false,
            true,
            true,
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(200), OptionalInt.empty()),
            () -> new OutboundQueue(100, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited()),
            Optional.empty(),
            SerialProtocol.opener(settings, wire)),
        desk.router(),
        Clock.systemUTC(),
        _ -> {});
  }

  @BeforeEach
  void run() {
    guardian = kit.spawn(Endpoints.create(List.of(endpoint), blocking));
    guardian.tell(new Endpoints.Tell("port", new Want(Wanted.RUN)));
  }

  @AfterEach
  void stop() throws IOException {
    kit.shutdownTestKit();
    blocking.close();
    device.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("port ")).isEmpty());
  }

  private void awaitState(State state, String... reason) {
    eventually()
        .atMost(TRUTH)
        .untilAsserted(() -> {
          assertThat(endpoint.state().state()).isEqualTo(state);
          assertThat(endpoint.state().reason()).isEqualTo(Arrays.stream(reason).findFirst());
        });
  }

  private void send(Object value) {
    endpoint.io().deliver(Message.of("/value", List.of(value)));
  }

  @Test
  void waitsForADeviceThatIsNotThereYet() throws Exception {
    awaitState(State.BACKING_OFF, "no such device");
    send(1);
    device.plug();
    awaitState(State.CONNECTED);
    device.reading().expect("/hello\n/value 1\n");
    assertThat(endpoint.io().lastError().orElseThrow())
        .isEqualTo(
            device.path()
                + ": no such device (is it plugged in? 'ls -l /dev/serial/by-id' names those that"
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
      var out = endpoint.io().out();
      eventually().until(() -> endpoint.io().out() > out + 10);
      device.send("/round " + round + "\n");
      assertThat(desk.inbox("inbox").next()).hasToString("/round [" + round + "]");
      device.unplug();
      awaitState(State.BACKING_OFF, "no such device");
    }
    traffic.interrupt();
    traffic.join();
    assertThat(endpoint.io().errors()).isZero();
  }

  @Test
  void isNotConnectedWhileTheDeviceTakesNothing() throws Exception {
    device.plug();
    awaitState(State.CONNECTED);
    var filler = "x".repeat(500);
    eventually()
        .until(() -> {
          send(filler);
          return endpoint.state().state() == State.STALE;
        });
    assertThat(endpoint.state().reason()).contains("not reading");
    assertThat(endpoint.io().dropped()).isPositive();
    guardian.tell(new Endpoints.Tell("port", new Restart()));
    eventually().until(() -> endpoint.state().state() == State.CONNECTED);
    device.reading();
    var out = endpoint.io().out();
    eventually().until(() -> endpoint.io().out() > out);
    awaitState(State.CONNECTED);
  }
}
