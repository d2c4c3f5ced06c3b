package io.cuewire.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.testing.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final byte[] OUT = "out".getBytes(StandardCharsets.UTF_8);

  private static byte[] written(Frames frames) throws IOException, InterruptedException {
    var bytes = new ByteArrayOutputStream();
    frames.writeTo(Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  private static Message message(Object... args) {
    return Message.of("/a", List.of(args));
  }

  @Test
  void writesFramesInTheirOrder() throws IOException, InterruptedException {
    var frames = new Frames();
    assertThat(frames.message(OUT, message(1).hops(3).cameFrom("desk", 7))).isTrue();
    frames.ping("here");
    frames.pong();
    var osc = OscCodec.encode("/a", List.of(1));
    assertThat(written(frames))
        .isEqualTo(
            Bytes.of(
                Bytes.of(19 + osc.length, "\u0001\u0003out\u0004desk", 0, 7, "\u0003", osc),
                Bytes.of(5, "\u0002here", 1, "\u0003")));
  }

  @Test
  void writesWhatCameMeanwhileTheNextTime() throws IOException, InterruptedException {
    var frames = new Frames();
    for (var round = 0; round < 5; round++) {
      frames.ping("round " + round);
      assertThat(written(frames)).isEqualTo(Bytes.of(8, "\u0002round " + round));
    }
  }

  @Test
  void newsOvertakeWhatWaitsAlsoWhenThereIsNoRoomForMore()
      throws IOException, InterruptedException {
    var frames = new Frames(64 << 10);
    while (frames.message(OUT, message(1))) {}
    frames.news("stop");
    assertThat(written(frames)).isEqualTo(Bytes.of(5, "\u0004stop"));
    assertThat(written(frames)).hasSizeGreaterThan(60_000);
  }

  @Test
  void takesNoMoreThanItsCapacity() throws IOException, InterruptedException {
    var capacity = 1 << 20;
    var frames = new Frames(capacity);
    var large = message("x".repeat(100_000));
    var taken = 0;
    while (frames.message(OUT, large)) {
      taken++;
    }
    assertThat(taken).isEqualTo(10);
    frames.ping("x".repeat(100_000));
    assertThat(written(frames)).hasSizeBetween(1_000_000, capacity);
    assertThat(frames.message(OUT, large)).as("there is room again").isTrue();
  }

  @Test
  void takesNoMessageThatTheOtherSideWouldRefuse() throws IOException, InterruptedException {
    var frames = new Frames();
    assertThat(frames.message(OUT, message("x".repeat(Frames.MAX_FRAME)))).isFalse();
    assertThat(frames.message(OUT, message("x".repeat(Frames.MAX_FRAME - 100)))).isTrue();
    assertThat(written(frames)).hasSizeLessThanOrEqualTo(4 + Frames.MAX_FRAME);
  }

  @Test
  void lateMessagesWakeTheWriter() throws Exception {
    var frames = new Frames();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var writer = pool.submit(() -> written(frames));
      frames.pong();
      assertThat(writer.get()).isEqualTo(Bytes.of(1, "\u0003"));
    }
  }

  @Test
  void mixesNothingOfSeveralThreads() throws Exception {
    var frames = new Frames();
    var threads = 4;
    var each = 2_000;
    try (var pool = Executors.newFixedThreadPool(threads)) {
      IntStream.range(0, threads)
          .forEach(thread ->
              pool.execute(() ->
                  IntStream.range(0, each).forEach(i -> frames.message(OUT, message(thread, i)))));
    }
    var frame =
        Bytes.of(15 + 16, "\u0001\u0003out\0", 0, 0, "\0", OscCodec.encode("/a", List.of(0, 0)));
    assertThat(written(frames)).hasSize(threads * each * frame.length);
  }
}
