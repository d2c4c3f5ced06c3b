package io.cuewire.text;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.Opener;
import io.cuewire.endpoint.State;
import io.cuewire.message.Message;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.transport.Confirmation;
import io.cuewire.transport.TcpClient;
import io.cuewire.transport.TcpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop over TCP connections. */
@Timeout(60)
class TcpStopTest {
  private static final int MAX_FRAME = 1 << 16;
  private static final String STOP = "CMD:EMERGENCY_STOP";
  private static final String LONG = "x".repeat(10_000);

  private final int port = Ports.free();
  private final RehearsedShow show = new RehearsedShow();

  private LiveEndpoint server() {
    var settings =
        new TcpServer.Settings(
            Ports.local(port),
            Framing.Kind.LINE,
            MAX_FRAME,
            Budget.unlimited(),
            List.of(),
            LiveEndpoint::queue);
    return listener((io, events) -> TcpServer.open(settings, io, wire(), events));
  }

  private static LiveEndpoint listener(Opener opener) {
    var endpoint = LiveEndpoint.listener(message(STOP), opener);
    endpoint.await(State.LISTENING);
    return endpoint;
  }

  private LiveEndpoint client(Framing framing, String... onConnect) {
    var settings =
        new TcpClient.Settings(
            InetSocketAddress.createUnresolved("127.0.0.1", port),
            framing,
            MAX_FRAME,
            Budget.unlimited(),
            List.of(onConnect).stream().map(TcpStopTest::message).toList());
    return LiveEndpoint.client(
        message(STOP), (io, events) -> TcpClient.open(settings, io, wire(), events));
  }

  private TextWire wire() {
    return new TextWire(List.of(), false, show);
  }

  private static Message message(String text) {
    return Message.of("/text", List.of(text));
  }

  /** Another program's end of a connection. */
  private record Lines(Socket socket, BufferedReader reader) implements AutoCloseable {
    static Lines of(Socket socket) throws IOException {
      socket.setSoTimeout(10_000);
      var in = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
      return new Lines(socket, new BufferedReader(in));
    }

    String next() throws IOException {
      return reader.readLine();
    }

    /** Reads up to a line; how many there were before it. */
    int skipTo(String line) throws IOException {
      for (var skipped = 0; ; skipped++) {
        if (next().equals(line)) {
          return skipped;
        }
      }
    }

    void type(String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** With a small buffer, which soon is full where it does not read. */
  private Lines join(LiveEndpoint server) throws IOException {
    var before = server.peers().size();
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(Ports.local(port));
    eventually().until(() -> server.peers().size() == before + 1);
    return Lines.of(socket);
  }

  private ServerSocket listen() throws IOException {
    var socket = new ServerSocket();
    socket.setReceiveBufferSize(4096);
    socket.bind(Ports.local(port));
    return socket;
  }

  @Test
  void tellsEveryClientAtOnceBesideOneThatNeverReads() throws Exception {
    try (var server = server();
        var deaf = join(server);
        var one = join(server);
        var other = join(server)) {
      server.send("/n", LONG.repeat(1600)); // more than the sockets take
      assertThat(deaf.socket().getInputStream().read()).isEqualTo('/'); // on its way, and stuck
      for (var reader : List.of(one, other)) {
        assertThat(reader.next()).startsWith("/n ");
      }
      server.stop();
      assertThat(one.next()).isEqualTo(STOP);
      assertThat(other.next()).isEqualTo(STOP);
      server.awaitUnconfirmed(
          "no confirmation within 2 s from 127.0.0.1:" + deaf.socket().getLocalPort());
      deaf.socket().close();
      assertThat(server.confirmed()).isGreaterThan(2000);
    }
  }

  @Test
  void overtakesAllThatWaitsForASlowClientAndCountsIt() throws Exception {
    try (var server = server();
        var slow = join(server)) {
      IntStream.range(0, 1000).forEach(i -> server.send("/n", i, LONG));
      eventually().until(() -> server.endpoint().io().out() > 0);
      server.stop();
      var io = server.endpoint().io();
      var before = slow.skipTo(STOP);
      assertThat(before).isLessThan(900);
      server.confirmed();
      eventually().until(() -> io.out() + io.dropped() == 1001);
      assertThat(io.out()).isEqualTo(before + 1);
      server.endStop();
      server.send("/after", 1);
      assertThat(slow.next()).isEqualTo("/after 1");
    }
  }

  @Test
  void confirmsAtOnceWhereNobodyIsConnected() throws Exception {
    try (var server = server()) {
      server.stop();
      assertThat(server.confirmed()).isLessThan(1000);
      assertThat(server.told()).isPositive();
    }
  }

  @Test
  @NeedsCommand(value = "ncat", packaged = "ncat")
  void tellsWhoeverConnectsLaterFirst() throws Exception {
    try (var server = server()) {
      server.endpoint().io().greeting(() -> List.of(Message.of("/gain", List.of(0.5f))));
      server.stop();
      try (var late = ForeignProgram.start("ncat", "127.0.0.1", "" + port)) {
        assertThat(late.nextLine()).isEqualTo(STOP);
        late.type("CMD:STATUS");
        assertThat(late.nextLine()).startsWith("STATUS:"); // and nothing between
        server.endStop();
        assertThat(late.nextLine()).isEqualTo("/gain 0.5"); // which it could not be told before
        server.send("/after");
        assertThat(late.nextLine()).isEqualTo("/after");
      }
    }
  }

  @Test
  void refusesAndCountsWhatIsNoAnswer() throws Exception {
    try (var server = server();
        var peer = join(server)) {
      peer.type("CMD:EMERGENCY_STOP");
      assertThat(peer.next()).isEqualTo("OK:EMERGENCY_STOP");
      assertThat(show.origins())
          .containsExactly("endpoint 127.0.0.1:" + peer.socket().getLocalPort());
      server.stop();
      assertThat(peer.next()).isEqualTo(STOP);
      server.send("/refused", 1);
      server.endpoint().io().deliverIfOpen(Message.of("/refused", List.of(2)));
      server.endpoint().sendTo(server.peers().getFirst(), Message.of("/refused", List.of(3)));
      assertThat(server.endpoint().io().refused()).isEqualTo(3);
      peer.type("CMD:SCENE:high");
      assertThat(peer.next()).isEqualTo("OK:SCENE:high");
      server.endpoint().io().deliverEvenStopped(Message.of("/gain", List.of(0)));
      assertThat(peer.next()).isEqualTo("/gain 0");
      server.stop(); // a second one changes nothing
      assertThat(server.endpoint().io().refused()).isEqualTo(3);
      server.endStop();
      server.send("/after");
      assertThat(peer.next()).isEqualTo("/after");
      assertThat(server.endpoint().confirmation()).isEmpty();
    }
  }

  @Test
  void leavesAnEndpointThatIsNotBlockedItsMessages() throws Exception {
    try (var server = server();
        var peer = join(server)) {
      server.stop(false);
      server.send("/goes/on");
      assertThat(peer.next()).isEqualTo(STOP);
      assertThat(peer.next()).isEqualTo("/goes/on");
      assertThat(server.endpoint().io().refused()).isZero();
    }
  }

  @Test
  void isUnconfirmedUntilItsServerIsThereAndThenSendsItFirst() throws Exception {
    try (var client = client(Framing.Kind.LINE, "login")) {
      client.awaitBackingOff("refused");
      client.send("/waits");
      client.stop();
      client.awaitUnconfirmed("refused");
      client.send("/refused");
      client.endpoint().io().deliverEvenStopped(Message.of("/set", List.of(0)));
      try (var server = listen();
          var peer = Lines.of(server.accept())) {
        assertThat(peer.next()).isEqualTo(STOP);
        assertThat(peer.next()).isEqualTo("/set 0");
        assertThat(client.confirmed()).isPositive();
        client.endStop();
        client.send("/after");
        assertThat(peer.next()).isEqualTo("login"); // which was held back
        assertThat(peer.next()).isEqualTo("/after");
        assertThat(client.endpoint().io().dropped()).isEqualTo(1);
        assertThat(client.endpoint().io().refused()).isEqualTo(1);
      }
    }
  }

  @Test
  void sendsItOncePerConnection() throws Exception {
    try (var server = listen();
        var client = client(Framing.Kind.CRLF)) {
      try (var first = Lines.of(server.accept())) {
        client.await(State.CONNECTED);
        client.stop();
        client.stop();
        assertThat(first.next()).isEqualTo(STOP);
        var ms = client.confirmed();
        client.tell(new Restart());
        assertThat(first.next()).isNull();
        try (var second = Lines.of(server.accept())) {
          assertThat(second.next()).isEqualTo(STOP);
          client.endpoint().io().deliverEvenStopped(Message.of("/then", List.of()));
          assertThat(second.next()).isEqualTo("/then");
          assertThat(client.confirmed()).isEqualTo(ms); // as it was first
        }
      }
    }
  }

  @Test
  void saysThatItDoesNotFitIntoAFrame() throws Exception {
    try (var server = listen();
        var client = client(new Framing.Fixed(8));
        var peer = Lines.of(server.accept())) {
      client.await(State.CONNECTED);
      client.stop();
      client.awaitUnconfirmed("too large");
      assertThat(peer.socket().isConnected()).isTrue();
      assertThat(client.endpoint().confirmation())
          .contains(new Confirmation.Unconfirmed("too large"));
    }
  }
}
