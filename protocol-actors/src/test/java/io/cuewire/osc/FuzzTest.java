package io.cuewire.osc;

import static io.cuewire.osc.OscSettings.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCTimeTag64;
import io.cuewire.codec.Budget;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.routing.Range;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.Desk;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.transport.AnyPeer;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.OutboundQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packets that were valid once, through everything that reads them. */
class FuzzTest {
  private static final int PACKETS = 1_000_000;
  private static final int WARM_UP = 200_000;
  private static final long MOST_GROWTH = 16 << 20;
  private static final byte[] PROBE = OscCodec.encode("/probe", List.of("still here"));

  private static final List<byte[]> VALID =
      List.of(
          OscCodec.encode("/1/fader1", List.of(0.5f)),
          OscCodec.encode("/light/1", List.of(1, 2L, 0.5f, 0.25)),
          OscCodec.encode("/light/[1-3]", List.of(5)),
          OscCodec.encode("/{light,sound}//?*", List.of()),
          OscCodec.encode("/text", List.of("a string", "another", "")),
          OscCodec.encode("/blob", List.of(new byte[] {1, 2, 3, 4, 5}, new byte[0])),
          OscCodec.encode(
              "/every/type",
              Arrays.asList(
                  true,
                  false,
                  null,
                  OSCImpulse.INSTANCE,
                  'c',
                  new OSCColor(1, 2, 3, 4),
                  new OSCMidiMessage((byte) 0, (byte) 144, (byte) 60, (byte) 1),
                  OSCTimeTag64.IMMEDIATE)),
          OscCodec.encode("/array", List.of(List.of(1, List.of("x", List.of())), 2)),
          Bytes.of("/no/tags\0\0\0\0"),
          Bytes.bundle(1, OscCodec.encode("/a", List.of(1)), OscCodec.encode("/b", List.of("x"))),
          Bytes.bundle(1, Bytes.bundle(3, OscCodec.encode("/deep", List.of(0.5f))), PROBE));

  private final Random random = new Random(20_260_101);
  private final Desk desk =
      new Desk("in", "probe", "out")
          .connect("out", FuzzTest::readAll)
          .routes(
              RouteBuilder.from("in").to("out"),
              RouteBuilder.from("in").match("/light/1").to("out").scale(2),
              RouteBuilder.from("in").match("/*/fader[0-9]").to("out").address("/f/{2}/{1}"),
              RouteBuilder.from("in").match("//*").to("out").args("$1", "$2", 7),
              RouteBuilder.from("in")
                  .to("out")
                  .range(new Range(0, 1), new Range(0, 255))
                  .offset(0.5)
                  .clamp(0, 255),
              RouteBuilder.from("in").match("/probe").to("probe"));

  /** Decodes, prints and encodes a message, as its targets do. */
  private static boolean readAll(Message message) {
    return message.toString().startsWith("/")
        && message.oscLength() % 4 == 0
        && message.changed(message.address(), message.args()).oscLength() % 4 == 0;
  }

  /** One to four mutations of a valid packet. */
  private byte[] mutated() {
    var packet = VALID.get(random.nextInt(VALID.size()));
    for (var i = random.nextInt(4); i >= 0; i--) {
      packet = packet.length == 0 ? Bytes.random(random, 16) : mutated(packet.clone());
    }
    return packet;
  }

  private byte[] mutated(byte[] packet) {
    var at = random.nextInt(packet.length);
    return switch (random.nextInt(9)) {
      case 0 -> {
        packet[at] ^= (byte) (1 << random.nextInt(8));
        yield packet;
      }
      case 1 -> {
        packet[at] = (byte) random.nextInt(256);
        yield packet;
      }
      case 2 -> {
        var special = "/,#[]{}*?!-\0sbihtTN[]\u00FF";
        packet[at] = (byte) special.charAt(random.nextInt(special.length()));
        yield packet;
      }
      case 3 -> Arrays.copyOf(packet, at);
      case 4 -> Arrays.copyOf(packet, at & ~3);
      case 5 -> Arrays.copyOf(packet, packet.length + 4 * random.nextInt(5));
      case 6 -> withLength(packet, at & ~3);
      case 7 -> Bytes.nested(1 + random.nextInt(random.nextInt(100) == 0 ? 40 : 3), packet);
      default -> Bytes.of(packet, VALID.get(random.nextInt(VALID.size())));
    };
  }

  /** The integer there, which may be a size, becomes one that hurts. */
  private byte[] withLength(byte[] packet, int at) {
    var sizes =
        new int[] {
          0,
          1,
          3,
          4,
          -1,
          -4,
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE - 3,
          packet.length,
          packet.length - at - 4,
          packet.length - at,
          random.nextInt()
        };
    if (at + 4 <= packet.length) {
      ByteBuffer.wrap(packet).putInt(at, sizes[random.nextInt(sizes.length)]);
    }
    return packet;
  }

  private static long heapAfterCollection() {
    var memory = ManagementFactory.getMemoryMXBean();
    var least = Long.MAX_VALUE;
    for (var i = 0; i < 3; i++) {
      memory.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  @Test
  void survivesAMillionMutatedPacketsInFlatMemory() {
    var queue = new OutboundQueue(10, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
    var io = new EndpointIo("in", desk.router(), queue, Clock.systemUTC());
    var peer = AnyPeer.create();
    try (var timeTags = new TimeTags(Clock.systemUTC())) {
      var reader = new OscWire(false, timeTags).reader(io);
      var buffer = ByteBuffer.allocateDirect(65_508);
      var heap = 0L;
      for (var i = 0; i < PACKETS; i++) {
        if (i == WARM_UP) {
          desk.inbox("probe").drain();
          heap = heapAfterCollection();
        }
        var packet = mutated();
        try {
          reader.read(buffer.clear().put(0, packet), 0, packet.length, peer);
        } catch (RuntimeException | Error e) {
          throw new AssertionError("packet " + i + ": " + HexFormat.of().formatHex(packet), e);
        }
      }
      assertThat(io.errors()).as("malformed").isBetween(PACKETS / 5L, PACKETS * 4L / 5);
      assertThat(io.in()).as("well-formed messages").isGreaterThan(PACKETS / 5);

      desk.inbox("probe").drain();
      reader.read(buffer.clear().put(0, PROBE), 0, PROBE.length, peer);
      assertThat(desk.inbox("probe").texts()).containsExactly("/probe [still here]");
      assertThat(heapAfterCollection() - heap).as("growth of the heap").isLessThan(MOST_GROWTH);
    }
  }

  @Test
  void survivesMutatedPacketsOverASocket() throws IOException {
    try (var other = Datagrams.open();
        var endpoint = OpenEndpoint.listening(UDP).name("in").desk(desk).open()) {
      for (var i = 1; i <= 20_000; i++) {
        other.send(endpoint.port(), mutated());
        if (i % 50 == 0) { // no more than a socket buffer holds
          other.send(endpoint.port(), "/probe", i);
          while (!desk.inbox("probe").next().args().equals(List.of(i))) {}
        }
      }
      assertThat(endpoint.io().errors()).isGreaterThan(4_000);
      assertThat(endpoint.events().bugs()).isEmpty();
      assertThat(endpoint.events().losses()).isEmpty();
    }
  }
}
