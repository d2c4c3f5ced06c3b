package io.cuewire.codec;

import java.nio.ByteBuffer;

/** Frames that end with one of a few bytes, such as lines; empty ones are passed over. */
final class EndedDeframer implements Framing.Deframer {
  private final FrameBuffer frame;
  private final String ends;
  private boolean tooLarge;

  /**
   * @param ends each of these characters ends a frame
   */
  EndedDeframer(FrameBuffer frame, String ends) {
    this.frame = frame;
    this.ends = ends;
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) {
    while (in.hasRemaining()) {
      var b = in.get();
      if (ends.indexOf(b) >= 0) {
        end(frames);
      } else if (!tooLarge && !frame.put(b)) {
        tooLarge = true;
        frame.reset();
      }
    }
  }

  private void end(Framing.Frames frames) {
    if (tooLarge) {
      frames.skipped("frame too large");
    } else if (frame.size() > 0) {
      frame.emit(frames);
    }
    tooLarge = false;
  }

  @Override
  public boolean isBetweenFrames() {
    return frame.size() == 0 && !tooLarge;
  }
}
