package io.cuewire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.codec.Framing.FramingException;
import io.cuewire.testing.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FramingTest {
  private static final int MAX_FRAME = 1000;
  private static final byte[] END = Bytes.of("\u00C0");

  /** Collects what a stream is cut into. */
  private static final class Cut implements Framing.Frames {
    private final List<byte[]> frames = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    @Override
    public void frame(ByteBuffer buffer, int from, int to) {
      frames.add(Bytes.of(buffer.slice(from, to - from)));
    }

    @Override
    public void skipped(String defect) {
      skipped.add(defect);
    }

    Cut feed(Framing.Deframer deframer, byte[]... parts) throws FramingException {
      for (var part : parts) {
        var in = ByteBuffer.wrap(part);
        deframer.feed(in, this);
        assertThat(in.hasRemaining()).as("bytes left over").isFalse();
      }
      return this;
    }
  }

  private static Cut cut(Framing framing, byte[]... parts) throws FramingException {
    return new Cut().feed(framing.deframer(new FrameBuffer(MAX_FRAME, Budget.unlimited())), parts);
  }

  private static byte[] framed(Framing framing, byte[]... payloads) {
    var stream = new ByteArrayOutputStream();
    for (var payload : payloads) {
      var out = ByteBuffer.allocate(framing.maxSize(payload.length));
      framing.encode(ByteBuffer.wrap(payload), out);
      stream.writeBytes(Bytes.of(out.flip()));
    }
    return stream.toByteArray();
  }

  /** The same stream in many reads of random size. */
  private static byte[][] pieces(byte[] stream, Random random) {
    var pieces = new ArrayList<byte[]>();
    var buffer = ByteBuffer.wrap(stream);
    while (buffer.hasRemaining()) {
      var piece = new byte[Math.min(buffer.remaining(), random.nextInt(40))];
      buffer.get(piece);
      pieces.add(piece);
    }
    return pieces.toArray(byte[][]::new);
  }

  @Test
  void putsTheLengthBeforeEachFrame() {
    assertThat(framed(Framing.Kind.LENGTH32, Bytes.of("abcd"), Bytes.of("efghijkl")))
        .isEqualTo(Bytes.of(4, "abcd", 8, "efghijkl"));
  }

  @Test
  void putsAnEndOnBothSidesOfASlipFrameAndEscapesWhatLooksLikeOne() {
    assertThat(framed(Framing.Kind.SLIP, Bytes.of("a\u00C0b\u00DBc")))
        .isEqualTo(Bytes.of("\u00C0a\u00DB\u00DCb\u00DB\u00DDc\u00C0"));
  }

  @ParameterizedTest
  @EnumSource(names = {"LENGTH32", "SLIP", "COBS"})
  void needsNoMoreRoomThanItSays(Framing.Kind framing) {
    var worst = Bytes.filled(100, 0xC0);
    assertThat(framed(framing, worst)).hasSizeLessThanOrEqualTo(framing.maxSize(100));
  }

  @ParameterizedTest
  @EnumSource(names = {"LENGTH32", "SLIP", "COBS"})
  void findsFramesWhereverTheStreamIsSplit(Framing.Kind framing) throws FramingException {
    var first = Bytes.of("/a\0\0\u00C0\u00DB\u00DC\u00DD");
    var second = Bytes.of("/b\0\0");
    var stream = ByteBuffer.wrap(framed(framing, first, second));
    for (var split = 0; split <= stream.capacity(); split++) {
      var head = Bytes.of(stream.slice(0, split));
      var tail = Bytes.of(stream.slice(split, stream.capacity() - split));
      assertThat(cut(framing, head, tail).frames)
          .as("split at %d", split)
          .containsExactly(first, second);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LENGTH32", "SLIP", "COBS"})
  void findsRandomFramesInRandomPieces(Framing.Kind framing) throws FramingException {
    var random = new Random(4);
    for (var round = 0; round < 200; round++) {
      var payloads = new byte[1 + random.nextInt(20)][];
      for (var i = 0; i < payloads.length; i++) {
        payloads[i] = Bytes.random(random, 1 + random.nextInt(MAX_FRAME));
      }
      var found = cut(framing, pieces(framed(framing, payloads), random));
      assertThat(found.frames).as("round %d", round).containsExactly(payloads);
      assertThat(found.skipped).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LENGTH32", "SLIP", "COBS"})
  void takesAFrameOfTheLargestSize(Framing.Kind framing) throws FramingException {
    var largest = Bytes.filled(MAX_FRAME, 7);
    assertThat(cut(framing, framed(framing, largest, largest)).frames)
        .containsExactly(largest, largest);
  }

  @Test
  void givesUpOnALengthThatIsTooLarge() {
    assertThatThrownBy(() -> cut(Framing.Kind.LENGTH32, Bytes.of(MAX_FRAME + 1)))
        .isInstanceOf(FramingException.class)
        .hasMessage("a frame of 1001 bytes; at most 1000");
    assertThatThrownBy(() -> cut(Framing.Kind.LENGTH32, Bytes.of(-1)))
        .hasMessage("a frame of 4294967295 bytes; at most 1000");
    assertThatThrownBy(() -> cut(Framing.Kind.LENGTH32, Bytes.of("GET / HTTP/1.1\r\n")))
        .hasMessageStartingWith("a frame of 1195725856 bytes");
  }

  @Test
  void handsOnTheFramesBeforeALengthThatIsTooLarge() {
    var found = new Cut();
    assertThatThrownBy(() ->
            found.feed(
                Framing.Kind.LENGTH32.deframer(new FrameBuffer(MAX_FRAME, Budget.unlimited())),
                Bytes.of(4, "abcd", -1)))
        .isInstanceOf(FramingException.class);
    assertThat(found.frames).containsExactly(Bytes.of("abcd"));
  }

  @Test
  void handsOnAnEmptyFrameOfLengthZero() throws FramingException {
    assertThat(cut(Framing.Kind.LENGTH32, Bytes.of(0, 4, "abcd")).frames)
        .containsExactly(new byte[0], Bytes.of("abcd"));
  }

  @Test
  void takesSlipFramesWithOneEndBetweenThem() throws FramingException {
    assertThat(
            cut(Framing.Kind.SLIP, Bytes.of("abcd\u00C0efgh\u00C0\u00C0\u00C0ijkl\u00C0")).frames)
        .containsExactly(Bytes.of("abcd"), Bytes.of("efgh"), Bytes.of("ijkl"));
  }

  @Test
  void findsTheNextSlipFrameAfterAWrongEscape() throws FramingException {
    var found = cut(Framing.Kind.SLIP, Bytes.of("\u00C0ab\u00DBxcd\u00C0\u00C0good\u00C0"));
    assertThat(found.skipped).containsExactly("wrong SLIP escape");
    assertThat(found.frames).containsExactly(Bytes.of("good"));
  }

  @Test
  void findsTheNextSlipFrameAfterAnEscapeThatTheEndCutsOff() throws FramingException {
    var found = cut(Framing.Kind.SLIP, Bytes.of("\u00C0ab\u00DB\u00C0good\u00C0"));
    assertThat(found.skipped).containsExactly("wrong SLIP escape");
    assertThat(found.frames).containsExactly(Bytes.of("good"));
  }

  @Test
  void findsTheNextSlipFrameAfterOneThatIsTooLarge() throws FramingException {
    var found =
        cut(Framing.Kind.SLIP, END, Bytes.filled(MAX_FRAME + 1, 7), END, Bytes.of("good"), END);
    assertThat(found.skipped).containsExactly("frame too large");
    assertThat(found.frames).containsExactly(Bytes.of("good"));
  }

  @Test
  void survivesGarbageInASlipStream() throws FramingException {
    var random = new Random(5);
    var deframer = Framing.Kind.SLIP.deframer(new FrameBuffer(MAX_FRAME, Budget.unlimited()));
    for (var round = 0; round < 1000; round++) {
      var found = new Cut().feed(deframer, Bytes.random(random, random.nextInt(3000)), END);
      assertThat(found.frames).allMatch(frame -> frame.length <= MAX_FRAME);
      found.frames.clear();
      found.feed(deframer, framed(Framing.Kind.SLIP, Bytes.of("good")));
      assertThat(found.frames).containsExactly(Bytes.of("good"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LINE", "CRLF"})
  void readsLinesHoweverTheyEnd(Framing.Kind framing) throws FramingException {
    var stream = Bytes.of("unix\nwindows\r\ntouchdesigner\0\n\nold mac\rlast\n");
    assertThat(cut(framing, pieces(stream, new Random(6))).frames)
        .containsExactly(
            Bytes.of("unix"),
            Bytes.of("windows"),
            Bytes.of("touchdesigner"),
            Bytes.of("old mac"),
            Bytes.of("last"));
  }

  @Test
  void readsWhatEndsWithNulWithTheLinesInIt() throws FramingException {
    assertThat(cut(Framing.Kind.NUL, Bytes.of("two\nlines\0next\0")).frames)
        .containsExactly(Bytes.of("two\nlines"), Bytes.of("next"));
  }

  @Test
  void endsFramesAsItsNameSays() {
    assertThat(framed(Framing.Kind.LINE, Bytes.of("a"))).isEqualTo(Bytes.of("a\n"));
    assertThat(framed(Framing.Kind.CRLF, Bytes.of("a"))).isEqualTo(Bytes.of("a\r\n"));
    assertThat(framed(Framing.Kind.NUL, Bytes.of("a"))).isEqualTo(Bytes.of("a\0"));
    assertThat(framed(Framing.Kind.NONE, Bytes.of("a"))).isEqualTo(Bytes.of("a"));
  }

  @Test
  void letsNoContentStartAnotherFrame() {
    assertThat(framed(Framing.Kind.LINE, Bytes.of("a\nCMD:EMERGENCY_STOP\r\0")))
        .isEqualTo(Bytes.of("a CMD:EMERGENCY_STOP  \n"));
    assertThat(framed(Framing.Kind.NUL, Bytes.of("a\nb\0c"))).isEqualTo(Bytes.of("a\nb c\0"));
  }

  @Test
  void skipsALineThatIsTooLarge() throws FramingException {
    var found = cut(Framing.Kind.LINE, Bytes.filled(MAX_FRAME + 1, 'x'), Bytes.of("\ngood\n"));
    assertThat(found.skipped).containsExactly("frame too large");
    assertThat(found.frames).containsExactly(Bytes.of("good"));
  }

  @Test
  void stuffsBytesAsThePaperOnCobsShows() {
    assertThat(framed(Framing.Kind.COBS, Bytes.of("\0"))).isEqualTo(Bytes.of("\1\1\0"));
    assertThat(framed(Framing.Kind.COBS, Bytes.of("\0\0"))).isEqualTo(Bytes.of("\1\1\1\0"));
    assertThat(framed(Framing.Kind.COBS, Bytes.of("\21\42\0\63")))
        .isEqualTo(Bytes.of("\3\21\42\2\63\0"));
    assertThat(framed(Framing.Kind.COBS, Bytes.filled(254, 7)))
        .isEqualTo(Bytes.of("\u00FF", Bytes.filled(254, 7), "\0"));
  }

  @Test
  void findsTheNextCobsFrameAfterOneThatIsCutShort() throws FramingException {
    var found = cut(Framing.Kind.COBS, Bytes.of("\5ab\0\5good\0"));
    assertThat(found.skipped).containsExactly("COBS frame that ends within a block");
    assertThat(found.frames).containsExactly(Bytes.of("good"));
  }

  @Test
  void cutsFramesOfAFixedSizeAndFillsShorterOnesUp() throws FramingException {
    var fixed = new Framing.Fixed(4);
    assertThat(cut(fixed, pieces(Bytes.of("abcdefgh"), new Random(7))).frames)
        .containsExactly(Bytes.of("abcd"), Bytes.of("efgh"));
    assertThat(framed(fixed, Bytes.of("ab"))).isEqualTo(Bytes.of("ab\0\0"));
    assertThat(fixed.maxPayload()).isEqualTo(4);
  }

  @Test
  void takesWhatOneReadBringsAsAFrameWhereThereIsNoFraming() throws FramingException {
    assertThat(cut(Framing.Kind.NONE, Bytes.of("ab\ncd"), Bytes.of("ef")).frames)
        .containsExactly(Bytes.of("ab\ncd"), Bytes.of("ef"));
  }

  @Test
  void knowsWhetherAFrameIsIncomplete() throws FramingException {
    for (var framing : Framing.Kind.values()) {
      var deframer = framing.deframer(new FrameBuffer(MAX_FRAME, Budget.unlimited()));
      new Cut().feed(deframer, framed(framing, Bytes.of("good")));
      assertThat(deframer.isBetweenFrames()).as("%s", framing).isTrue();
      if (framing != Framing.Kind.NONE) {
        new Cut().feed(deframer, Bytes.of("\1"));
        assertThat(deframer.isBetweenFrames()).as("%s", framing).isFalse();
      }
    }
  }

  @Test
  void growsNoFurtherThanTheNodeHasMemory() throws FramingException {
    var budget = new Budget(1 << 20);
    var half = Bytes.filled(400_000, 'x');
    try (var first = new FrameBuffer(1 << 20, budget);
        var second = new FrameBuffer(1 << 20, budget)) {
      var one = Framing.Kind.LINE.deframer(first);
      new Cut().feed(one, half);
      var found = new Cut();
      found.feed(Framing.Kind.LINE.deframer(second), half, half, Bytes.of("\n"));
      assertThat(found.skipped).containsExactly("frame too large");
      assertThat(new Cut().feed(one, Bytes.of("\n")).frames).containsExactly(half);
    }
    budget.use(1 << 20);
    assertThat(budget.isExceeded()).as("all was given back").isFalse();
  }
}
