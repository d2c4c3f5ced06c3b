package io.cuewire.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An OSC message of integers, floats and strings, as the peers of this program need it. */
record Osc(String address, List<Object> args) {
  static byte[] bytes(String address, Object... args) {
    var buffer = ByteBuffer.allocate(1024);
    put(buffer, address);
    var tags = new StringBuilder(",");
    for (var arg : args) {
      tags.append(
          switch (arg) {
            case Integer _ -> 'i';
            case Float _ -> 'f';
            case String _ -> 's';
            default -> throw new IllegalArgumentException(arg.toString());
          });
    }
    put(buffer, tags.toString());
    for (var arg : args) {
      switch (arg) {
        case Integer number -> buffer.putInt(number);
        case Float number -> buffer.putFloat(number);
        case String text -> put(buffer, text);
        default -> throw new IllegalArgumentException(arg.toString());
      }
    }
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  static Osc of(byte[] packet, int length) {
    var buffer = ByteBuffer.wrap(packet, 0, length);
    var address = text(buffer);
    var args = new ArrayList<Object>();
    for (var tag : text(buffer).substring(1).toCharArray()) {
      args.add(
          switch (tag) {
            case 'i' -> buffer.getInt();
            case 'f' -> buffer.getFloat();
            case 's' -> text(buffer);
            case 'T' -> true;
            case 'F' -> false;
            default -> throw new IllegalArgumentException("type " + tag + " in " + address);
          });
    }
    return new Osc(address, args);
  }

  /** Strings end with 1 to 4 zeros, at a multiple of four bytes (OSC 1.0). */
  private static void put(ByteBuffer buffer, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    buffer.put(bytes).put(new byte[4 - bytes.length % 4]);
  }

  private static String text(ByteBuffer buffer) {
    var text = new StringBuilder();
    for (var b = buffer.get(); b != 0; b = buffer.get()) {
      text.append((char) b);
    }
    buffer.position((buffer.position() + 3) / 4 * 4);
    return text.toString();
  }
}
