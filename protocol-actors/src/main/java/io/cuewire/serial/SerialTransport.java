package io.cuewire.serial;

import io.cuewire.codec.FrameBuffer;
import io.cuewire.codec.Framing;
import io.cuewire.codec.Framing.FramingException;
import io.cuewire.message.Message;
import io.cuewire.transport.DeviceException;
import io.cuewire.transport.Ending;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Peer;
import io.cuewire.transport.QueueSender;
import io.cuewire.transport.Transport;
import io.cuewire.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Frames over one serial port: a thread that reads, and one that writes what its queue holds. The
 * reading thread also watches the writing one, which may wait as long as the device wants.
 */
final class SerialTransport implements Transport {
  private static final int READ_BUFFER = 4 << 10;

  /** Bytes that the driver may have to send before it takes the next ones. */
  private static final int DRIVER_BUFFER = 4096;

  /** Of the longest character, with its parity and stop bits. */
  private static final int BITS = 12;

  /** A frame without an end of its own that is not finished after so long never will be. */
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();

  private final SerialLine line;
  private final SerialSettings settings;
  private final EndpointIo io;
  private final Wire wire;
  private final Events events;
  private final Peer peer;
  private final Thread reader;
  private final QueueSender sender;
  private final Duration patience;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean closed;
  private volatile boolean writing;
  private volatile long progress; // of writing, in nanoseconds

  SerialTransport(
      SerialLine line, SerialSettings settings, EndpointIo io, Wire wire, Events events) {
    this.line = line;
    this.settings = settings;
    this.io = io;
    this.wire = wire;
    this.events = events;
    this.patience = patience(settings.baud());
    this.peer = new Peer(settings.device(), io.clock().instant(), io::deliverEvenStopped);
    this.reader =
        Thread.ofPlatform().daemon().name(io.name() + " from " + peer.name()).unstarted(this::read);
    this.sender =
        new QueueSender(
            Thread.ofPlatform().daemon().name(io.name() + " to " + peer.name()),
            io.queue(),
            this::send,
            e -> end(new DeviceException(SerialLine.GONE, e.getMessage())),
            events::crashed,
            io::overtaken);
  }

  /** A device that takes nothing for so long does not read. */
  static Duration patience(int baud) {
    return Duration.ofSeconds(Math.max(2, Math.ceilDiv(DRIVER_BUFFER * BITS, baud)));
  }

  @Override
  public void start() {
    io.open(_ -> false, settings.onConnect()); // only the sender writes
    sender.start();
    reader.start();
  }

  @Override
  public List<Peer> peers() {
    return List.of(peer);
  }

  private void read() {
    try (var frame = new FrameBuffer(settings.maxFrame(), settings.budget())) {
      var input = new Input(frame);
      var bytes = new byte[READ_BUFFER];
      var stuck = false;
      while (!closed) {
        input.take(ByteBuffer.wrap(bytes, 0, line.read(bytes)));
        if (stuck != isStuck()) {
          stuck = !stuck;
          tell(stuck);
        }
      }
    } catch (IOException e) {
      end(e);
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    } finally {
      if (writing) {
        line.discard();
      }
      line.close();
    }
  }

  private boolean isStuck() {
    return writing && System.nanoTime() - progress > patience.toNanos();
  }

  private void tell(boolean stuck) {
    if (stuck) {
      var reason = "not reading";
      var text = "%s: %s (it has taken nothing for %d s)";
      var told = text.formatted(peer.name(), reason, patience.toSeconds());
      events.troubled(new Failure(reason, told));
    } else {
      events.recovered();
    }
  }

  /** Makes frames of the bytes that come in, and begins anew after what cannot be one. */
  private final class Input implements Framing.Frames {
    private final Wire.Reader reader = wire.reader(io);
    private final FrameBuffer frame;
    private final boolean endless =
        settings.framing() == Framing.Kind.LENGTH32 || settings.framing() instanceof Framing.Fixed;
    private Framing.Deframer deframer;
    private long last;

    Input(FrameBuffer frame) {
      this.frame = frame;
      this.deframer = settings.framing().deframer(frame);
    }

    void take(ByteBuffer bytes) {
      var now = System.nanoTime();
      if (endless && !deframer.isBetweenFrames() && now - last > PAUSE) {
        restart("a frame broke off");
      }
      if (bytes.hasRemaining()) {
        last = now;
        try {
          deframer.feed(bytes, this);
        } catch (FramingException e) {
          restart(e.getMessage());
        }
      }
    }

    private void restart(String defect) {
      skipped(defect);
      frame.close();
      deframer = settings.framing().deframer(frame);
    }

    @Override
    public void frame(ByteBuffer bytes, int from, int to) {
      reader.read(bytes, from, to, peer);
    }

    @Override
    public void skipped(String defect) {
      io.malformed(defect, peer);
    }
  }

  private void send(Message message) throws IOException {
    if (io.isWithheld(message)) {
      return;
    }
    var framing = settings.framing();
    var payload = wire.encode(message);
    var size = payload.remaining();
    if (size > framing.maxPayload()) {
      var text = "a message of %d bytes does not fit into a frame of %s";
      io.sendFailed(message, new Failure("too large", text.formatted(size, framing.word())));
      return;
    }
    var bytes = ByteBuffer.allocate(framing.maxSize(size));
    framing.encode(payload, bytes);
    write(bytes.flip());
    io.sent(message, peer.self());
  }

  /** In pieces that even a slow line takes soon, so that it is seen to take them. */
  private void write(ByteBuffer bytes) throws IOException {
    var end = bytes.limit();
    var piece = Math.clamp(settings.baud() / 40, 16, 4096);
    progress = System.nanoTime();
    writing = true;
    while (bytes.position() < end) {
      line.write(bytes.limit(Math.min(end, bytes.position() + piece)));
      progress = System.nanoTime();
    }
    writing = false;
  }

  private void end(IOException e) {
    if (ended.compareAndSet(false, true)) {
      events.lost(Failure.of(e, peer.name()));
    }
  }

  @Override
  public void close() {
    ended.set(true);
    closed = true;
    sender.close();
    if (reader.getState() == Thread.State.NEW) {
      line.close();
    } else {
      Ending.await(reader); // which frees the device
    }
  }
}
