package io.cuewire.mqtt;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * What the other side sends, each packet (MQTT 5 §2.1) only behind a look at its length, so that
 * Paho never makes room for one that is larger than agreed.
 */
final class PacketStream extends InputStream {
  private static final int MORE_FOLLOWS = 0x80;
  private static final int MOST_LENGTH_BYTES = 4;

  private final InputStream in;
  private final int largest;
  private final ByteBuffer header = ByteBuffer.allocate(1 + MOST_LENGTH_BYTES).limit(0);
  private int body;

  PacketStream(InputStream in, int largest) {
    this.in = new BufferedInputStream(in);
    this.largest = largest;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (available() == 0 && !begin()) {
      return -1;
    }
    var count = Math.min(length, header.hasRemaining() ? header.remaining() : body);
    if (header.hasRemaining()) {
      header.get(bytes, from, count);
    } else {
      count = in.read(bytes, from, count);
      if (count < 0) {
        throw new EOFException();
      }
      body -= count;
    }
    return count;
  }

  /** What is left of the packet that was begun. */
  @Override
  public int available() {
    return header.remaining() + body;
  }

  private boolean begin() throws IOException {
    var type = in.read();
    if (type < 0) {
      return false;
    }
    header.clear().put((byte) type);
    var length = 0;
    for (var n = 0; n < MOST_LENGTH_BYTES; n++) {
      var next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      header.put((byte) next);
      length |= (next & ~MORE_FOLLOWS) << (7 * n);
      if (next < MORE_FOLLOWS) {
        break;
      }
    }
    if (length > largest) {
      throw new IOException("got a packet of " + length + " bytes");
    }
    header.flip();
    body = length;
    return true;
  }
}
