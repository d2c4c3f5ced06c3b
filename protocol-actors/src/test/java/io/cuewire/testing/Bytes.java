package io.cuewire.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Packets as a specification prints them. */
public final class Bytes {
  private Bytes() {}

  /**
   * Strings letter by letter (padding is written out), integers and floats as four bytes, longs and
   * doubles as eight, byte arrays as they are.
   */
  public static byte[] of(Object... parts) {
    var bytes = new ByteArrayOutputStream();
    for (var part : parts) {
      bytes.writeBytes(
          switch (part) {
            case String text -> text.getBytes(StandardCharsets.ISO_8859_1);
            case Integer i -> ByteBuffer.allocate(4).putInt(i).array();
            case Float f -> ByteBuffer.allocate(4).putFloat(f).array();
            case Long l -> ByteBuffer.allocate(8).putLong(l).array();
            case Double d -> ByteBuffer.allocate(8).putDouble(d).array();
            case byte[] raw -> raw;
            default -> throw new IllegalArgumentException("no bytes for " + part.getClass());
          });
    }
    return bytes.toByteArray();
  }

  /** A bundle around packets, each behind its size. */
  public static byte[] bundle(long timeTag, byte[]... elements) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(of("#bundle\0", timeTag));
    for (var element : elements) {
      bytes.writeBytes(of(element.length, element));
    }
    return bytes.toByteArray();
  }

  /** Bundles around bundles, {@code depth} in all, around a packet. */
  public static byte[] nested(int depth, byte[] packet) {
    var bytes = packet;
    for (var i = 0; i < depth; i++) {
      bytes = bundle(1, bytes);
    }
    return bytes;
  }

  /** What is left in a buffer. */
  public static byte[] of(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  public static byte[] random(Random random, int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** So many bytes of the same value. */
  public static byte[] filled(int size, int value) {
    var bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
