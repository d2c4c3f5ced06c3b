package io.cuewire.transport;

import io.cuewire.codec.Budget;
import io.cuewire.codec.FrameBuffer;
import io.cuewire.codec.Framing;
import io.cuewire.codec.Framing.FramingException;
import io.cuewire.message.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/**
 * One TCP connection: a thread that reads frames and one that writes what its queue holds. A peer
 * that never reads fills its own queue and disturbs nobody else.
 */
final class StreamConnection implements AutoCloseable {
  private static final int BUFFER = 16 << 10;
  private static final int MOST_AT_ONCE = 64;
  private static final int KEEPALIVE_IDLE_SECONDS = 5;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 2;
  private static final int KEEPALIVE_PROBES = 3;
  private static final int UNANSWERED_MILLIS = 10_000;

  /** A write that takes longer has waited for the peer; what then waits is better in the queue. */
  private static final long SLOW_NANOS = 1_000_000;

  /** What a connection needs from its endpoint. */
  record Settings(Framing framing, int maxFrame, Budget budget, Wire wire, Duration linger) {}

  private final SocketChannel channel;
  private final Settings settings;
  private final EndpointIo io;
  private final OutboundQueue queue;
  private final Peer peer;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Consumer<Failure> lost;
  private final Consumer<Throwable> crashed;
  private final Thread writer;

  StreamConnection(
      SocketChannel channel,
      Settings settings,
      EndpointIo io,
      OutboundQueue queue,
      Consumer<Failure> lost,
      Consumer<Throwable> crashed)
      throws IOException {
    this.channel = channel;
    this.settings = settings;
    this.io = io;
    this.queue = queue;
    this.lost = lost;
    this.crashed = crashed;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    setIfSupported(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
    setIfSupported(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS);
    setIfSupported(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_PROBES);
    UnansweredTimeout.set(channel, UNANSWERED_MILLIS);
    var name = Peer.format((InetSocketAddress) channel.getRemoteAddress());
    this.peer = new Peer(name, io.clock().instant(), m -> send(m.evenStopped().forOneConnection()));
    // of the system: whoever wakes it for a message needs no scheduler of virtual threads between
    this.writer =
        Thread.ofPlatform().daemon().name(io.name() + " to " + peer.name()).unstarted(this::write);
  }

  private void setIfSupported(SocketOption<Integer> option, int value) throws IOException {
    if (channel.supportedOptions().contains(option)) {
      channel.setOption(option, value);
    }
  }

  /** Joins the clients of a server, and is told how the show is before anything else. */
  void join(Set<StreamConnection> clients) {
    io.welcome(peer, queue, () -> clients.add(this));
  }

  void stop(StopOrder order) {
    io.stop(queue, order, peer.name());
  }

  void endStop() {
    queue.endStop();
  }

  void start() {
    writer.start();
    Thread.ofVirtual().name(io.name() + " from " + peer.name()).start(this::read);
  }

  Peer peer() {
    return peer;
  }

  /** Queues a copy. */
  void send(Message message) {
    if (queue.offer(message.keep()) > 0) {
      io.lost(peer.name() + " does not read fast enough");
    }
  }

  private void read() {
    var buffer = ByteBuffer.allocate(BUFFER); // direct ones of many short connections would pile up
    var reader = settings.wire().reader(io);
    var frame = new FrameBuffer(settings.maxFrame(), settings.budget());
    var deframer = settings.framing().deframer(frame);
    var frames =
        new Framing.Frames() {
          @Override
          public void frame(ByteBuffer bytes, int from, int to) {
            reader.read(bytes, from, to, peer);
          }

          @Override
          public void skipped(String defect) {
            io.malformed(defect, peer);
          }
        };
    try {
      while (channel.read(buffer.clear()) >= 0) {
        deframer.feed(buffer.flip(), frames);
      }
      if (!deframer.isBetweenFrames()) {
        io.malformed("its connection ended within a frame", peer);
      }
      writer.join(settings.linger()); // it may have asked something, and listens
      end(new EOFException());
    } catch (FramingException e) {
      io.malformed(e.getMessage(), peer);
      end(new EOFException("its frames could not be told apart"));
    } catch (IOException e) {
      end(e);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      crashed.accept(bug);
    } finally {
      frame.close();
    }
  }

  private void write() {
    var batch = new Batch(List.of());
    var slow = false;
    try {
      while (channel.isOpen()) {
        batch = new Batch(queue.take(slow ? 1 : MOST_AT_ONCE));
        var began = System.nanoTime();
        while (batch.hasMore() && !batch.isWithheld()) {
          channel.write(batch.frames);
        }
        slow = System.nanoTime() - began > SLOW_NANOS;
        batch.end();
        batch = new Batch(List.of());
        queue.sent();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      end(e);
    } catch (RuntimeException | Error bug) {
      crashed.accept(bug);
    } finally {
      batch.end();
      io.overtaken(queue.prepend(batch.unsent())); // for the next connection
    }
  }

  /** Messages that are written together, and how far that has come. */
  private final class Batch {
    private final List<Message> messages = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final ByteBuffer frames;

    Batch(List<Message> taken) {
      var framing = settings.framing();
      var payloads = taken.stream().map(settings.wire()::encode).toList();
      this.frames =
          ByteBuffer.allocate(
              payloads.stream().mapToInt(p -> framing.maxSize(p.remaining())).sum());
      queue.budget().use(frames.capacity());
      for (var i = 0; i < taken.size(); i++) {
        var payload = payloads.get(i);
        if (payload.remaining() > framing.maxPayload()) {
          io.sendFailed(
              taken.get(i),
              new Failure(
                  "too large",
                  "a message of %d bytes does not fit into a frame of %s"
                      .formatted(payload.remaining(), framing.word())));
        } else {
          framing.encode(payload, frames);
          messages.add(taken.get(i));
          ends.add(frames.position());
        }
      }
      frames.flip();
    }

    /** Whether more is to be written; after a stop that is the frame that was begun. */
    boolean hasMore() {
      if (queue.isOvertaken() && frames.hasRemaining()) {
        dropWhatIsNotBegun();
      }
      return frames.hasRemaining();
    }

    private void dropWhatIsNotBegun() {
      var kept = whole();
      if (frames.position() > (kept == 0 ? 0 : ends.get(kept - 1))) {
        kept++;
      }
      io.overtaken(messages.size() - kept);
      messages.subList(kept, messages.size()).clear();
      ends.subList(kept, ends.size()).clear();
      frames.limit(kept == 0 ? 0 : ends.get(kept - 1));
    }

    /** Counts those that the system has taken whole. */
    void end() {
      queue.budget().use(-frames.capacity());
      messages.subList(0, whole()).forEach(message -> io.sent(message, peer.self()));
    }

    /** Drops what is left; a frame that was begun is not one without its end. */
    boolean isWithheld() throws IOException {
      if (io.lease().holds() || messages.stream().anyMatch(Message::isStop)) {
        return false;
      }
      var why = "another node may run this endpoint by now";
      io.lost(unsent().size(), "not sent: " + why);
      unsent().clear();
      if (frames.position() > 0) {
        throw new IOException(why);
      }
      frames.limit(0);
      return true;
    }

    List<Message> unsent() {
      return messages.subList(whole(), messages.size());
    }

    private int whole() {
      var whole = 0;
      while (whole < ends.size() && ends.get(whole) <= frames.position()) {
        whole++;
      }
      return whole;
    }
  }

  private void end(IOException e) {
    if (ended.compareAndSet(false, true)) {
      shut();
      if (!(e instanceof ClosedChannelException)) {
        lost.accept(Failure.of(e, peer.name()));
      }
    }
  }

  @Override
  public void close() {
    ended.set(true);
    shut();
    Ending.await(writer); // before the next connection takes from the queue
  }

  /** Nobody will ask for what still waits. */
  void discard() {
    var lost = queue.close();
    if (lost > 0) {
      io.lost(lost, peer.name() + " has gone before it had read all");
    }
  }

  private void shut() {
    try {
      channel.close();
    } catch (IOException e) {
      io.lastError("closing " + peer.name() + ": " + e.getMessage());
    }
    writer.interrupt();
  }
}
