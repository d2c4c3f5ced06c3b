package io.cuewire.osc;

import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.osc.TimeTagsTest.timeTag;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.routing.RoutingSnapshot;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.Desk;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.transport.AnyPeer;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OscWireTest {
  private static final byte[] MESSAGE = OscCodec.encode("/a", List.of(1));
  private static final byte[] OTHER = OscCodec.encode("/b", List.of(2));
  private static final long IMMEDIATELY = 1;

  private final Desk desk = new Desk("in", "out").routes(RouteBuilder.from("in").to("out"));
  private final EndpointIo io =
      new EndpointIo(
          "in",
          desk.router(),
          new OutboundQueue(10, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited()),
          Clock.systemUTC());
  private final TimeTags timeTags = new TimeTags(Clock.systemUTC());
  private final Wire.Reader reader = new OscWire(false, timeTags).reader(io);

  @AfterEach
  void closeTimeTags() {
    timeTags.close();
  }

  private void read(byte[] packet) {
    reader.read(ByteBuffer.wrap(packet), 0, packet.length, AnyPeer.create());
  }

  private List<String> routed() {
    return desk.inbox("out").texts();
  }

  @Test
  void handsOnEveryMessageOfABundle() {
    var inner = Bytes.bundle(IMMEDIATELY, OTHER, MESSAGE);
    read(Bytes.bundle(IMMEDIATELY, MESSAGE, inner, OTHER));
    assertThat(routed()).containsExactly("/a [1]", "/b [2]", "/a [1]", "/b [2]");
    assertThat(io.in()).isEqualTo(4);
  }

  @Test
  void handsOnNothingOfABundleWithADefect() {
    read(Bytes.bundle(IMMEDIATELY, MESSAGE, Bytes.of("/x\0\0", ",i\0\0")));
    assertThat(routed()).isEmpty();
    assertThat(io.errors()).isEqualTo(1);
    assertThat(io.in()).isZero();
  }

  @Test
  void handsOnAtOnceWhatIsDueNowOrWasEarlier() {
    read(Bytes.bundle(IMMEDIATELY, MESSAGE));
    read(Bytes.bundle(0, MESSAGE));
    read(Bytes.bundle(timeTag(Instant.now()), MESSAGE));
    read(Bytes.bundle(timeTag(Instant.now().minusSeconds(3600)), MESSAGE));
    assertThat(routed()).hasSize(4);
  }

  @Test
  void holdsAMessageBackUntilItsTime() {
    var when = Instant.now().plusSeconds(1);
    var packet = Bytes.bundle(timeTag(when), MESSAGE, Bytes.bundle(IMMEDIATELY, OTHER));
    read(packet);
    Arrays.fill(packet, (byte) 0); // the reader's buffer is used again
    assertThat(desk.inbox("out").next()).hasToString("/b [2]");
    assertThat(desk.inbox("out").next()).hasToString("/a [1]");
    assertThat(Instant.now()).isAfterOrEqualTo(when.minusMillis(1));
    assertThat(io.in()).isEqualTo(2);
  }

  @Test
  void countsWhatItCannotHold() {
    var later = Bytes.bundle(timeTag(Instant.now().plusSeconds(3600)), MESSAGE);
    for (var i = 0; i < 10_050; i++) {
      read(later);
    }
    assertThat(io.dropped()).isEqualTo(50);
  }

  @Test
  void readsTheRoutesCrossedFromTheTimeTag() {
    for (var hops = 0; hops < RoutingSnapshot.MAX_HOPS; hops++) {
      read(Bytes.bundle(IMMEDIATELY + hops, MESSAGE));
      assertThat(desk.inbox("out").next().hops()).isEqualTo(hops + 1);
    }
    read(Bytes.bundle(IMMEDIATELY + RoutingSnapshot.MAX_HOPS, MESSAGE));
    assertThat(routed()).isEmpty();
    assertThat(io.dropped()).isEqualTo(1);
    read(Bytes.bundle(IMMEDIATELY + RoutingSnapshot.MAX_HOPS + 1, MESSAGE));
    assertThat(desk.inbox("out").next().hops()).as("any other sender's tag").isEqualTo(1);
  }

  @Test
  void writesTheRoutesCrossedOnlyToItsOwnShow() {
    var message = Message.of("/a", List.of(1));
    var toOurselves = new OscWire(true, timeTags);
    var toOthers = new OscWire(false, timeTags);
    assertThat(Bytes.of(toOurselves.encode(message))).isEqualTo(MESSAGE);
    message.hops(3);
    assertThat(Bytes.of(toOthers.encode(message))).isEqualTo(MESSAGE);
    assertThat(Bytes.of(toOurselves.encode(message))).isEqualTo(Bytes.bundle(4, MESSAGE));
  }

  @Test
  void sendsOnEveryMessageOfABundleAsItsOwnBytes() throws IOException {
    try (var other = Datagrams.open();
        var sender = OpenEndpoint.sendingTo(UDP, other.port()).open()) {
      desk.connect("out", sender.io()).routes(RouteBuilder.from("in").to("out"));
      read(Bytes.bundle(IMMEDIATELY, MESSAGE, OTHER, MESSAGE));
      assertThat(other.receive().getData()).isEqualTo(MESSAGE);
      assertThat(other.receive().getData()).isEqualTo(OTHER);
      assertThat(other.receive().getData()).isEqualTo(MESSAGE);
    }
  }

  @Test
  void endsALoopOverTheNetwork() throws IOException {
    var port = Ports.free();
    var desk = new Desk("loop");
    try (var other = Datagrams.open();
        var loop =
            OpenEndpoint.listening(UDP)
                .name("loop")
                .bind(Ports.local(port))
                .target(Ports.local(port))
                .toOurselves()
                .desk(desk)
                .open()) {
      desk.connect("loop", loop.io()).routes(RouteBuilder.from("loop").to("loop").echo());
      other.send(port, "/round/and/round");
      eventually().untilAsserted(() -> assertThat(loop.io().dropped()).isEqualTo(1));
      assertThat(loop.io().in()).isEqualTo(RoutingSnapshot.MAX_HOPS + 1);
      assertThat(loop.io().out()).isEqualTo(RoutingSnapshot.MAX_HOPS);
    }
  }
}
