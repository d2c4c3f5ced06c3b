package io.cuewire.transport;

import io.cuewire.message.Message;
import java.nio.ByteBuffer;

/** How messages look on one kind of wire: what a frame or datagram means, and the way back. */
public interface Wire {
  /** A reader for one thread. */
  Reader reader(EndpointIo io);

  /** The payload of a frame or datagram. */
  ByteBuffer encode(Message message);

  /** Decodes the frames of one thread. */
  @FunctionalInterface
  interface Reader {
    /** Hands on the messages of a frame; input that is malformed is counted, never thrown. */
    void read(ByteBuffer buffer, int from, int to, Peer peer);
  }
}
