package io.cuewire.text;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.Opener;
import io.cuewire.endpoint.State;
import io.cuewire.message.Message;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.testing.Threads;
import io.cuewire.transport.TcpClient;
import io.cuewire.transport.TcpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Text over TCP, with Nmap's ncat as the other side. */
@NeedsCommand(value = "ncat", packaged = "ncat")
class TcpTextTest {
  private static final int MAX_FRAME = 10_000;
  private static final Duration TRUTH = Duration.ofSeconds(2);

  private final int port = Ports.free();
  private final Budget budget = new Budget(1 << 20);

  private static TextWire wire() {
    return new TextWire(List.of(), false, new RehearsedShow());
  }

  private Opener server(Framing framing) {
    var settings =
        new TcpServer.Settings(
            Ports.local(port), framing, MAX_FRAME, budget, List.of(), LiveEndpoint::queue);
    return (io, events) -> TcpServer.open(settings, io, wire(), events);
  }

  private Opener client(Framing framing, Message... onConnect) {
    var settings =
        new TcpClient.Settings(
            InetSocketAddress.createUnresolved("127.0.0.1", port),
            framing,
            MAX_FRAME,
            budget,
            List.of(onConnect));
    return (io, events) -> TcpClient.open(settings, io, wire(), events);
  }

  private LiveEndpoint listening(Framing framing) {
    var endpoint = LiveEndpoint.listener(server(framing));
    endpoint.await(State.LISTENING);
    return endpoint;
  }

  private ForeignProgram ncat() throws IOException {
    return ForeignProgram.start("ncat", "127.0.0.1", "" + port);
  }

  private ForeignProgram ncatListening() throws IOException {
    return ForeignProgram.start("ncat", "--listen", "--keep-open", "127.0.0.1", "" + port);
  }

  @Test
  void takesLinesAndAnswersTheOneWhoAsked() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var asks = ncat();
        var other = ncat()) {
      asks.type("/fader/1 0.5 \"two words\"");
      assertThat(server.inbox().next()).hasToString("/fader/1 [0.5, two words]");
      asks.type("CMD:STATUS");
      asks.type("{\"command\":\"get_status\"}");
      asks.type("CMD:SCENE:low");
      asks.type("CMD:NONSENSE");
      assertThat(asks.nextLine()).isEqualTo("STATUS:" + RehearsedShow.STATUS);
      assertThat(asks.nextLine()).isEqualTo(RehearsedShow.STATUS);
      assertThat(asks.nextLine()).isEqualTo("ERROR:no scene 'low'");
      assertThat(asks.nextLine()).isEqualTo("ERROR:unknown command CMD:NONSENSE");
      other.type("still here");
      assertThat(server.inbox().next()).hasToString("/text [still here]");
      assertThat(other.hasPrinted()).as("an answer for somebody else").isFalse();
    }
  }

  @Test
  void answersOneWhoSendsNoMore() throws Exception {
    try (var server = listening(Framing.Kind.LINE)) {
      var pipe = "printf 'CMD:STATUS\\n' | ncat 127.0.0.1 " + port;
      for (var i = 0; i < 30; i++) {
        try (var asks = ForeignProgram.start("bash", "-c", pipe)) {
          assertThat(asks.nextLine()).isEqualTo("STATUS:" + RehearsedShow.STATUS);
        }
      }
      eventually().untilAsserted(() -> assertThat(server.peers()).isEmpty());
    }
  }

  @Test
  void doesNotTakeAnAnswerForARequest() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var client = LiveEndpoint.client(client(Framing.Kind.LINE))) {
      client.await(State.CONNECTED);
      client.send("/text", "{\"command\":\"emergency_stop\"}");
      assertThat(client.inbox().next())
          .hasToString("/text [{\"command\":\"emergency_stop\",\"success\":true}]");
      client.send("/last");
      assertThat(server.inbox().next()).hasToString("/last []");
    }
  }

  @Test
  void sendsToAllOrToOneOfItsClients() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var first = ncat();
        var second = ncat()) {
      eventually().untilAsserted(() -> assertThat(server.peers()).hasSize(2));
      server.send("/to/all", 1);
      assertThat(first.nextLine()).isEqualTo("/to/all 1");
      assertThat(second.nextLine()).isEqualTo("/to/all 1");
      first.type("/i/am/first");
      server.inbox().next();
      var peer =
          server.endpoint().peers().stream().filter(p -> p.in() == 1).findFirst().orElseThrow();
      assertThat(server.endpoint().sendTo(peer.name(), Message.of("/to/one", List.of()))).isTrue();
      assertThat(first.nextLine()).isEqualTo("/to/one");
      assertThat(second.hasPrinted()).isFalse();
      eventually().untilAsserted(() -> assertThat(peer.out()).isEqualTo(2));
    }
  }

  @Test
  void keepsAThousandMessagesInTheirOrder() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var peer = ncat()) {
      for (var i = 0; i < 1000; i++) {
        peer.type("/n " + i);
      }
      assertThat(server.inbox().next(1000))
          .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "/n [" + i + "]").toList());
      for (var i = 0; i < 1000; i++) {
        server.send("/back", i);
      }
      for (var i = 0; i < 1000; i++) {
        assertThat(peer.nextLine()).isEqualTo("/back " + i);
      }
    }
  }

  @Test
  void findsAServerThatComesLaterAndGreetsIt() throws Exception {
    try (var client =
        LiveEndpoint.client(client(Framing.Kind.LINE, Message.of("/hello", List.of())))) {
      client.awaitBackingOff("refused");
      client.send("/while/away", 7);
      try (var server = ncatListening()) {
        client.await(State.CONNECTED);
        assertThat(server.nextLine()).isEqualTo("/hello");
        assertThat(server.nextLine()).isEqualTo("/while/away 7");
        server.type("/welcome 1");
        assertThat(client.inbox().next()).hasToString("/welcome [1]");
      }
    }
  }

  @Test
  void tellsTheTruthAboutAServerThatGoesAndComesTwentyTimes() throws Exception {
    try (var client = LiveEndpoint.client(client(Framing.Kind.LINE))) {
      for (var round = 0; round < 20; round++) {
        try (var server = ncatListening()) {
          client.await(State.CONNECTED, TRUTH);
          var sent = "/round/" + round;
          client.send(sent);
          while (!server.nextLine().equals(sent)) {} // what waited comes before
          server.kill();
        }
        client.await(State.BACKING_OFF, TRUTH);
        client.send("/meanwhile", round);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Framing.Kind.class)
  void carriesTextInEveryFraming(Framing.Kind framing) throws Exception {
    try (var server = listening(framing);
        var client = LiveEndpoint.client(client(framing))) {
      client.await(State.CONNECTED);
      client.send("/there", 0.5f, "two words");
      assertThat(server.inbox().next()).hasToString("/there [0.5, two words]");
      server.send("/back", 1, true);
      assertThat(client.inbox().next()).hasToString("/back [1, true]");
    }
  }

  @Test
  void fillsAndRefusesFramesOfAFixedSize() throws Exception {
    var framing = new Framing.Fixed(16);
    try (var server = listening(framing);
        var client = LiveEndpoint.client(client(framing))) {
      client.await(State.CONNECTED);
      client.send("/too/long/for/sixteen/bytes");
      client.send("/short", 5);
      assertThat(server.inbox().next()).hasToString("/short [5]");
      assertThat(client.endpoint().io().errors()).isOne();
      assertThat(client.endpoint().io().lastError())
          .hasValueSatisfying(e -> assertThat(e).contains("does not fit into a frame of fixed:16"));
    }
  }

  @Test
  void putsLinesTogetherHoweverTheyAreSplit() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var peer = new Socket("127.0.0.1", port)) {
      peer.setTcpNoDelay(true);
      for (var b : Bytes.of("/a 1\n/b 2\r\n/c 3\0")) {
        peer.getOutputStream().write(b);
        peer.getOutputStream().flush();
      }
      assertThat(server.inbox().next(3)).containsExactly("/a [1]", "/b [2]", "/c [3]");
    }
  }

  @Test
  void survivesGarbageAndCountsIt() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var garbage = new Socket("127.0.0.1", port);
        var good = ncat()) {
      var random = new Random(3);
      for (var i = 0; i < 200; i++) {
        garbage.getOutputStream().write(Bytes.random(random, 1000));
      }
      garbage.getOutputStream().write(Bytes.of("\n\u00FF\u00FE\n"));
      eventually().untilAsserted(() -> assertThat(server.endpoint().io().errors()).isPositive());
      good.type("/good 1");
      eventually().untilAsserted(() -> assertThat(server.inbox().texts()).contains("/good [1]"));
      assertThat(server.state()).isEqualTo(State.LISTENING);
    }
  }

  @Test
  void holdsNoMoreUnfinishedFramesThanTheNodeHasMemoryFor() throws Exception {
    var half = ByteBuffer.allocate(MAX_FRAME).array();
    java.util.Arrays.fill(half, (byte) 'x');
    var clients = new ArrayList<Socket>();
    try (var server = listening(Framing.Kind.LINE)) {
      for (var i = 0; i < 200; i++) {
        var client = new Socket("127.0.0.1", port);
        clients.add(client);
        client.getOutputStream().write(half);
      }
      try (var good = ncat()) {
        good.type("/good 1");
        assertThat(server.inbox().next()).hasToString("/good [1]");
      }
      for (var client : clients) {
        client.close();
      }
      eventually().untilAsserted(() -> assertThat(server.peers()).isEmpty());
      assertAllIsGivenBack();
    }
  }

  private void assertAllIsGivenBack() {
    budget.use(1 << 20);
    eventually()
        .untilAsserted(() -> assertThat(budget.isExceeded()).as("something is kept").isFalse());
    budget.use(-(1 << 20));
  }

  @Test
  void isNotHeldUpByAClientThatNeverReads() throws Exception {
    var large = "x".repeat(5_000);
    try (var server = listening(Framing.Kind.LINE);
        var good = ncat()) {
      var deaf = new Socket("127.0.0.1", port);
      eventually().untilAsserted(() -> assertThat(server.peers()).hasSize(2));
      for (var i = 0; i < 3_000; i++) {
        server.send("/n", i, large);
        assertThat(good.nextLine()).startsWith("/n " + i);
      }
      assertThat(server.endpoint().io().dropped()).as("for the deaf one").isPositive();
      deaf.close();
      eventually().untilAsserted(() -> assertThat(server.peers()).hasSize(1));
      assertAllIsGivenBack();
    }
  }

  @Test
  void leavesNothingBehind() throws Exception {
    try (var server = listening(Framing.Kind.LINE);
        var peer = ncat()) {
      eventually().untilAsserted(() -> assertThat(server.peers()).hasSize(1));
      assertThat(peer.hasPrinted()).isFalse();
    }
    assertThat(Ports.isFree(port)).isTrue();
    eventually().untilAsserted(() -> assertThat(Threads.named("endpoint ")).isEmpty());
  }
}
