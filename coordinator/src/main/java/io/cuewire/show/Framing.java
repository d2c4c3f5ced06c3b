package io.cuewire.show;

/** Where a frame ends on a byte stream. */
public sealed interface Framing {

  /** The framings without a size. */
  enum Kind implements Framing {
    /** Reads frames ended by LF, CRLF or NUL, writes LF: the default. */
    LINE,
    CRLF,
    /** What TouchDesigner's TCP/IP DAT sends. */
    NUL,
    /** Four bytes of length, big-endian, before each frame. */
    LENGTH32,
    SLIP,
    COBS,
    /** What one read brings is one frame. */
    NONE
  }

  /** Frames of this many bytes each. */
  record Fixed(int bytes) implements Framing {}

  /** The word of the show file, such as {@code slip} or {@code fixed:64}. */
  default String word() {
    return switch (this) {
      case Kind kind -> Words.of(kind);
      case Fixed(var bytes) -> "fixed:" + bytes;
    };
  }
}
