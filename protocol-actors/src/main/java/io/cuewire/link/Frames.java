package io.cuewire.link;

import io.cuewire.message.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written to a link: frames one after the other in a buffer of fixed size, which
 * the writing thread swaps for an empty one. A frame is its length (32 bit), its kind (8 bit) and:
 * of a message the target's name, the source's name (each after its length in 8 bit), when it
 * arrived (64 bit, milliseconds since the epoch), the routes crossed (8 bit) and the OSC packet; of
 * a ping and of news a text in UTF-8; of a pong nothing.
 */
final class Frames {
  static final byte MESSAGE = 1;
  static final byte PING = 2;
  static final byte PONG = 3;

  /** What must not wait: text in UTF-8, before all frames that do. */
  static final byte NEWS = 4;

  static final int MAX_FRAME = 2 << 20;

  private static final int CAPACITY = 2 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final int capacity;
  private final Deque<ByteBuffer> news = new ArrayDeque<>();
  private ByteBuffer filling = ByteBuffer.allocateDirect(64 << 10);
  private ByteBuffer writing = ByteBuffer.allocateDirect(64 << 10);

  Frames() {
    this(CAPACITY);
  }

  Frames(int capacity) {
    this.capacity = capacity;
  }

  /** False when it does not fit: it is too large, or the other side does not read fast enough. */
  boolean message(byte[] endpoint, Message message) {
    var source = message.source();
    var size = 12 + endpoint.length + source.length() + message.oscLength();
    lock.lock();
    try {
      if (size > MAX_FRAME || !room(4 + size)) {
        return false;
      }
      filling.putInt(size).put(MESSAGE).put((byte) endpoint.length).put(endpoint);
      filling.put((byte) source.length());
      for (var i = 0; i < source.length(); i++) {
        filling.put((byte) source.charAt(i)); // names are ASCII
      }
      filling.putLong(message.arrived()).put((byte) message.hops()).put(message.osc());
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Overtakes every frame that is not being written yet. */
  void news(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var frame = ByteBuffer.allocate(5 + bytes.length);
    lock.lock();
    try {
      news.add(frame.putInt(1 + bytes.length).put(NEWS).put(bytes).flip());
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  void ping(String presence) {
    beat(PING, presence.getBytes(StandardCharsets.UTF_8));
  }

  void pong() {
    beat(PONG, new byte[0]);
  }

  private void beat(byte kind, byte[] content) {
    lock.lock();
    try {
      if (room(5 + content.length)) {
        filling.putInt(1 + content.length).put(kind).put(content);
        filled.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean room(int bytes) {
    var needed = filling.position() + bytes;
    if (needed <= filling.capacity()) {
      return true;
    }
    if (needed > capacity) {
      return false;
    }
    var larger = Math.min(capacity, Math.max(needed, 2 * filling.capacity()));
    filling = ByteBuffer.allocateDirect(larger).put(filling.flip());
    return true;
  }

  /** Waits for frames and writes all there are. */
  void writeTo(WritableByteChannel channel) throws IOException, InterruptedException {
    var urgent = ByteBuffer.allocate(0);
    lock.lockInterruptibly();
    try {
      while (filling.position() == 0 && news.isEmpty()) {
        filled.await();
      }
      if (news.isEmpty()) {
        var full = filling;
        filling = writing;
        writing = full;
      } else {
        urgent = news.remove();
      }
    } finally {
      lock.unlock();
    }
    write(urgent, channel);
    write(writing.flip(), channel);
    writing.clear();
  }

  private static void write(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
