package io.cuewire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import io.cuewire.testing.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OscCodecTest {
  private static final byte[] NOTHING = new byte[0];
  private static final byte[] MESSAGE = Bytes.of("/a\0\0", ",i\0\0", 1);

  private static String defect(byte[] packet) {
    return OscCodec.defect(ByteBuffer.wrap(packet), 0, packet.length);
  }

  private static List<Object> arguments(byte[] packet) {
    assertThat(defect(packet)).isEmpty();
    return OscCodec.arguments(ByteBuffer.wrap(packet), 0, packet.length);
  }

  private static String address(byte[] packet) {
    return OscCodec.address(ByteBuffer.wrap(packet), 0);
  }

  /** The messages of a packet as {@code ADDRESS @TIMETAG}. */
  private static List<String> unpacked(byte[] packet) {
    assertThat(defect(packet)).isEmpty();
    var messages = new ArrayList<String>();
    OscCodec.unpack(
        ByteBuffer.wrap(packet),
        0,
        packet.length,
        (buffer, from, _, timeTag) ->
            messages.add(OscCodec.address(buffer, from) + " @" + timeTag));
    return messages;
  }

  private static byte[] hex(String digits) {
    return HexFormat.ofDelimiter(" ").parseHex(digits);
  }

  @Test
  void readsAndWritesTheExamplesOfTheSpecification() {
    var frequency =
        hex(
            "2f 6f 73 63 69 6c 6c 61 74 6f 72 2f 34 2f 66 72"
                + " 65 71 75 65 6e 63 79 00 2c 66 00 00 43 dc 00 00");
    assertThat(address(frequency)).isEqualTo("/oscillator/4/frequency");
    assertThat(arguments(frequency)).containsExactly(440.0f);
    assertThat(OscCodec.encode("/oscillator/4/frequency", List.of(440.0f))).isEqualTo(frequency);

    var foo =
        hex(
            "2f 66 6f 6f 00 00 00 00 2c 69 69 73 66 66 00 00 00 00 03 e8"
                + " ff ff ff ff 68 65 6c 6c 6f 00 00 00 3f 9d f3 b6 40 b5 b2 2d");
    var args = List.<Object>of(1000, -1, "hello", 1.234f, 5.678f);
    assertThat(address(foo)).isEqualTo("/foo");
    assertThat(arguments(foo)).isEqualTo(args);
    assertThat(OscCodec.encode("/foo", args)).isEqualTo(foo);
  }

  static Stream<Arguments> typeTags() {
    return Stream.of(
        type("i", 1000, 0x000003E8),
        type("i", Integer.MIN_VALUE, 0x80000000),
        type("f", 440.0f, 0x43DC0000),
        type("f", -0.0f, 0x80000000),
        type("f", Float.NEGATIVE_INFINITY, 0xFF800000),
        type("s", "", "\0\0\0\0"),
        type("s", "abc", "abc\0"),
        type("s", "data", "data\0\0\0\0"),
        type("s", "grün", "gr\u00C3\u00BCn\0\0\0"),
        type("S", OSCSymbol.valueOf("play"), "play\0\0\0\0"),
        type("h", 0x0123456789ABCDEFL, 0x0123456789ABCDEFL),
        type("d", Math.PI, 0x400921FB54442D18L),
        type("t", OSCTimeTag64.valueOf(1L), 1L),
        type("t", OSCTimeTag64.valueOf(0xEC00000080000000L), 0xEC00000080000000L),
        type("c", 'x', 0x78),
        type("r", new OSCColor(255, 128, 1, 0), 0xFF800100),
        type("m", new OSCMidiMessage((byte) 1, (byte) 0x90, (byte) 60, (byte) 127), 0x01903C7F),
        type("T", true, ""),
        type("F", false, ""),
        type("N", null, ""),
        type("I", OSCImpulse.INSTANCE, ""),
        type("[]", List.of(), ""),
        type("[ii]", List.of(1, 2), Bytes.of(1, 2)),
        type(
            "[s[TN]f]",
            Arrays.asList("a", Arrays.asList(true, null), 0.5f),
            Bytes.of("a\0\0\0", 0.5f)));
  }

  private static Arguments type(String tags, Object value, Object content) {
    var padding = "\0".repeat(4 - (1 + tags.length()) % 4);
    return Arguments.of(tags, value, Bytes.of("/a\0\0", "," + tags + padding, content));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("typeTags")
  void keepsEveryTypeBitByBitInBothDirections(String tags, Object value, byte[] packet) {
    assertThat(arguments(packet)).as(tags).containsExactly(value);
    assertThat(OscCodec.encode("/a", Arrays.asList(value))).isEqualTo(packet);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 1000})
  void padsBlobsOfEverySize(int size) {
    var blob = Bytes.filled(size, 0xAB);
    var packet = Bytes.of("/a\0\0", ",bi\0", size, blob, new byte[(4 - size % 4) % 4], 7);
    assertThat((byte[]) arguments(packet).getFirst()).isEqualTo(blob);
    assertThat(arguments(packet).getLast()).isEqualTo(7);
    assertThat(OscCodec.encode("/a", List.of(blob, 7))).isEqualTo(packet);
  }

  @Test
  void keepsTheBitsOfEveryNaN() {
    var packet = Bytes.of("/a\0\0", ",fd\0", 0x7FC00123, 0x7FF8000000000456L);
    assertThat(OscCodec.encode("/a", arguments(packet))).isEqualTo(packet);
  }

  @Test
  void takesEachArgumentAfterTheOther() {
    var packet = Bytes.of("/a\0\0", ",sbTh[i]c\0\0\0", "ab\0\0", 1, "x\0\0\0", 5L, 6, 0x79);
    var args = arguments(packet);
    assertThat(args).hasSize(6).contains("ab", true, 5L, List.of(6), 'y');
    assertThat(OscCodec.encode("/a", args)).isEqualTo(packet);
  }

  @Test
  void acceptsAMessageWithoutTypeTags() {
    assertThat(arguments(Bytes.of("/a\0\0"))).isEmpty();
    assertThat(address(Bytes.of("/abc\0\0\0\0"))).isEqualTo("/abc");
    assertThat(arguments(Bytes.of("/a\0\0", 5))).as("untyped bytes cannot be read").isEmpty();
    assertThat(arguments(Bytes.of("/a\0\0", ",\0\0\0"))).isEmpty();
  }

  @Test
  void readsAMessageInTheMiddleOfABuffer() {
    var buffer = ByteBuffer.wrap(Bytes.of("xy", "/abc\0\0\0\0", ",si\0", "d\0\0\0", 9, "xy"));
    assertThat(OscCodec.defect(buffer, 2, 22)).isEmpty();
    assertThat(OscCodec.addressLength(buffer, 2)).isEqualTo(4);
    assertThat(OscCodec.arguments(buffer, 2, 22)).containsExactly("d", 9);
  }

  @Test
  void endsAStringAtANulCharacter() {
    assertThat(OscCodec.encode("/a\0b", List.of("c\0d")))
        .isEqualTo(Bytes.of("/a\0\0", ",s\0\0", "c\0\0\0"));
  }

  @Test
  void refusesToWriteAValueThatHasNoOscType() {
    assertThatThrownBy(() -> OscCodec.encode("/a", List.of(new StringBuilder("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no OSC type for class java.lang.StringBuilder");
  }

  @Test
  void unpacksNestedBundlesInOrderWithTheInnermostTimeTag() {
    var inner = Bytes.bundle(7, Bytes.of("/b\0\0", ",\0\0\0"), Bytes.of("/c\0\0", ",\0\0\0"));
    assertThat(unpacked(Bytes.bundle(3, Bytes.of("/a\0\0"), inner, Bytes.of("/d\0\0"))))
        .containsExactly("/a @3", "/b @7", "/c @7", "/d @3");
    assertThat(unpacked(MESSAGE)).containsExactly("/a @1");
    assertThat(unpacked(Bytes.bundle(1))).isEmpty();
  }

  @Test
  void writesTheHeaderOfABundleWithOneElement() {
    var buffer = ByteBuffer.allocate(OscCodec.BUNDLE_HEADER + 4 + MESSAGE.length);
    OscCodec.putBundleHeader(buffer, 5, MESSAGE.length);
    assertThat(buffer.put(MESSAGE).array()).isEqualTo(Bytes.bundle(5, MESSAGE));
  }

  @Test
  void unpacksBundlesAsDeepAsItAllowsAndNoDeeper() {
    assertThat(unpacked(Bytes.nested(OscCodec.MAX_DEPTH, MESSAGE))).containsExactly("/a @1");
    assertThat(defect(Bytes.nested(OscCodec.MAX_DEPTH + 1, MESSAGE)))
        .isEqualTo("bundles nested too deep");
    assertThat(defect(Bytes.nested(3_250, MESSAGE))).isEqualTo("bundles nested too deep");
  }

  @Test
  void readsArraysAsDeepAsItAllowsAndNoDeeper() {
    var allowed = arrays(OscCodec.MAX_DEPTH);
    assertThat(OscCodec.encode("/a", arguments(allowed))).isEqualTo(allowed);
    assertThat(defect(arrays(OscCodec.MAX_DEPTH + 1))).contains("nested too deep");
    assertThat(defect(arrays(30_000))).contains("nested too deep");
  }

  private static byte[] arrays(int depth) {
    var tags = "," + "[".repeat(depth) + "]".repeat(depth);
    return Bytes.of("/a\0\0", tags + "\0".repeat(4 - tags.length() % 4));
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("size is not a multiple of 4", NOTHING),
        Arguments.of("size is not a multiple of 4", Bytes.of("/a\0")),
        Arguments.of("size is not a multiple of 4", Bytes.of("/a\0\0", ",i\0\0", 1, "\0")),
        Arguments.of("neither an address nor a bundle", Bytes.of("abc\0")),
        Arguments.of("neither an address nor a bundle", Bytes.of(0, 0)),
        Arguments.of("address without an end", Bytes.of("/abc")),
        Arguments.of("type tags without an end", Bytes.of("/a\0\0", ",iii")),
        Arguments.of("unknown type tag", Bytes.of("/a\0\0", ",x\0\0")),
        Arguments.of("unknown type tag", Bytes.of("/a\0\0", ",\u0080\0\0")),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",i\0\0")),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",ii\0", 1)),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",h\0\0", 1)),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",s\0\0", "text")),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",s\0\0")),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",b\0\0")),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",b\0\0", 5, 0)),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",b\0\0", -1)),
        Arguments.of("truncated argument", Bytes.of("/a\0\0", ",b\0\0", Integer.MAX_VALUE, 0)),
        Arguments.of("bytes after the last argument", Bytes.of("/a\0\0", ",\0\0\0", 1)),
        Arguments.of("bytes after the last argument", Bytes.of("/a\0\0", ",b\0\0", 1, 0, 0)),
        Arguments.of("arrays not balanced", Bytes.of("/a\0\0", ",[i\0", 1)),
        Arguments.of("arrays not balanced, or nested too deep", Bytes.of("/a\0\0", ",][\0")),
        Arguments.of("truncated bundle", Bytes.of("#bun")),
        Arguments.of("truncated bundle", Bytes.of("#bundle\0", 1)),
        Arguments.of("truncated bundle", Bytes.of("#bundlx\0", 1L)),
        Arguments.of("bundle element with a wrong size", Bytes.of("#bundle\0", 1L, 0)),
        Arguments.of("bundle element with a wrong size", Bytes.of("#bundle\0", 1L, -4)),
        Arguments.of("bundle element with a wrong size", Bytes.of("#bundle\0", 1L, 8, 0)),
        Arguments.of(
            "bundle element with a wrong size",
            Bytes.of("#bundle\0", 1L, Integer.MAX_VALUE, MESSAGE)),
        Arguments.of("size is not a multiple of 4", Bytes.of("#bundle\0", 1L, 3, 0)),
        Arguments.of("neither an address nor a bundle", Bytes.bundle(1, MESSAGE, Bytes.of(0))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void saysWhatIsWrongWithAPacket(String defect, byte[] packet) {
    assertThat(defect(packet)).isEqualTo(defect);
  }

  @Test
  void findsADefectInEveryTruncationOfAPacket() {
    var args = Arrays.asList(1, "text", new byte[] {1, 2, 3}, 5L, List.of(0.5f, "x"));
    var packet = Bytes.bundle(1, OscCodec.encode("/a/b", args), MESSAGE);
    assertThat(defect(packet)).isEmpty();
    for (var size = 0; size < packet.length; size++) {
      // what ends behind the header or behind an element is a smaller bundle
      if (size != OscCodec.BUNDLE_HEADER && size != packet.length - 4 - MESSAGE.length) {
        assertThat(defect(Arrays.copyOf(packet, size))).as("%d bytes", size).isNotEmpty();
      }
    }
  }
}
