package io.cuewire.codec;

import java.nio.ByteBuffer;

/**
 * Frames ended by a zero byte, which does not occur in them (S. Cheshire and M. Baker, Consistent
 * Overhead Byte Stuffing, 1999). Each block begins with the distance to the next zero.
 */
final class CobsDeframer implements Framing.Deframer {
  static final int LONGEST_BLOCK = 0xFF;

  private final FrameBuffer frame;

  /** Bytes of the current block that are still to come. */
  private int left;

  private int block = LONGEST_BLOCK;
  private boolean begun;
  private String defect = "";

  CobsDeframer(FrameBuffer frame) {
    this.frame = frame;
  }

  @Override
  public void feed(ByteBuffer in, Framing.Frames frames) {
    while (in.hasRemaining()) {
      var b = in.get();
      if (b == 0) {
        end(frames);
      } else if (left > 0) {
        left--;
        put(b);
      } else {
        if (begun && block < LONGEST_BLOCK) {
          put((byte) 0); // the one that the block before stands for
        }
        begun = true;
        block = b & 0xFF;
        left = block - 1;
      }
    }
  }

  private void put(byte b) {
    if (defect.isEmpty() && !frame.put(b)) {
      defect = "frame too large";
    }
  }

  private void end(Framing.Frames frames) {
    if (left > 0 && defect.isEmpty()) {
      defect = "COBS frame that ends within a block";
    }
    if (!defect.isEmpty()) {
      frames.skipped(defect);
      frame.reset();
    } else if (frame.size() > 0) {
      frame.emit(frames);
    }
    left = 0;
    block = LONGEST_BLOCK;
    begun = false;
    defect = "";
  }

  @Override
  public boolean isBetweenFrames() {
    return !begun;
  }

  /** Writes the blocks of a payload and the zero behind them. */
  static void encode(ByteBuffer payload, ByteBuffer out) {
    var start = out.position();
    out.put((byte) 0); // the distance, filled in when it is known
    while (payload.hasRemaining()) {
      var b = payload.get();
      if (b != 0) {
        out.put(b);
      }
      if (b == 0 || (out.position() - start == LONGEST_BLOCK && payload.hasRemaining())) {
        out.put(start, (byte) (out.position() - start));
        start = out.position();
        out.put((byte) 0);
      }
    }
    out.put(start, (byte) (out.position() - start)).put((byte) 0);
  }
}
