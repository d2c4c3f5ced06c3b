package io.cuewire.show;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Strict decoding of a file, which says where the first wrong byte stands. */
final class Utf8 {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private Utf8() {}

  /** Bytes that are no UTF-8. */
  static final class Malformed extends Exception {
    private final transient Position at;

    Malformed(Position at) {
      this.at = at;
    }

    Position at() {
      return at;
    }
  }

  static String decode(byte[] bytes) throws Malformed {
    var text = CharBuffer.allocate(bytes.length);
    var result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true);
    var decoded = text.flip().toString();
    if (result.isError()) {
      throw new Malformed(Yaml.position(decoded, decoded.codePointCount(0, decoded.length())));
    }
    return decoded.startsWith(BYTE_ORDER_MARK) ? decoded.substring(1) : decoded;
  }
}
