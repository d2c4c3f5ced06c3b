package io.cuewire.link;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open TCP connection between two nodes, after both have said hello. */
final class LinkConnection implements AutoCloseable {
  /** What a side does with what it reads. */
  interface Incoming {
    void message(String endpoint, Message message);

    /** What the other side says of itself. */
    void ping(String presence);

    /** What could not wait. */
    void news(String text);
  }

  private static final Logger LOG = LoggerFactory.getLogger("cuewire.link");
  private static final int SILENCE_MILLIS = 3000;
  private static final int READ_BUFFER = 64 << 10;
  private static final int SOCKET_BUFFER = 1 << 20;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final Frames frames = new Frames();
  private final Hello theirs;
  private final Thread writer;

  private LinkConnection(SocketChannel channel, DataInputStream in, Hello theirs) {
    this.channel = channel;
    this.in = in;
    this.theirs = theirs;
    this.writer =
        Thread.ofPlatform()
            .daemon()
            .name("link to " + theirs.node() + " out")
            .unstarted(this::write);
  }

  /** Exchanges hellos over a connected channel. */
  static LinkConnection greet(SocketChannel channel, Hello ours) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
    channel.socket().setSoTimeout(SILENCE_MILLIS);
    ours.write(new DataOutputStream(channel.socket().getOutputStream()));
    var stream = new BufferedInputStream(channel.socket().getInputStream(), READ_BUFFER);
    var in = new DataInputStream(stream);
    return new LinkConnection(channel, in, Hello.read(in));
  }

  Hello theirs() {
    return theirs;
  }

  Frames frames() {
    return frames;
  }

  private void write() {
    try {
      while (channel.isOpen()) {
        frames.writeTo(channel);
      }
    } catch (IOException e) {
      LOG.debug("{}: {}", theirs.node(), e.getMessage()); // the reading side reports the end
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      close(); // a link that cannot send is none
      throw bug;
    }
  }

  /** Reads, and writes what {@link #frames} holds, until it ends or the other side is silent. */
  void run(Incoming incoming) throws IOException {
    writer.start();
    var bytes = new byte[4096];
    var message = new Message();
    while (true) {
      var length = in.readInt();
      if (length < 1 || length > Frames.MAX_FRAME) {
        throw new IOException("a frame of " + length + " bytes");
      }
      if (length > bytes.length) {
        bytes = new byte[Integer.highestOneBit(length) * 2];
      }
      in.readFully(bytes, 0, length);
      var frame = ByteBuffer.wrap(bytes);
      switch (frame.get(0)) {
        case Frames.MESSAGE -> message(frame, bytes, length, message, incoming);
        case Frames.PING -> {
          frames.pong();
          incoming.ping(text(bytes, length));
        }
        case Frames.NEWS -> incoming.news(text(bytes, length));
        case Frames.PONG -> {} // it has ended the silence
        default -> throw new IOException("a frame of unknown kind " + frame.get(0));
      }
    }
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 1, length - 1, StandardCharsets.UTF_8);
  }

  private static void message(
      ByteBuffer frame, byte[] bytes, int length, Message message, Incoming incoming) {
    var source = 2 + (frame.get(1) & 0xFF);
    var arrived = source < length ? source + 1 + (frame.get(source) & 0xFF) : length;
    var osc = arrived + 9;
    if (osc <= length && OscCodec.defect(frame, osc, length).isEmpty() && frame.get(osc) == '/') {
      message
          .wrap(frame, osc, length, frame.get(osc - 1))
          .cameFrom(ascii(bytes, source + 1, arrived), frame.getLong(arrived));
      incoming.message(ascii(bytes, 2, source), message);
    }
  }

  private static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing the link to {}: {}", theirs.node(), e.getMessage());
    }
    writer.interrupt();
  }
}
