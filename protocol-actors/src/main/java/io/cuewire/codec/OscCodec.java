package io.cuewire.codec;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * OSC 1.0 packets in a byte buffer. Reading is in two steps: {@link #defect} walks a whole packet
 * without allocating and says what is wrong with it; only then may the others read it. Offsets are
 * absolute; every field is big-endian and padded to four bytes (OSC 1.0 §OSC Data Types).
 */
public final class OscCodec {
  /** Bundles in bundles, and arrays in arrays; deeper input is hostile. */
  public static final int MAX_DEPTH = 32;

  /** {@code #bundle}, NUL, time tag. */
  public static final int BUNDLE_HEADER = 16;

  private static final long BUNDLE = 0x2362756E646C6500L; // "#bundle\0"

  private OscCodec() {}

  /** Takes the messages of a packet one after the other. */
  @FunctionalInterface
  public interface Messages {
    /**
     * @param timeTag of the innermost bundle, 1 (immediately) outside bundles
     */
    void message(ByteBuffer buffer, int from, int to, long timeTag);
  }

  /** What is wrong with the packet in {@code from..to}, or {@code ""}. */
  public static String defect(ByteBuffer buffer, int from, int to) {
    return packetDefect(buffer, from, to, 0);
  }

  private static String packetDefect(ByteBuffer buffer, int from, int to, int depth) {
    if (to - from < 4 || (to - from) % 4 != 0) {
      return "size is not a multiple of 4";
    }
    return switch (buffer.get(from)) {
      case '/' -> messageDefect(buffer, from, to);
      case '#' -> bundleDefect(buffer, from, to, depth);
      default -> "neither an address nor a bundle";
    };
  }

  private static String bundleDefect(ByteBuffer buffer, int from, int to, int depth) {
    if (to - from < BUNDLE_HEADER || buffer.getLong(from) != BUNDLE) {
      return "truncated bundle";
    }
    if (depth == MAX_DEPTH) {
      return "bundles nested too deep";
    }
    var at = from + BUNDLE_HEADER;
    while (at < to) {
      var size = buffer.getInt(at); // four bytes are there: everything is a multiple of 4
      at += 4;
      if (size <= 0 || size > to - at) {
        return "bundle element with a wrong size";
      }
      var defect = packetDefect(buffer, at, at + size, depth + 1);
      if (!defect.isEmpty()) {
        return defect;
      }
      at += size;
    }
    return "";
  }

  private static String messageDefect(ByteBuffer buffer, int from, int to) {
    var tag = afterString(buffer, from, to);
    if (tag < 0) {
      return "address without an end";
    }
    if (tag == to || buffer.get(tag) != ',') {
      return ""; // OSC 1.0: the type tag string may be missing in old senders
    }
    var at = afterString(buffer, tag, to);
    if (at < 0) {
      return "type tags without an end";
    }
    var depth = 0;
    for (var type = buffer.get(++tag); type != 0; type = buffer.get(++tag)) {
      switch (type) {
        case 'i', 'f', 'c', 'r', 'm' -> at += 4;
        case 'h', 'd', 't' -> at += 8;
        case 's', 'S' -> at = afterString(buffer, at, to);
        case 'b' -> at = afterBlob(buffer, at, to);
        case 'T', 'F', 'N', 'I' -> {}
        case '[' -> depth++;
        case ']' -> depth--;
        default -> {
          return "unknown type tag";
        }
      }
      if (at < 0 || at > to) {
        return "truncated argument";
      }
      if (depth < 0 || depth > MAX_DEPTH) {
        return "arrays not balanced, or nested too deep";
      }
    }
    if (depth != 0) {
      return "arrays not balanced";
    }
    return at == to ? "" : "bytes after the last argument";
  }

  /** The offset behind a padded string, or -1 where it does not end before {@code to}. */
  private static int afterString(ByteBuffer buffer, int from, int to) {
    for (var at = from; at < to; at++) {
      if (buffer.get(at) == 0) {
        return from + padded(at - from + 1); // within to: sizes are multiples of 4
      }
    }
    return -1;
  }

  private static int afterBlob(ByteBuffer buffer, int from, int to) {
    if (to - from < 4) {
      return -1;
    }
    var size = buffer.getInt(from);
    return size < 0 || size > to - from - 4 ? -1 : from + 4 + padded(size);
  }

  private static int padded(int size) {
    return (size + 3) & ~3;
  }

  /** Calls back for each message of a packet without defects, in order. */
  public static void unpack(ByteBuffer buffer, int from, int to, Messages messages) {
    unpack(buffer, from, to, 1, messages);
  }

  private static void unpack(ByteBuffer buffer, int from, int to, long timeTag, Messages messages) {
    if (buffer.get(from) == '/') {
      messages.message(buffer, from, to, timeTag);
      return;
    }
    var tag = buffer.getLong(from + 8);
    for (var at = from + BUNDLE_HEADER; at < to; ) {
      var size = buffer.getInt(at);
      unpack(buffer, at + 4, at + 4 + size, tag, messages);
      at += 4 + size;
    }
  }

  /** The number of bytes of the address of the message at {@code from}. */
  public static int addressLength(ByteBuffer buffer, int from) {
    var at = from;
    while (buffer.get(at) != 0) {
      at++;
    }
    return at - from;
  }

  public static String address(ByteBuffer buffer, int from) {
    return string(buffer, from, addressLength(buffer, from));
  }

  private static String string(ByteBuffer buffer, int from, int length) {
    var bytes = new byte[length];
    buffer.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The arguments of the message in {@code from..to}, typed as {@code Arguments} says. */
  public static List<Object> arguments(ByteBuffer buffer, int from, int to) {
    var tag = from + padded(addressLength(buffer, from) + 1);
    if (tag == to || buffer.get(tag) != ',') {
      return List.of();
    }
    var at = afterString(buffer, tag, to);
    var outer = new ArrayDeque<List<Object>>();
    var args = new ArrayList<Object>();
    for (var type = buffer.get(++tag); type != 0; type = buffer.get(++tag)) {
      switch (type) {
        case 'i' -> args.add(buffer.getInt(at));
        case 'f' -> args.add(buffer.getFloat(at));
        case 'c' -> args.add((char) buffer.getInt(at));
        case 'r' -> args.add(OSCColor.valueOf(four(buffer, at)));
        case 'm' -> args.add(OSCMidiMessage.valueOf(four(buffer, at)));
        case 'h' -> args.add(buffer.getLong(at));
        case 'd' -> args.add(buffer.getDouble(at));
        case 't' -> args.add(OSCTimeTag64.valueOf(buffer.getLong(at)));
        case 's' -> args.add(address(buffer, at));
        case 'S' -> args.add(OSCSymbol.valueOf(address(buffer, at)));
        case 'b' -> {
          var blob = new byte[buffer.getInt(at)];
          buffer.get(at + 4, blob);
          args.add(blob);
        }
        case 'T' -> args.add(true);
        case 'F' -> args.add(false);
        case 'N' -> args.add(null);
        case 'I' -> args.add(OSCImpulse.INSTANCE);
        case '[' -> {
          outer.push(args);
          args = new ArrayList<>();
        }
        case ']' -> {
          var array = Collections.unmodifiableList(args);
          args = (ArrayList<Object>) outer.pop();
          args.add(array);
        }
        default -> throw new IllegalStateException("defect() was not asked");
      }
      at =
          switch (type) {
            case 'i', 'f', 'c', 'r', 'm' -> at + 4;
            case 'h', 'd', 't' -> at + 8;
            case 's', 'S' -> afterString(buffer, at, to);
            case 'b' -> afterBlob(buffer, at, to);
            default -> at;
          };
    }
    return Collections.unmodifiableList(args);
  }

  private static byte[] four(ByteBuffer buffer, int at) {
    var bytes = new byte[4];
    buffer.get(at, bytes);
    return bytes;
  }

  /** One message as an OSC packet. */
  public static byte[] encode(String address, List<?> args) {
    var bytes = new ByteArrayOutputStream(64);
    var out = new DataOutputStream(bytes);
    try {
      writeString(out, address);
      var tags = new StringBuilder(",");
      appendTags(tags, args);
      writeString(out, tags.toString());
      for (var arg : args) {
        write(out, arg);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return bytes.toByteArray();
  }

  private static void appendTags(StringBuilder tags, List<?> args) {
    for (var arg : args) {
      switch (arg) {
        case null -> tags.append('N');
        case Integer _ -> tags.append('i');
        case Float _ -> tags.append('f');
        case String _ -> tags.append('s');
        case byte[] _ -> tags.append('b');
        case Long _ -> tags.append('h');
        case Double _ -> tags.append('d');
        case OSCTimeTag64 _ -> tags.append('t');
        case Character _ -> tags.append('c');
        case OSCColor _ -> tags.append('r');
        case OSCMidiMessage _ -> tags.append('m');
        case Boolean b -> tags.append(b ? 'T' : 'F');
        case OSCImpulse _ -> tags.append('I');
        case OSCSymbol _ -> tags.append('S');
        case List<?> array -> {
          tags.append('[');
          appendTags(tags, array);
          tags.append(']');
        }
        default -> throw new IllegalArgumentException("no OSC type for " + arg.getClass());
      }
    }
  }

  private static void write(DataOutputStream out, Object arg) throws IOException {
    switch (arg) {
      case Integer i -> out.writeInt(i);
      case Float f -> out.writeInt(Float.floatToRawIntBits(f));
      case String s -> writeString(out, s);
      case byte[] blob -> {
        out.writeInt(blob.length);
        out.write(blob);
        pad(out);
      }
      case Long l -> out.writeLong(l);
      case Double d -> out.writeLong(Double.doubleToRawLongBits(d));
      case OSCTimeTag64 tag -> out.writeLong(tag.getNtpTime());
      case Character c -> out.writeInt(c);
      case OSCColor color -> out.write(color.toContentArray());
      case OSCMidiMessage midi -> out.write(midi.toContentArray());
      case OSCSymbol symbol -> writeString(out, symbol.toString());
      case List<?> array -> {
        for (var element : array) {
          write(out, element);
        }
      }
      case null, default -> {} // T, F, N and I are their tag alone
    }
  }

  /** NUL ends a string on the wire, so one inside it ends it too. */
  private static void writeString(DataOutputStream out, String text) throws IOException {
    var end = text.indexOf('\0');
    out.write((end < 0 ? text : text.substring(0, end)).getBytes(StandardCharsets.UTF_8));
    out.write(0);
    pad(out);
  }

  private static void pad(DataOutputStream out) throws IOException {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }

  /** Writes the header of a bundle that holds one element of {@code size} bytes. */
  public static void putBundleHeader(ByteBuffer buffer, long timeTag, int size) {
    buffer.putLong(BUNDLE).putLong(timeTag).putInt(size);
  }
}
