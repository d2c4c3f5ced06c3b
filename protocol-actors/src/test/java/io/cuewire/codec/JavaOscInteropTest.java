package io.cuewire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.illposed.osc.BufferBytesReceiver;
import com.illposed.osc.OSCBundle;
import com.illposed.osc.OSCMessage;
import com.illposed.osc.OSCPacket;
import com.illposed.osc.OSCParseException;
import com.illposed.osc.OSCSerializeException;
import com.illposed.osc.OSCSerializerAndParserBuilder;
import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import io.cuewire.testing.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JavaOSC 0.8 as the other side, for what it does right: not blobs, nor arrays in arrays. */
class JavaOscInteropTest {
  private static final OSCSerializerAndParserBuilder JAVA_OSC = new OSCSerializerAndParserBuilder();

  private static byte[] serialized(OSCPacket packet) throws OSCSerializeException {
    var buffer = ByteBuffer.allocate(4096);
    JAVA_OSC.buildSerializer(new BufferBytesReceiver(buffer)).write(packet);
    return Bytes.of(buffer.flip());
  }

  private static OSCPacket parsed(byte[] packet) throws OSCParseException {
    return JAVA_OSC.buildParser().convert(ByteBuffer.wrap(packet).asReadOnlyBuffer());
  }

  static Stream<List<Object>> arguments() {
    return Stream.of(
        List.of(),
        List.of(0, -1, Integer.MIN_VALUE),
        List.of(0.5f, -0.0f, Float.MAX_VALUE),
        List.of("", "abc", "abcd", "a longer text"),
        List.of(Long.MIN_VALUE, 1L << 40),
        List.of(Math.E, Double.MIN_VALUE),
        List.of(OSCTimeTag64.IMMEDIATE, OSCTimeTag64.valueOf(0xEC00000080000000L)),
        List.of('x', '~'),
        List.of(new OSCColor(1, 2, 3, 255)),
        List.of(new OSCMidiMessage((byte) 0, (byte) 0xB0, (byte) 7, (byte) 100)),
        List.of(OSCSymbol.valueOf("play")),
        Arrays.asList(true, false, null, OSCImpulse.INSTANCE),
        List.of(List.of(1, "two", 3.0f), 4));
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void readsWhatJavaOscWrites(List<Object> args) throws OSCSerializeException {
    var packet = serialized(new OSCMessage("/from/javaosc", args));
    assertThat(OscCodec.defect(ByteBuffer.wrap(packet), 0, packet.length)).isEmpty();
    assertThat(OscCodec.address(ByteBuffer.wrap(packet), 0)).isEqualTo("/from/javaosc");
    assertThat(OscCodec.arguments(ByteBuffer.wrap(packet), 0, packet.length)).isEqualTo(args);
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void writesWhatJavaOscReads(List<Object> args) throws OSCParseException {
    var message = (OSCMessage) parsed(OscCodec.encode("/to/javaosc", args));
    assertThat(message.getAddress()).isEqualTo("/to/javaosc");
    assertThat(message.getArguments()).isEqualTo(args);
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void writesTheSameBytesAsJavaOsc(List<Object> args) throws OSCSerializeException {
    assertThat(OscCodec.encode("/same", args)).isEqualTo(serialized(new OSCMessage("/same", args)));
  }

  @Test
  void unpacksTheBundlesOfJavaOsc() throws OSCSerializeException {
    var inner = new OSCBundle(List.of(new OSCMessage("/b")), OSCTimeTag64.valueOf(9L << 32));
    var outer = new OSCBundle(List.of(new OSCMessage("/a"), inner), OSCTimeTag64.IMMEDIATE);
    var packet = serialized(outer);
    var found = new ArrayList<String>();
    assertThat(OscCodec.defect(ByteBuffer.wrap(packet), 0, packet.length)).isEmpty();
    OscCodec.unpack(
        ByteBuffer.wrap(packet),
        0,
        packet.length,
        (buffer, from, _, timeTag) -> found.add(OscCodec.address(buffer, from) + " @" + timeTag));
    assertThat(found).containsExactly("/a @1", "/b @" + (9L << 32));
  }
}
