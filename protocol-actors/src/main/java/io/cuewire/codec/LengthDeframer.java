package io.cuewire.codec;

import io.cuewire.codec.Framing.FramingException;
import java.nio.ByteBuffer;

/** Frames behind a big-endian 32-bit length. */
final class LengthDeframer implements Framing.Deframer {
  private final int maxFrame;
  private final FrameBuffer frame;
  private int lengthBytes;
  private int length;

  LengthDeframer(int maxFrame) {
    this.maxFrame = maxFrame;
    this.frame = new FrameBuffer(maxFrame);
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) throws FramingException {
    while (in.hasRemaining()) {
      if (lengthBytes < 4) {
        length = (length << 8) | (in.get() & 0xFF);
        lengthBytes++;
        if (lengthBytes == 4 && (length < 0 || length > maxFrame)) {
          throw new FramingException(
              "a frame of " + Integer.toUnsignedString(length) + " bytes; at most " + maxFrame);
        }
      } else {
        frame.put(in, Math.min(in.remaining(), length - frame.size()));
      }
      if (lengthBytes == 4 && frame.size() == length) {
        lengthBytes = 0;
        length = 0;
        frame.emit(frames);
      }
    }
  }
}
