package io.cuewire.codec;

import java.nio.ByteBuffer;

/** Frames between END bytes (RFC 1055); empty ones are the END in front of a frame. */
final class SlipDeframer implements Framing.Deframer {
  static final byte END = (byte) 0xC0;
  static final byte ESC = (byte) 0xDB;
  static final byte ESC_END = (byte) 0xDC;
  static final byte ESC_ESC = (byte) 0xDD;

  private final FrameBuffer frame;
  private boolean escaped;
  private String defect = "";

  SlipDeframer(FrameBuffer frame) {
    this.frame = frame;
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) {
    while (in.hasRemaining()) {
      var b = in.get();
      if (b == END) {
        end(frames);
      } else if (escaped) {
        escaped = false;
        switch (b) {
          case ESC_END -> put(END);
          case ESC_ESC -> put(ESC);
          default -> defect = "wrong SLIP escape";
        }
      } else if (b == ESC) {
        escaped = true;
      } else {
        put(b);
      }
    }
  }

  private void put(byte b) {
    if (defect.isEmpty() && !frame.put(b)) {
      defect = "frame too large";
    }
  }

  private void end(Framing.Frames frames) {
    if (escaped) {
      defect = "wrong SLIP escape";
    }
    if (!defect.isEmpty()) {
      frames.skipped(defect);
      frame.reset();
    } else if (frame.size() > 0) {
      frame.emit(frames);
    }
    escaped = false;
    defect = "";
  }

  @Override
  public boolean isBetweenFrames() {
    return frame.size() == 0 && !escaped && defect.isEmpty();
  }
}
