package io.cuewire.text;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.Opener;
import io.cuewire.endpoint.State;
import io.cuewire.message.Message;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.transport.Peer;
import io.cuewire.transport.UdpTransport;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Text in datagrams, with ncat and socat as the other side. */
@NeedsCommand(
    value = {"ncat", "socat"},
    packaged = "ncat, socat")
class UdpTextTest {
  private final int port = Ports.free();

  private static Opener opener(UdpTransport.Settings settings, boolean toOurselves) {
    var wire = new TextWire(List.of(), toOurselves, new RehearsedShow());
    return (io, events) -> UdpTransport.open(settings, List.of(), io, wire, events);
  }

  private LiveEndpoint listening() {
    var settings =
        new UdpTransport.Settings(
            Ports.local(port), true, Optional.empty(), Optional.empty(), List.of());
    var endpoint = LiveEndpoint.listener(opener(settings, false));
    endpoint.await(State.LISTENING);
    return endpoint;
  }

  private LiveEndpoint sending(boolean toOurselves) {
    var settings =
        new UdpTransport.Settings(
            Ports.local(0), false, Optional.empty(), Optional.of(Ports.local(port)), List.of());
    var endpoint = LiveEndpoint.client(opener(settings, toOurselves));
    endpoint.await(State.CONNECTED);
    return endpoint;
  }

  @Test
  void takesDatagramsAndAnswersTheirSender() throws Exception {
    try (var endpoint = listening();
        var peer = ForeignProgram.start("ncat", "--udp", "127.0.0.1", "" + port)) {
      peer.type("/beat 1"); // with the end of the line in the datagram
      assertThat(endpoint.inbox().next()).hasToString("/beat [1]");
      peer.type("CMD:STATUS");
      var known = endpoint.endpoint().peers().getFirst();
      eventually().untilAsserted(() -> assertThat(known.out()).isOne());
      var endOfLine = Message.of("/text", List.of("\n")); // what ncat prints has no other
      assertThat(endpoint.endpoint().sendTo(known.name(), endOfLine)).isTrue();
      assertThat(peer.nextLine()).isEqualTo("STATUS:" + RehearsedShow.STATUS);
      assertThat(known.in()).isEqualTo(2);
    }
  }

  @Test
  void sendsOneDatagramForEachMessage() throws Exception {
    try (var peer =
            ForeignProgram.start(
                "socat", "-u", "UDP-RECV:" + port + ",bind=127.0.0.1", "SYSTEM:'cat; echo'");
        var endpoint = sending(false)) {
      eventually()
          .until(() -> {
            endpoint.send("/text", "ready\n");
            return peer.hasPrinted();
          });
      endpoint.send("/dim", 255, 0.5f);
      endpoint.send("/text", "\n");
      while (!peer.nextLine().equals("/dim 255 0.5")) {}
    }
  }

  @Test
  void tellsAListenerOfThisShowHowManyRoutesWereCrossed() throws Exception {
    try (var in = listening();
        var out = sending(true)) {
      out.endpoint().io().deliver(Message.of("/around", List.of(0.5f)).hops(3));
      var message = in.inbox().next();
      assertThat(message).hasToString("/around [0.5]");
      assertThat(message.hops()).as("three, and the one to the inbox").isEqualTo(4);
    }
  }

  @Test
  void countsWhatIsNoText() throws Exception {
    try (var endpoint = listening();
        var socket = new DatagramSocket()) {
      var to = new InetSocketAddress("127.0.0.1", port);
      socket.send(new DatagramPacket(new byte[] {(byte) 0xFF, 1, 2}, 3, to));
      socket.send(new DatagramPacket("ok".getBytes(), 2, to));
      assertThat(endpoint.inbox().next()).hasToString("/text [ok]");
      assertThat(endpoint.endpoint().io().errors()).isOne();
      assertThat(endpoint.peers())
          .containsExactly(Peer.format(new InetSocketAddress("127.0.0.1", socket.getLocalPort())));
    }
  }
}
