package io.cuewire.transport;

import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cuewire.codec.Budget;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.testing.BuggyWire;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RecordedEvents;
import io.cuewire.testing.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UdpTransportTest {
  /** The largest OSC packet in a datagram: 65,507 is no multiple of four. */
  private static final int LARGEST_OSC = 65_504;

  private static Message message(String address, Object... args) {
    return Message.of(address, List.of(args));
  }

  private static String reasonOfRefusal(OpenEndpoint.Builder endpoint) {
    var refusal = catchThrowableOfType(IOException.class, endpoint::open);
    return Failure.of(refusal, "here").reason();
  }

  /** A message whose packet has so many bytes, at least 16. */
  private static byte[] packetOf(int size) {
    return OscCodec.encode("/a", List.of(Bytes.filled(size - 12, 7)));
  }

  @Test
  void receivesAndSendsOverOneSocket() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).target(Ports.local(other.port())).open()) {
      endpoint.send("/from/cuewire", 1);
      var packet = other.receive();
      assertThat(packet.getPort()).isEqualTo(endpoint.port());
      assertThat(packet.getData()).isEqualTo(OscCodec.encode("/from/cuewire", List.of(1)));

      other.send(endpoint.port(), "/to/cuewire", "x");
      assertThat(endpoint.inbox().next()).hasToString("/to/cuewire [x]");
      assertThat(endpoint.io().in()).isEqualTo(1);
      assertThat(endpoint.io().out()).isEqualTo(1);
    }
  }

  @Test
  void sendsFromAnyPortAndReceivesNothingWhenItOnlySends() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.sendingTo(UDP, other.port()).open()) {
      endpoint.send("/a", 0.5f);
      var packet = other.receive();
      other.send(packet.getPort(), "/answer");
      endpoint.send("/b");
      assertThat(other.next()).isEqualTo("/b []");
      assertThat(endpoint.io().in()).isZero();
      assertThat(endpoint.transport().peers()).isEmpty();
    }
  }

  @Test
  void receivesOnlyAndSaysSoWhenItHasNoTarget() throws IOException {
    try (var endpoint = OpenEndpoint.listening(UDP).open()) {
      endpoint.io().stopped();
      endpoint.send("/a");
      assertThat(endpoint.io().dropped()).isEqualTo(1);
      assertThat(endpoint.io().out()).isZero();
    }
  }

  @Test
  void carriesTheLargestDatagramInAndOut() throws IOException {
    var largest = packetOf(LARGEST_OSC);
    assertThat(largest).hasSize(LARGEST_OSC);
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).target(Ports.local(other.port())).open()) {
      other.send(endpoint.port(), largest);
      var received = endpoint.inbox().next();
      assertThat(Bytes.of(received.osc())).isEqualTo(largest);
      endpoint.io().deliver(received);
      assertThat(other.receive().getData()).isEqualTo(largest);
    }
  }

  @Test
  void readsADatagramOfTheVeryLargestSizeWhole() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).open()) {
      other.send(endpoint.port(), new byte[UdpTransport.MAX_PAYLOAD]);
      other.send(endpoint.port(), "/next");
      assertThat(endpoint.inbox().next()).hasToString("/next []");
      assertThat(endpoint.io().lastError().orElseThrow()).endsWith("size is not a multiple of 4");
    }
  }

  @Test
  void countsAMessageThatIsTooLargeForADatagram() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.sendingTo(UDP, other.port()).open()) {
      endpoint.send("/a", Bytes.filled(LARGEST_OSC, 1));
      assertThat(endpoint.io().errors()).isEqualTo(1);
      assertThat(endpoint.io().out()).isZero();
      assertThat(endpoint.io().lastError())
          .contains("a message of 65516 bytes is too large for UDP");
      endpoint.send("/next");
      assertThat(other.next()).isEqualTo("/next []");
    }
  }

  @Test
  void receivesBroadcastOnTheWildcardAddress() throws IOException {
    var bind = new InetSocketAddress("0.0.0.0", Ports.free());
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).bind(bind).open()) {
      var broadcast = new InetSocketAddress("127.255.255.255", endpoint.port());
      other.send(broadcast, OscCodec.encode("/to/all", List.of()));
      assertThat(endpoint.inbox().next()).hasToString("/to/all []");
    }
  }

  @Test
  void sendsBroadcast() throws IOException {
    try (var other = Datagrams.openAt(new InetSocketAddress("0.0.0.0", 0));
        var endpoint =
            OpenEndpoint.sendingTo(UDP, 0)
                .target(new InetSocketAddress("127.255.255.255", other.port()))
                .open()) {
      endpoint.send("/to/all");
      assertThat(other.next()).isEqualTo("/to/all []");
    }
  }

  @Test
  void sendsToAMulticastGroupAndAllItsListenersReceive() throws IOException {
    var group = InetAddress.ofLiteral("239.255.42.1");
    var port = Ports.free();
    try (var one = OpenEndpoint.listening(UDP).bind(Ports.local(port)).group(group).open();
        var two = OpenEndpoint.listening(UDP).bind(Ports.local(port)).group(group).open();
        var sender =
            OpenEndpoint.sendingTo(UDP, 0).target(new InetSocketAddress(group, port)).open()) {
      sender.send("/to/group", 1);
      assertThat(one.inbox().next()).hasToString("/to/group [1]");
      assertThat(two.inbox().next()).hasToString("/to/group [1]");
    }
  }

  @Test
  void receivesOnlyWhatIsSentToItsMulticastGroup() throws IOException {
    var port = Ports.free();
    var group = InetAddress.ofLiteral("239.255.42.2");
    var otherGroup = InetAddress.ofLiteral("239.255.42.3");
    var listener = OpenEndpoint.listening(UDP).bind(Ports.local(port));
    try (var endpoint = listener.group(group).open();
        var stranger =
            OpenEndpoint.listening(UDP).bind(Ports.local(port)).group(otherGroup).open();
        var toOther =
            OpenEndpoint.sendingTo(UDP, 0).target(new InetSocketAddress(otherGroup, port)).open();
        var toGroup =
            OpenEndpoint.sendingTo(UDP, 0).target(new InetSocketAddress(group, port)).open();
        var unicast = Datagrams.open()) {
      unicast.send(port, "/unicast");
      toOther.send("/other");
      assertThat(stranger.inbox().next()).hasToString("/other []");
      toGroup.send("/group");
      assertThat(endpoint.inbox().next()).hasToString("/group []");
      endpoint.inbox().assertEmpty();
    }
  }

  @Test
  void receivesAndSendsOverIpv6() throws IOException {
    var bind = new InetSocketAddress("::1", Ports.free());
    try (var one = OpenEndpoint.listening(UDP).bind(bind).open();
        var two =
            OpenEndpoint.sendingTo(UDP, 0)
                .bind(new InetSocketAddress("::1", 0))
                .target(bind)
                .open()) {
      two.send("/six", 6);
      assertThat(one.inbox().next()).hasToString("/six [6]");
      assertThat(one.transport().peers().getFirst().name()).startsWith("[0:0:0:0:0:0:0:1]:");
    }
  }

  @Test
  void sendsByTheProtocolOfItsTargetWhateverItsInterface() throws IOException {
    var target = new InetSocketAddress("::1", Ports.free());
    try (var other = Datagrams.openAt(target);
        var endpoint = OpenEndpoint.sendingTo(UDP, 0).target(target).open()) {
      endpoint.send("/six");
      assertThat(other.next()).isEqualTo("/six []");
    }
  }

  @Test
  void saysThatItCannotListenByOneProtocolAndSendByTheOther() {
    var both = OpenEndpoint.listening(UDP).target(new InetSocketAddress("::1", 9000));
    assertThat(reasonOfRefusal(both)).isEqualTo("unreachable");
  }

  @Test
  void ignoresSendersThatAreNotAllowed() throws IOException {
    try (var foreign = Datagrams.openAt(new InetSocketAddress("127.0.0.2", 0));
        var friend = Datagrams.openAt(new InetSocketAddress("127.0.1.77", 0));
        var endpoint = OpenEndpoint.listening(UDP).allow("10.0.0.0/8", "127.0.1.0/24").open()) {
      foreign.send(endpoint.port(), "/foreign");
      friend.send(endpoint.port(), "/friend");
      assertThat(endpoint.inbox().next()).hasToString("/friend []");
      assertThat(endpoint.io().dropped()).isEqualTo(1);
      assertThat(endpoint.io().in()).isEqualTo(1);
      assertThat(endpoint.transport().peers())
          .extracting(Peer::name)
          .containsExactly("127.0.1.77:" + friend.port());
    }
  }

  @Test
  void countsWhatEachPeerSent() throws IOException {
    try (var one = Datagrams.open();
        var two = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).open()) {
      one.send(endpoint.port(), "/a");
      two.send(endpoint.port(), "/b");
      one.send(endpoint.port(), "/c");
      assertThat(endpoint.inbox().next(3)).hasSize(3);
      assertThat(endpoint.transport().peers())
          .extracting(peer -> peer.name() + " " + peer.in())
          .containsExactlyInAnyOrder(
              "127.0.0.1:" + one.port() + " 2", "127.0.0.1:" + two.port() + " 1");
    }
  }

  @Test
  void countsMalformedPacketsAndGoesOn() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).open()) {
      for (var garbage :
          List.of(new byte[0], Bytes.of("x"), Bytes.of("/abc"), Bytes.of("#bundle\0"))) {
        other.send(endpoint.port(), garbage);
      }
      other.send(endpoint.port(), "/good");
      assertThat(endpoint.inbox().next()).hasToString("/good []");
      assertThat(endpoint.io().errors()).isEqualTo(4);
      assertThat(endpoint.io().lastError())
          .contains("malformed packet from 127.0.0.1:" + other.port() + ": truncated bundle");
      assertThat(endpoint.io().in()).isEqualTo(1);
    }
  }

  @Test
  void saysThatThePortIsInUse() throws IOException {
    try (var other = Datagrams.open()) {
      var listener = OpenEndpoint.listening(UDP).bind(Ports.local(other.port()));
      assertThat(reasonOfRefusal(listener)).isEqualTo("port in use");
    }
  }

  @Test
  void saysThatTheAddressIsNotOfThisMachine() {
    var listener = OpenEndpoint.listening(UDP).bind(new InetSocketAddress("192.0.2.77", 5000));
    assertThat(reasonOfRefusal(listener)).isEqualTo("no such address");
  }

  @Test
  void saysThatTheHostIsUnknown() {
    var nobody = InetSocketAddress.createUnresolved("no-such-host.invalid", 9000);
    assertThat(reasonOfRefusal(OpenEndpoint.sendingTo(UDP, 0).target(nobody)))
        .isEqualTo("unknown host");
    assertThat(reasonOfRefusal(OpenEndpoint.listening(UDP).bind(nobody))).isEqualTo("unknown host");
  }

  @Test
  void freesItsPortAtOnceAHundredTimes() throws IOException {
    var port = Ports.free();
    for (var round = 0; round < 100; round++) {
      OpenEndpoint.listening(UDP).bind(Ports.local(port)).open().close();
      Datagrams.openAt(Ports.local(port)).close();
    }
  }

  @Test
  void freesItsPortAtOnceUnderTraffic() throws IOException {
    var port = Ports.free();
    try (var other = Datagrams.open()) {
      for (var round = 0; round < 50; round++) {
        var endpoint = OpenEndpoint.listening(UDP).bind(Ports.local(port)).open();
        for (var i = 0; i < 50; i++) {
          other.send(port, "/a", i);
        }
        endpoint.inbox().next();
        endpoint.close();
        Datagrams.openAt(Ports.local(port)).close();
        assertThat(endpoint.events().losses()).isEmpty();
        assertThat(endpoint.events().bugs()).isEmpty();
      }
    }
  }

  @Test
  void leavesNoThreadBehind() throws IOException {
    try (var other = Datagrams.open()) {
      for (var round = 0; round < 20; round++) {
        OpenEndpoint.listening(UDP)
            .name("no-thread-left")
            .target(Ports.local(other.port()))
            .open()
            .close();
      }
    }
    eventually().untilAsserted(() -> assertThat(Threads.named("no-thread-left")).isEmpty());
  }

  @Test
  void sendsFirstWhatIsToBeSentOnConnectAndThenWhatHasWaited() throws IOException {
    try (var other = Datagrams.open();
        var endpoint =
            OpenEndpoint.sendingTo(UDP, other.port())
                .onConnect(message("/hello", 1), message("/hello", 2))
                .waiting(message("/waited", 1), message("/waited", 2))
                .open()) {
      endpoint.send("/later");
      assertThat(List.of(other.next(), other.next(), other.next(), other.next(), other.next()))
          .containsExactly("/hello [1]", "/hello [2]", "/waited [1]", "/waited [2]", "/later []");
    }
  }

  @Test
  void sendsOnConnectAgainEachTimeItIsOpened() throws IOException {
    try (var other = Datagrams.open();
        var endpoint =
            OpenEndpoint.sendingTo(UDP, other.port()).onConnect(message("/hello")).open()) {
      assertThat(other.next()).isEqualTo("/hello []");
      for (var round = 0; round < 20; round++) {
        endpoint.lose();
        endpoint.io().waiting();
        endpoint.send("/while/closed", round);
        endpoint.reopen();
        assertThat(other.next()).isEqualTo("/hello []");
        assertThat(other.next()).isEqualTo("/while/closed [" + round + "]");
      }
      assertThat(endpoint.io().dropped()).isZero();
    }
  }

  @Test
  void keepsTheOrderBetweenWhatWaitedAndWhatFollows() throws IOException {
    var waiting = IntStream.range(0, 100).mapToObj(i -> message("/n", i)).toArray(Message[]::new);
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.sendingTo(UDP, other.port()).waiting(waiting).open()) {
      for (var i = 100; i < 200; i++) {
        endpoint.send("/n", i);
      }
      for (var i = 0; i < 200; i++) {
        assertThat(other.next()).isEqualTo("/n [" + i + "]");
      }
    }
  }

  @Test
  void goesOnWhenNobodyListensAtTheTarget() throws IOException {
    var port = Ports.free();
    try (var endpoint = OpenEndpoint.sendingTo(UDP, port).open()) {
      for (var i = 0; i < 100; i++) {
        endpoint.send("/nobody", i);
      }
      try (var late = Datagrams.openAt(Ports.local(port))) {
        endpoint.send("/late");
        assertThat(late.next()).isEqualTo("/late []");
      }
      assertThat(endpoint.events().losses()).isEmpty();
      assertThat(endpoint.io().out()).isEqualTo(101);
    }
  }

  /** A transport with a bug in its codec, which listens and sends to itself. */
  private static UdpTransport buggy(EndpointIo io, Runnable bug, RecordedEvents events)
      throws IOException {
    var bind = Ports.local(Ports.free());
    var settings =
        new UdpTransport.Settings(bind, true, Optional.empty(), Optional.of(bind), List.of());
    var transport = UdpTransport.open(settings, List.of(), io, new BuggyWire(bug), events);
    transport.start();
    try (var other = Datagrams.open()) {
      other.send(bind.getPort(), "/a");
    }
    return transport;
  }

  private static EndpointIo io() {
    var queue = new OutboundQueue(1, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
    return new EndpointIo("buggy", new Router(), queue, Clock.systemUTC());
  }

  @Test
  void reportsABugOfItsCodecInTheReadingThread() throws IOException {
    var bug = new StackOverflowError("deep");
    var events = new RecordedEvents();
    Runnable throwing =
        () -> {
          throw bug;
        };
    try (var transport = buggy(io(), throwing, events)) {
      eventually().untilAsserted(() -> assertThat(events.bugs()).containsExactly(bug));
      assertThat(transport.peers()).hasSize(1);
    }
  }

  @Test
  void reportsABugOfItsCodecWithoutThrowingItAtWhoeverSends() throws IOException {
    var bug = new IllegalStateException("a bug");
    var events = new RecordedEvents();
    var io = io();
    Runnable throwing =
        () -> {
          throw bug;
        };
    try (var transport = buggy(io, throwing, events)) {
      assertThat(io.deliver(message("/a"))).isTrue();
      eventually().untilAsserted(() -> assertThat(events.bugs()).containsExactly(bug, bug));
      assertThat(transport.peers()).hasSize(1);
    }
  }
}
