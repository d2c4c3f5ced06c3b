package io.cuewire.codec;

import java.nio.ByteBuffer;
import java.util.Locale;

/** How frames are told apart in a stream of bytes. */
public sealed interface Framing {

  /** The framings without a size. */
  enum Kind implements Framing {
    /** Reads frames ended by LF, CRLF or NUL, writes LF. */
    LINE {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        putWithout(LINE_ENDS, payload, out);
        out.put((byte) '\n');
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new EndedDeframer(frame, LINE_ENDS);
      }
    },

    /** Reads as {@link #LINE} does, writes CRLF. */
    CRLF {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        putWithout(LINE_ENDS, payload, out);
        out.put((byte) '\r').put((byte) '\n');
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new EndedDeframer(frame, LINE_ENDS);
      }
    },

    /** A zero byte behind each frame: what TouchDesigner's TCP/IP DAT sends. */
    NUL {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        putWithout("\0", payload, out);
        out.put((byte) 0);
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new EndedDeframer(frame, "\0");
      }
    },

    /** A big-endian 32-bit length before each frame (OSC 1.0 §OSC Packets). */
    LENGTH32 {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        out.putInt(payload.remaining()).put(payload);
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new LengthDeframer(frame);
      }
    },

    /** RFC 1055 with an END on both sides, as OSC 1.1 asks for. */
    SLIP {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        out.put(SlipDeframer.END);
        while (payload.hasRemaining()) {
          var b = payload.get();
          switch (b) {
            case SlipDeframer.END -> out.put(SlipDeframer.ESC).put(SlipDeframer.ESC_END);
            case SlipDeframer.ESC -> out.put(SlipDeframer.ESC).put(SlipDeframer.ESC_ESC);
            default -> out.put(b);
          }
        }
        out.put(SlipDeframer.END);
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new SlipDeframer(frame);
      }
    },

    /** Consistent overhead byte stuffing, a zero byte behind each frame. */
    COBS {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        CobsDeframer.encode(payload, out);
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new CobsDeframer(frame);
      }
    },

    /** What one read brings is one frame. */
    NONE {
      @Override
      public void encode(ByteBuffer payload, ByteBuffer out) {
        out.put(payload);
      }

      @Override
      public Deframer deframer(FrameBuffer frame) {
        return new Deframer() {
          @Override
          public void feed(ByteBuffer in, Frames frames) {
            var end = in.limit();
            frames.frame(in, in.position(), end);
            in.limit(end).position(end);
          }

          @Override
          public boolean isBetweenFrames() {
            return true;
          }
        };
      }
    };

    private static final String LINE_ENDS = "\n\r\0";

    @Override
    public int maxSize(int payload) {
      return switch (this) {
        case SLIP -> 2 * payload + 2;
        case COBS -> payload + payload / (CobsDeframer.LONGEST_BLOCK - 1) + 2;
        case LENGTH32 -> payload + 4;
        case LINE, CRLF, NUL, NONE -> payload + 2;
      };
    }

    @Override
    public int maxPayload() {
      return Integer.MAX_VALUE;
    }

    /** A byte that would end the frame becomes a space: no content can start another frame. */
    private static void putWithout(String ends, ByteBuffer payload, ByteBuffer out) {
      while (payload.hasRemaining()) {
        var b = payload.get();
        out.put(ends.indexOf(b) < 0 ? b : (byte) ' ');
      }
    }
  }

  /** Frames of this many bytes each; shorter content is filled up with zero bytes. */
  record Fixed(int bytes) implements Framing {
    @Override
    public int maxSize(int payload) {
      return bytes;
    }

    @Override
    public int maxPayload() {
      return bytes;
    }

    @Override
    public void encode(ByteBuffer payload, ByteBuffer out) {
      var end = out.position() + bytes;
      out.put(payload);
      while (out.position() < end) {
        out.put((byte) 0);
      }
    }

    @Override
    public Deframer deframer(FrameBuffer frame) {
      return new FixedDeframer(frame, bytes);
    }
  }

  /** The word of the show file, such as {@code slip} or {@code fixed:64}. */
  default String word() {
    return switch (this) {
      case Kind kind -> kind.name().toLowerCase(Locale.ROOT);
      case Fixed(var bytes) -> "fixed:" + bytes;
    };
  }

  /** Bytes that a payload of so many bytes takes at most. */
  int maxSize(int payload);

  /** Bytes of the largest payload that fits into a frame. */
  int maxPayload();

  /**
   * Writes one frame of at most {@link #maxPayload}; {@code out} has {@link #maxSize} bytes left.
   */
  void encode(ByteBuffer payload, ByteBuffer out);

  /** A decoder for one connection, which puts its frames together in {@code frame}. */
  Deframer deframer(FrameBuffer frame);

  /** Cuts a stream into frames, however the bytes come. */
  interface Deframer {
    /**
     * Takes all bytes of {@code in}.
     *
     * @throws FramingException when no further frame can be found in the stream
     */
    void feed(ByteBuffer in, Frames frames) throws FramingException;

    /** False while a part of a frame waits for its rest. */
    boolean isBetweenFrames();
  }

  /** Takes the frames of a stream. */
  interface Frames {
    /** A whole frame; the buffer is valid during the call. */
    void frame(ByteBuffer buffer, int from, int to);

    /** A frame that was skipped, and why. */
    void skipped(String defect);
  }

  /** The stream cannot be read any further. */
  final class FramingException extends Exception {
    private static final long serialVersionUID = 1L;

    FramingException(String message) {
      super(message);
    }
  }
}
