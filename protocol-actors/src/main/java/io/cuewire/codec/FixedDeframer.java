package io.cuewire.codec;

import java.nio.ByteBuffer;

/** Frames of a fixed size. */
final class FixedDeframer implements Framing.Deframer {
  private final FrameBuffer frame;
  private final int size;

  FixedDeframer(FrameBuffer frame, int size) {
    this.frame = frame;
    this.size = size;
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) throws Framing.FramingException {
    while (in.hasRemaining()) {
      if (!frame.put(in, Math.min(in.remaining(), size - frame.size()))) {
        throw new Framing.FramingException("no room for a frame of " + size + " bytes");
      }
      if (frame.size() == size) {
        frame.emit(frames);
      }
    }
  }

  @Override
  public boolean isBetweenFrames() {
    return frame.size() == 0;
  }
}
