package io.cuewire.codec;

import java.nio.ByteBuffer;

/** The frame that is being put together: grows as needed, up to a limit, and keeps its size. */
final class FrameBuffer {
  private final int max;
  private ByteBuffer bytes = ByteBuffer.allocate(256);

  FrameBuffer(int max) {
    this.max = max;
  }

  /** False when the frame is larger than allowed; it then holds what came before. */
  boolean put(byte b) {
    if (!room(1)) {
      return false;
    }
    bytes.put(b);
    return true;
  }

  /** Moves {@code count} bytes from {@code in}; the caller has checked the limit. */
  void put(ByteBuffer in, int count) {
    room(count);
    bytes.put(in.slice(in.position(), count));
    in.position(in.position() + count);
  }

  private boolean room(int count) {
    var needed = bytes.position() + count;
    if (needed > max) {
      return false;
    }
    if (needed > bytes.capacity()) {
      bytes =
          ByteBuffer.allocate(Math.min(max, Math.max(needed, 2 * bytes.capacity())))
              .put(bytes.flip());
    }
    return true;
  }

  int size() {
    return bytes.position();
  }

  /** Hands on what it holds and begins anew. */
  void emit(Framing.Frames frames) {
    var size = bytes.position();
    frames.frame(bytes.clear(), 0, size);
    bytes.clear();
  }

  void reset() {
    bytes.clear();
  }
}
