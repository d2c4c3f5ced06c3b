package io.cuewire.endpoint;

import static io.cuewire.osc.OscSettings.Transport.TCP;
import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.Endpoints.Tell;
import io.cuewire.message.Message;
import io.cuewire.osc.OscProtocol;
import io.cuewire.osc.OscSettings;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Router;
import io.cuewire.testing.BuggyWire;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.Ports;
import io.cuewire.testing.StreamPeer;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.TcpServer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints as a node runs them: actors, real sockets, real time. */
class EndpointsTest {
  private static final Supplier<OutboundQueue> QUEUE =
      () -> new OutboundQueue(100, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());

  private final ActorTestKit kit = ActorTestKit.create();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final TimeTags timeTags = new TimeTags(Clock.systemUTC());
  private ActorRef<Tell> guardian;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    blocking.close();
    timeTags.close();
  }

  private static Endpoint endpoint(String name, boolean listens, Opener opener) {
    var settings =
        new EndpointSettings(
            name,
            "osc",
            name,
            listens,
            true,
            true,
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), OptionalInt.empty()),
            QUEUE,
            Optional.empty(),
            Optional.empty(),
            opener);
    return new Endpoint(settings, new Router(), Clock.systemUTC(), _ -> {});
  }

  private Endpoint listener(String name, OscSettings.Transport transport, int port) {
    return endpoint(name, true, opener(transport, Ports.local(port), Optional.empty()));
  }

  private Endpoint sender(
      String name, OscSettings.Transport transport, int port, Message... onConnect) {
    var target = Optional.of(Ports.local(port));
    return endpoint(name, false, opener(transport, Ports.local(0), target, onConnect));
  }

  private Opener opener(
      OscSettings.Transport transport,
      InetSocketAddress bind,
      Optional<InetSocketAddress> target,
      Message... onConnect) {
    var settings =
        new OscSettings(
            transport,
            bind,
            target.isEmpty(),
            Optional.empty(),
            target,
            false,
            Budget.unlimited(),
            List.of(),
            List.of(onConnect),
            QUEUE);
    return OscProtocol.opener(settings, timeTags);
  }

  private void run(Endpoint... endpoints) {
    guardian = kit.spawn(Endpoints.create(List.of(endpoints), blocking));
    Stream.of(endpoints).forEach(endpoint -> tell(endpoint, new Want(Wanted.RUN)));
  }

  private void tell(Endpoint endpoint, EndpointActor.Command command) {
    guardian.tell(new Tell(endpoint.settings().name(), command));
  }

  private static void awaitState(Endpoint endpoint, State state, String... reason) {
    eventually()
        .untilAsserted(() -> {
          assertThat(endpoint.state().state()).isEqualTo(state);
          assertThat(endpoint.state().reason()).isEqualTo(Arrays.stream(reason).findFirst());
        });
  }

  @Test
  void listensOnceThePortIsFree() throws IOException {
    var port = Ports.free();
    var endpoint = listener("udp-in", UDP, port);
    try (var taken = Datagrams.openAt(Ports.local(port))) {
      run(endpoint);
      awaitState(endpoint, State.BACKING_OFF, "port in use");
      assertThat(taken.port()).isEqualTo(port);
    }
    awaitState(endpoint, State.LISTENING);
  }

  @Test
  void listensAgainAtOnceWhenItIsRestartedAHundredTimes() {
    var udp = listener("udp-in", UDP, Ports.free());
    var tcp = listener("tcp-in", TCP, Ports.free());
    run(udp, tcp);
    for (var endpoint : List.of(udp, tcp)) {
      awaitState(endpoint, State.LISTENING);
      for (var round = 0; round < 100; round++) {
        var since = endpoint.state().since();
        tell(endpoint, new Restart());
        eventually()
            .until(() ->
                endpoint.state().state() == State.LISTENING
                    && endpoint.state().since().isAfter(since));
        assertThat(endpoint.state().attempts()).as("failed attempts").isZero();
      }
      assertThat(endpoint.io().lastError()).isEmpty();
    }
  }

  @Test
  void connectsOnceSomebodyListensAndAgainWhenHeComesBack() throws IOException {
    var port = Ports.free();
    var endpoint = sender("tcp-out", TCP, port, Message.of("/hello", List.of()));
    run(endpoint);
    awaitState(endpoint, State.BACKING_OFF, "refused");
    endpoint.io().deliver(Message.of("/waits", List.of(1)));
    for (var round = 0; round < 3; round++) {
      try (var server = new ServerSocket(port, 50, Ports.local(port).getAddress());
          var peer = StreamPeer.accept(TCP, server)) {
        peer.expect("/hello");
        if (round == 0) {
          peer.expect("/waits", 1);
        }
        awaitState(endpoint, State.CONNECTED);
      }
      eventually().until(() -> endpoint.state().state() != State.CONNECTED);
    }
    awaitState(endpoint, State.BACKING_OFF, "refused");
  }

  @Test
  void disturbsNoOtherEndpointWhenTheCodecOfOneHasABug() throws IOException {
    var port = Ports.free();
    var buggy = endpoint("buggy", true, (io, events) -> openBuggy(port, io, events));
    var udpPort = Ports.free();
    var udp = listener("udp-in", UDP, udpPort);
    run(buggy, udp);
    awaitState(udp, State.LISTENING);
    var since = udp.state().since();
    for (var round = 0; round < 3; round++) {
      awaitState(buggy, State.LISTENING);
      try (var client = StreamPeer.connect(TCP, port)) {
        client.send("/crash");
        client.expectEnd();
      }
      eventually()
          .until(() -> buggy.io().lastError().equals(Optional.of("java.lang.StackOverflowError")));
      buggy.io().lastError("");
    }
    awaitState(buggy, State.LISTENING);
    assertThat(udp.state().since()).isEqualTo(since);
    try (var other = Datagrams.open()) {
      other.send(udpPort, "/still/works");
      eventually().until(() -> udp.io().in() == 1);
    }
  }

  private static Transport openBuggy(int port, EndpointIo io, Transport.Events events)
      throws IOException {
    var settings =
        new TcpServer.Settings(
            Ports.local(port), Framing.Kind.LENGTH32, 1000, Budget.unlimited(), List.of(), QUEUE);
    var wire =
        new BuggyWire(() -> {
          throw new StackOverflowError();
        });
    return TcpServer.open(settings, io, wire, events);
  }
}
