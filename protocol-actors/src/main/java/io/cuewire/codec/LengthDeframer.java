package io.cuewire.codec;

import io.cuewire.codec.Framing.FramingException;
import java.nio.ByteBuffer;

/** Frames behind a big-endian 32-bit length. */
final class LengthDeframer implements Framing.Deframer {
  private final FrameBuffer frame;
  private int lengthBytes;
  private int length;

  LengthDeframer(FrameBuffer frame) {
    this.frame = frame;
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) throws FramingException {
    while (in.hasRemaining()) {
      if (lengthBytes < 4) {
        length = (length << 8) | (in.get() & 0xFF);
        lengthBytes++;
        if (lengthBytes == 4 && (length < 0 || length > frame.max())) {
          throw new FramingException(
              "a frame of " + Integer.toUnsignedString(length) + " bytes; at most " + frame.max());
        }
      } else if (!frame.put(in, Math.min(in.remaining(), length - frame.size()))) {
        throw new FramingException("no memory for a frame of " + length + " bytes");
      }
      if (lengthBytes == 4 && frame.size() == length) {
        lengthBytes = 0;
        length = 0;
        frame.emit(frames);
      }
    }
  }

  @Override
  public boolean isBetweenFrames() {
    return lengthBytes == 0;
  }
}
