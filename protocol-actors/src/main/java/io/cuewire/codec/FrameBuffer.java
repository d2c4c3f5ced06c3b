package io.cuewire.codec;

import java.nio.ByteBuffer;

/**
 * The frame that is being put together: grows as needed, up to a limit and as long as the node has
 * memory for it, and is small again afterwards.
 */
public final class FrameBuffer implements AutoCloseable {
  private static final int SMALL = 4 << 10;

  private final int max;
  private final Budget budget;
  private final ByteBuffer small;
  private ByteBuffer bytes;

  /**
   * @param max bytes of the largest frame
   */
  public FrameBuffer(int max, Budget budget) {
    this.max = max;
    this.budget = budget;
    this.small = ByteBuffer.allocate(Math.min(max, SMALL));
    this.bytes = small;
  }

  int max() {
    return max;
  }

  /** False when the frame is larger than allowed; it then holds what came before. */
  boolean put(byte b) {
    if (!room(1)) {
      return false;
    }
    bytes.put(b);
    return true;
  }

  /**
   * Moves {@code count} bytes from {@code in}; false, and nothing moved, when they are too many.
   */
  public boolean put(ByteBuffer in, int count) {
    if (!room(count)) {
      return false;
    }
    bytes.put(in.slice(in.position(), count));
    in.position(in.position() + count);
    return true;
  }

  private boolean room(int count) {
    var needed = bytes.position() + count;
    if (needed <= bytes.capacity()) {
      return true;
    }
    if (needed > max) {
      return false;
    }
    var capacity = Math.min(max, Math.max(needed, 2 * bytes.capacity()));
    budget.use(capacity);
    if (budget.isExceeded()) {
      budget.use(-capacity);
      return false;
    }
    var larger = ByteBuffer.allocate(capacity).put(bytes.flip());
    shrink();
    bytes = larger;
    return true;
  }

  private void shrink() {
    if (bytes != small) {
      budget.use(-bytes.capacity());
      bytes = small;
    }
  }

  public boolean isEmpty() {
    return bytes.position() == 0;
  }

  public int size() {
    return bytes.position();
  }

  /** What it holds, until it is reset. */
  public ByteBuffer bytes() {
    return bytes.duplicate().flip();
  }

  /** Hands on what it holds and begins anew. */
  void emit(Framing.Frames frames) {
    var size = bytes.position();
    frames.frame(bytes.clear(), 0, size);
    reset();
  }

  public void reset() {
    shrink();
    bytes.clear();
  }

  @Override
  public void close() {
    reset();
  }
}
