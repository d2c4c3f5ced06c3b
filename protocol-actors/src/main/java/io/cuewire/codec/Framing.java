package io.cuewire.codec;

import java.nio.ByteBuffer;

/** How frames are told apart in a stream of bytes. */
public enum Framing {
  /** A big-endian 32-bit length before each frame (OSC 1.0 §OSC Packets). */
  LENGTH32 {
    @Override
    public int maxSize(int payload) {
      return payload + 4;
    }

    @Override
    public void encode(ByteBuffer payload, ByteBuffer out) {
      out.putInt(payload.remaining()).put(payload);
    }

    @Override
    public Deframer deframer(int maxFrame) {
      return new LengthDeframer(maxFrame);
    }
  },

  /** RFC 1055 with an END on both sides, as OSC 1.1 asks for. */
  SLIP {
    @Override
    public int maxSize(int payload) {
      return 2 * payload + 2;
    }

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
    public Deframer deframer(int maxFrame) {
      return new SlipDeframer(maxFrame);
    }
  };

  /** Bytes that a payload of so many bytes takes at most. */
  public abstract int maxSize(int payload);

  /** Writes one frame; {@code out} has {@link #maxSize} bytes left. */
  public abstract void encode(ByteBuffer payload, ByteBuffer out);

  /** A decoder for one connection. */
  public abstract Deframer deframer(int maxFrame);

  /** Cuts a stream into frames, however the bytes come. */
  public interface Deframer {
    /**
     * Takes all bytes of {@code in}.
     *
     * @throws FramingException when no further frame can be found in the stream
     */
    void feed(ByteBuffer in, Frames frames) throws FramingException;
  }

  /** Takes the frames of a stream. */
  public interface Frames {
    /** A whole frame; the buffer is valid during the call. */
    void frame(ByteBuffer buffer, int from, int to);

    /** A frame that was skipped, and why. */
    void skipped(String defect);
  }

  /** The stream cannot be read any further. */
  public static final class FramingException extends Exception {
    private static final long serialVersionUID = 1L;

    FramingException(String message) {
      super(message);
    }
  }
}
