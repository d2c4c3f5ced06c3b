package io.cuewire.transport;

import static io.cuewire.osc.OscSettings.Transport.TCP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.osc.OscSettings;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.Ports;
import io.cuewire.testing.StreamPeer;
import io.cuewire.testing.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(
    value = OscSettings.Transport.class,
    names = {"TCP", "TCP_SLIP"})
class TcpTransportTest {
  /** Bytes of a frame that nobody takes. */
  private static final int TOO_LARGE = (128 << 10) + 4;

  /** Of 10 kB: more than a socket takes that nobody reads, and less than a queue holds. */
  private static final int MANY = 390;

  private final OscSettings.Transport framing;

  TcpTransportTest(OscSettings.Transport framing) {
    this.framing = framing;
  }

  private StreamPeer client(OpenEndpoint server) throws IOException {
    var client = StreamPeer.connect(framing, server.port());
    var name = "127.0.0.1:" + client.port();
    eventually()
        .until(() -> server.transport().peers().stream().anyMatch(p -> p.name().equals(name)));
    return client;
  }

  private static ServerSocket serverSocket() throws IOException {
    var socket = new ServerSocket();
    socket.setReceiveBufferSize(4096); // so that one who never reads is soon felt
    socket.bind(Ports.local(0));
    return socket;
  }

  private static String reasonOfRefusal(OpenEndpoint.Builder endpoint) {
    var refusal = catchThrowableOfType(IOException.class, endpoint::open);
    return Failure.of(refusal, "here").reason();
  }

  @Test
  void carriesMessagesBothWaysBetweenAServerAndAClient() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = OpenEndpoint.sendingTo(framing, server.port()).open()) {
      client.send("/to/server", 1, "x");
      assertThat(server.inbox().next()).hasToString("/to/server [1, x]");
      server.send("/to/client", 0.5f);
      assertThat(client.inbox().next()).hasToString("/to/client [0.5]");
      assertThat(server.io().in()).isEqualTo(1);
      eventually().untilAsserted(() -> assertThat(server.io().out()).isEqualTo(1));
      eventually().untilAsserted(() -> assertThat(client.io().out()).isEqualTo(1));
      assertThat(client.transport().peers())
          .extracting(Peer::name)
          .containsExactly("127.0.0.1:" + server.port());
    }
  }

  @Test
  void framesWhatItSends() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = client(server)) {
      server.send("/a", 0xC0DBDCDD, "text");
      client.expect("/a", 0xC0DBDCDD, "text");
    }
  }

  @Test
  void sendsToEveryClientAndReceivesFromAll() throws IOException {
    var clients = new ArrayList<StreamPeer>();
    try (var server = OpenEndpoint.listening(framing).open()) {
      for (var i = 0; i < 50; i++) {
        clients.add(client(server));
      }
      server.send("/to/all", 1);
      for (var client : clients) {
        client.expect("/to/all", 1);
        client.send("/from", client.port());
      }
      assertThat(server.inbox().next(50))
          .containsExactlyInAnyOrderElementsOf(
              clients.stream().map(client -> "/from [" + client.port() + "]").toList());
      eventually().untilAsserted(() -> assertThat(server.io().out()).isEqualTo(50));
      for (var client : clients) {
        client.close();
      }
      eventually().untilAsserted(() -> assertThat(server.transport().peers()).isEmpty());
      assertThat(server.events().losses()).isEmpty();
    }
  }

  @Test
  void sendsToOneClientWhenAskedTo() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var one = client(server);
        var other = client(server)) {
      var peer = "127.0.0.1:" + one.port();
      assertThat(server.transport().sendTo(peer, Message.of("/you", List.of()))).isTrue();
      assertThat(server.transport().sendTo("127.0.0.1:1", Message.of("/you", List.of()))).isFalse();
      server.send("/all");
      one.expect("/you");
      one.expect("/all");
      other.expect("/all");
    }
  }

  @Test
  void keepsNothingForClientsThatComeLater() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open()) {
      server.send("/to/nobody");
      try (var client = client(server)) {
        server.send("/to/you");
        client.expect("/to/you");
      }
    }
  }

  @Test
  void putsFramesTogetherThatComeByteByByte() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var slow = client(server);
        var quick = client(server)) {
      var frame = StreamPeer.frame(framing, "/slow", 0xC0DBDCDD);
      for (var i = 0; i < frame.length; i++) {
        slow.sendRaw(new byte[] {frame[i]});
        quick.send("/quick", i);
        if (i < frame.length - 1) {
          assertThat(server.inbox().next()).hasToString("/quick [" + i + "]");
        }
      }
      assertThat(server.inbox().next(2))
          .containsExactlyInAnyOrder(
              "/slow [" + 0xC0DBDCDD + "]", "/quick [" + (frame.length - 1) + "]");
    }
  }

  @Test
  void readsManyFramesThatComeAtOnce() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = client(server)) {
      var frames = new Object[1000];
      for (var i = 0; i < frames.length; i++) {
        frames[i] = StreamPeer.frame(framing, "/n", i, "x".repeat(i));
      }
      client.sendRaw(Bytes.of(frames));
      for (var i = 0; i < frames.length; i++) {
        assertThat(server.inbox().next().args().getFirst()).isEqualTo(i);
      }
    }
  }

  @Test
  void carriesFramesLargerThanItsBuffers() throws IOException {
    var large = Bytes.random(new Random(1), 100_000);
    try (var server = OpenEndpoint.listening(framing).open();
        var client = OpenEndpoint.sendingTo(framing, server.port()).open()) {
      client.send("/large", large);
      assertThat((byte[]) server.inbox().next().args().getFirst()).isEqualTo(large);
      server.send("/large", large);
      assertThat((byte[]) client.inbox().next().args().getFirst()).isEqualTo(large);
    }
  }

  @Test
  void forgetsAClientThatCloses() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var stays = client(server)) {
      client(server).close();
      client(server).reset();
      var half = client(server);
      half.sendRaw(Bytes.of("\0\0"));
      half.close();
      eventually().untilAsserted(() -> assertThat(server.transport().peers()).hasSize(1));
      server.send("/still/here");
      stays.expect("/still/here");
      assertThat(server.events().losses()).isEmpty();
      assertThat(server.io().errors()).as("one frame was cut off").isOne();
    }
  }

  @Test
  void closesTheConnectionWhenTheClientEndsItsSide() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = client(server)) {
      client.endOutput();
      client.expectEnd();
    }
  }

  @Test
  void reportsThatTheServerHasClosed() throws IOException {
    try (var server = serverSocket();
        var client = OpenEndpoint.sendingTo(framing, server.getLocalPort()).open()) {
      StreamPeer.accept(framing, server).close();
      eventually()
          .untilAsserted(
              () -> assertThat(client.events().losses()).containsExactly("closed by peer"));
    }
  }

  @Test
  void reportsThatTheServerHasResetTheConnection() throws IOException {
    try (var server = serverSocket();
        var client = OpenEndpoint.sendingTo(framing, server.getLocalPort()).open()) {
      StreamPeer.accept(framing, server).reset();
      eventually()
          .untilAsserted(
              () -> assertThat(client.events().losses()).containsExactly("closed by peer"));
    }
  }

  @Test
  void reportsNothingWhenItIsClosedByItsOwnSide() throws IOException {
    try (var server = serverSocket()) {
      var client = OpenEndpoint.sendingTo(framing, server.getLocalPort()).open();
      var other = StreamPeer.accept(framing, server);
      client.close();
      other.expectEnd();
      other.close();
      assertThat(client.events().losses()).isEmpty();
      assertThat(client.events().bugs()).isEmpty();
    }
  }

  @Test
  void isRefusedWhereNobodyListens() {
    assertThat(reasonOfRefusal(OpenEndpoint.sendingTo(framing, Ports.free()))).isEqualTo("refused");
  }

  @Test
  void saysThatTheHostIsUnknown() {
    var target = InetSocketAddress.createUnresolved("no-such-host.invalid", 9000);
    assertThat(reasonOfRefusal(OpenEndpoint.sendingTo(framing, 0).target(target)))
        .isEqualTo("unknown host");
  }

  @Test
  void saysThatThePortIsInUse() throws IOException {
    try (var taken = serverSocket()) {
      var bind = Ports.local(taken.getLocalPort());
      assertThat(reasonOfRefusal(OpenEndpoint.listening(framing).bind(bind)))
          .isEqualTo("port in use");
    }
  }

  @Test
  void freesItsPortAtOnceAHundredTimes() throws IOException {
    var bind = Ports.local(Ports.free());
    for (var round = 0; round < 100; round++) {
      try (var server = OpenEndpoint.listening(framing).bind(bind).open();
          var client = client(server)) {
        client.send("/a", round);
        assertThat(server.inbox().next()).hasToString("/a [" + round + "]");
      }
    }
  }

  @Test
  void leavesNoThreadBehind() throws IOException {
    for (var round = 0; round < 20; round++) {
      try (var server = OpenEndpoint.listening(framing).name("no-thread-left").open();
          var client =
              OpenEndpoint.sendingTo(framing, server.port()).name("no-thread-left").open()) {
        client.send("/a");
        server.inbox().next();
      }
    }
    eventually().untilAsserted(() -> assertThat(Threads.named("no-thread-left")).isEmpty());
  }

  @Test
  void closesAConnectionFromAnAddressThatIsNotAllowed() throws IOException {
    try (var server = OpenEndpoint.listening(framing).allow("127.0.0.1").open();
        var friend = client(server);
        var foreign =
            StreamPeer.connectFrom(framing, new InetSocketAddress("127.0.0.2", 0), server.port())) {
      foreign.expectEnd();
      assertThat(server.io().dropped()).isEqualTo(1);
      assertThat(server.transport().peers()).hasSize(1);
      friend.send("/friend");
      assertThat(server.inbox().next()).hasToString("/friend []");
    }
  }

  @Test
  void countsMalformedPacketsAndKeepsTheConnection() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = client(server)) {
      client.sendRaw(StreamPeer.frame(framing, Bytes.of("garbage!")));
      client.sendRaw(StreamPeer.frame(framing, Bytes.of("/abc")));
      client.send("/good");
      assertThat(server.inbox().next()).hasToString("/good []");
      assertThat(server.io().errors()).isEqualTo(2);
      assertThat(server.io().lastError())
          .contains(
              "malformed packet from 127.0.0.1:" + client.port() + ": address without an end");
    }
  }

  @Test
  void survivesAStreamOfGarbage() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var friend = client(server);
        var hostile = client(server)) {
      hostile.sendRaw(Bytes.of(-1, "\u00C0/a\u00DBx\u00C0"));
      if (framing == TCP) {
        hostile.expectEnd();
      } else {
        hostile.send("/found/again");
        assertThat(server.inbox().next()).hasToString("/found/again []");
      }
      friend.send("/friend");
      assertThat(server.inbox().next()).hasToString("/friend []");
      assertThat(server.io().errors()).isPositive();
      assertThat(server.events().losses()).isEmpty();
    }
  }

  @Test
  void survivesAFrameThatIsTooLarge() throws IOException {
    try (var server = OpenEndpoint.listening(framing).open();
        var client = client(server)) {
      if (framing == TCP) {
        client.sendRaw(Bytes.of((128 << 10) + 4));
        client.expectEnd();
        assertThat(server.io().lastError().orElseThrow())
            .endsWith("a frame of 131076 bytes; at most 131072");
      } else {
        client.sendRaw(StreamPeer.frame(framing, Bytes.filled((128 << 10) + 4, 'x')));
        client.send("/next");
        assertThat(server.inbox().next()).hasToString("/next []");
        assertThat(server.io().lastError().orElseThrow()).endsWith("frame too large");
      }
    }
  }

  @Test
  void letsNoClientWaitForOneThatNeverReads() throws IOException {
    var queues = new ConcurrentLinkedQueue<OutboundQueue>();
    var size = 16;
    var listener =
        OpenEndpoint.listening(framing)
            .queue(() -> {
              var queue =
                  new OutboundQueue(size, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
              queues.add(queue);
              return queue;
            });
    var payload = "x".repeat(10_000);
    try (var server = listener.open();
        var neverReads = StreamPeer.connectFrom(framing, Ports.local(0), server.port());
        var reads = client(server)) {
      for (var i = 0; i < 3_000; i++) { // 30 MB, more than any socket buffer takes
        server.send("/n", i, payload);
        reads.expect("/n", i, payload);
      }
      assertThat(server.transport().peers()).hasSize(2);
      assertThat(server.io().dropped()).isPositive();
      assertThat(queues).allMatch(queue -> queue.clear() <= size);
      neverReads.expect("/n", 0, payload);
    }
  }

  @Test
  void sendsFirstWhatIsToBeSentOnConnectAndThenWhatHasWaited() throws IOException {
    try (var server = serverSocket();
        var endpoint =
            OpenEndpoint.sendingTo(framing, server.getLocalPort())
                .onConnect(Message.of("/hello", List.of(1)), Message.of("/hello", List.of(2)))
                .waiting(Message.of("/waited", List.of(1)), Message.of("/waited", List.of(2)))
                .open();
        var peer = StreamPeer.accept(framing, server)) {
      endpoint.send("/later");
      peer.expect("/hello", 1);
      peer.expect("/hello", 2);
      peer.expect("/waited", 1);
      peer.expect("/waited", 2);
      peer.expect("/later");
    }
  }

  @Test
  void sendsOnConnectAgainEachTimeItIsOpened() throws IOException {
    try (var server = serverSocket();
        var endpoint =
            OpenEndpoint.sendingTo(framing, server.getLocalPort())
                .onConnect(Message.of("/hello", List.of()))
                .open()) {
      for (var round = 0; round < 20; round++) {
        try (var peer = StreamPeer.accept(framing, server)) {
          peer.expect("/hello");
          if (round > 0) {
            peer.expect("/while/closed", round);
          }
        }
        endpoint.lose();
        endpoint.io().waiting();
        endpoint.send("/while/closed", round + 1);
        endpoint.reopen();
      }
      assertThat(endpoint.io().dropped()).isZero();
    }
  }

  @Test
  void sendsWhatItCouldNotSendBeforeOverTheNextConnection() throws IOException {
    var payload = "x".repeat(10_000);
    var count = 400; // nearly as many bytes as the queue holds, more than the sockets take
    try (var server = serverSocket();
        var endpoint = OpenEndpoint.sendingTo(framing, server.getLocalPort()).open()) {
      var neverReads = StreamPeer.accept(framing, server);
      for (var i = 0; i < count; i++) {
        endpoint.send("/n", i, payload);
      }
      endpoint.lose();
      endpoint.io().waiting();
      neverReads.close();
      var first = (int) endpoint.io().out();
      assertThat(first).isLessThan(count);
      endpoint.reopen();
      try (var reads = StreamPeer.accept(framing, server)) {
        endpoint.send("/last");
        for (var i = first; i < count; i++) {
          reads.expect("/n", i, payload);
        }
        reads.expect("/last");
      }
    }
  }
}
