package io.cuewire.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cuewire.codec.Budget;
import io.cuewire.codec.FrameBuffer;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.QueueSender;
import io.cuewire.transport.StopOrder;
import io.cuewire.transport.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Configurable;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;

/**
 * One WebSocket, of a server or of a client. Messages wait in its queue for a thread of their own;
 * answers are few and overtake them. Public because Jetty calls it by public method handles.
 */
public final class WebSocketConnection implements Session.Listener {
  private static final long FAREWELL_MILLIS = 200;

  /** Bytes of the largest message that is read, in however many fragments. */
  static final int MAX_MESSAGE = 1 << 20;

  /** Answers that may wait for a peer that does not read. */
  private static final int MOST_ANSWERS = 16;

  /** Large frames come in pieces, which the connection puts together. */
  static void configure(Configurable jetty) {
    jetty.setIdleTimeout(Duration.ZERO); // pings find the dead
    jetty.setAutoFragment(true);
    jetty.setMaxFrameSize(MAX_MESSAGE);
  }

  /** Who has this connection. */
  interface Owner {
    void opened(WebSocketConnection connection);

    /** Told at most once, and not after {@link #part}. */
    void lost(WebSocketConnection connection, Failure failure);

    void crashed(Throwable bug);
  }

  private final EndpointIo io;
  private final OutboundQueue queue;
  private final Budget budget;
  private final Dialect dialect;
  private final Wire.Reader packets;
  private final Owner owner;
  private final Peer peer;
  private final FrameBuffer fragments;
  private final QueueSender sender;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger answers = new AtomicInteger();
  private volatile Optional<Session> session = Optional.empty();
  private volatile boolean heard = true;
  private volatile boolean welcome;

  /** Parts of messages that have come, now and at the last ping; for who holds the fragments. */
  private long parts;

  private long partsAtPing;

  private volatile boolean leaving;
  private volatile boolean countsHops;

  /**
   * @param packets reads binary frames
   * @param peer its name
   */
  WebSocketConnection(
      EndpointIo io,
      OutboundQueue queue,
      Budget budget,
      Dialect dialect,
      Wire.Reader packets,
      String peer,
      Owner owner) {
    this.io = io;
    this.queue = queue;
    this.budget = budget;
    this.dialect = dialect;
    this.packets = packets;
    this.owner = owner;
    this.peer = new Peer(peer, io.clock().instant(), this::send);
    this.fragments = new FrameBuffer(MAX_MESSAGE, budget);
    this.sender =
        new QueueSender(
            Thread.ofVirtual().name(io.name() + " to " + peer),
            queue,
            this::write,
            this::end,
            owner::crashed,
            io::overtaken);
  }

  /** Whether the other side is a Cuewire too. */
  boolean countsHops() {
    return countsHops;
  }

  Peer peer() {
    return peer;
  }

  /** Nothing waits for it any more. */
  void forget() {
    queue.close();
  }

  /** Joins the clients of a server, and is told how the show is before any message. */
  void join(Set<WebSocketConnection> clients) {
    io.welcome(peer, queue, () -> clients.add(this));
  }

  void stop(StopOrder order) {
    io.stop(queue, order, peer.name());
  }

  void endStop() {
    queue.endStop();
  }

  /** Begins to read, and to send what waits. */
  void start() {
    sender.start();
    session.ifPresent(Session::demand);
  }

  /** Queues a message that is not changed any more. */
  void send(Message message) {
    var dropped = queue.offer(message);
    if (dropped > 0) {
      io.lost(dropped, peer.name() + " does not read fast enough");
    }
  }

  private void write(Message message) throws IOException, InterruptedException {
    if (io.isWithheld(message)) {
      return;
    }
    try {
      var text =
          message.isStop()
              ? JsonFrames.stop(message).orElseGet(() -> dialect.encode(message, countsHops))
              : dialect.encode(message, countsHops);
      Callback.Completable.with(sent -> session.orElseThrow().sendText(text, sent)).get();
    } catch (ExecutionException e) {
      throw asIo(e.getCause());
    }
    io.sent(message, peer.self());
  }

  /** Answers a request. */
  void answer(String text) {
    if (!tell(text, () -> io.sent(Message.of("/text", List.of(text)), peer.self()))) {
      io.lost(peer.name() + " does not read its answers");
    }
  }

  /** What a client hears before anything else. */
  void welcome(String text) {
    tell(text, () -> {});
    welcome = true;
  }

  /** Tells what a client that is too slow may miss. */
  void tell(String text) {
    if (welcome && answers.get() == 0) {
      tell(text, () -> {});
    }
  }

  /** Goes before everything that is queued; false where too much waits already. */
  private boolean tell(String text, Runnable sent) {
    if (session.isEmpty()
        || answers.get() >= MOST_ANSWERS
        || budget.isExceeded()
        || !io.lease().holds()) {
      return false;
    }
    answers.incrementAndGet();
    budget.use(text.length());
    var done =
        Callback.from(
            Callback.from(sent, _ -> {}),
            () -> {
              budget.use(-text.length());
              answers.decrementAndGet();
            });
    session.get().sendText(text, done);
    return true;
  }

  /** Pings; a peer that was not heard since the last ping is gone. */
  void ping() {
    if (!heard || leaving) {
      end(new SocketTimeoutException("no answer to a ping"));
    } else if (isStuck()) {
      end(new SocketTimeoutException("a message that it has begun does not go on"));
    } else {
      heard = false;
      session.ifPresent(s -> s.sendPing(ByteBuffer.allocate(0), Callback.NOOP));
    }
  }

  /** Who never ends a message holds memory that others need. */
  private boolean isStuck() {
    synchronized (fragments) {
      var stuck = !fragments.isEmpty() && parts == partsAtPing;
      partsAtPing = parts;
      return stuck;
    }
  }

  @Override
  public void onWebSocketOpen(Session open) {
    session = Optional.of(open);
    countsHops = open.getUpgradeResponse().getHeader(Dialect.HOPS_HEADER) != null;
    owner.opened(this);
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    heard = true;
    session.ifPresent(Session::demand);
  }

  @Override
  public void onWebSocketPartialText(String part, boolean last) {
    read(() -> {
      if (last && fragments.isEmpty()) {
        dialect.text(part, this);
      } else {
        gather(ByteBuffer.wrap(part.getBytes(UTF_8)), last)
            .ifPresent(whole -> dialect.text(UTF_8.decode(whole).toString(), this));
      }
    });
  }

  @Override
  public void onWebSocketPartialBinary(ByteBuffer part, boolean last, Callback callback) {
    read(() -> gather(part, last).ifPresent(this::packet));
    callback.succeed();
  }

  private void read(Runnable frame) {
    heard = true;
    try {
      if (!leaving) {
        frame.run();
      }
    } catch (RuntimeException | Error bug) {
      owner.crashed(bug);
    }
    session.ifPresent(Session::demand);
  }

  /** The whole message, once this is the last part of it. */
  private Optional<ByteBuffer> gather(ByteBuffer part, boolean last) {
    boolean tooLarge;
    synchronized (fragments) {
      if (ended.get()) {
        return Optional.empty();
      }
      parts++;
      tooLarge = part.remaining() > MAX_MESSAGE - fragments.size();
      if (fragments.put(part, part.remaining())) {
        var whole = last ? Optional.of(fragments.bytes()) : Optional.<ByteBuffer>empty();
        whole.ifPresent(_ -> fragments.reset());
        return whole;
      }
      fragments.reset();
    }
    leaving = true;
    if (tooLarge) {
      io.malformed("a message of more than " + MAX_MESSAGE + " bytes", peer);
      session.ifPresent(
          s -> s.close(StatusCode.MESSAGE_TOO_LARGE, "at most " + MAX_MESSAGE, Callback.NOOP));
    } else {
      io.lost("no memory for a message of " + peer.name());
      session.ifPresent(s -> s.close(StatusCode.TRY_AGAIN_LATER, "no memory", Callback.NOOP));
    }
    return Optional.empty();
  }

  /** After this nobody gathers. */
  private void dropFragments() {
    synchronized (fragments) {
      fragments.close();
    }
  }

  private void packet(ByteBuffer bytes) {
    var size = bytes.limit();
    var defect = OscCodec.defect(bytes, 0, size);
    packets.read(bytes, 0, size, peer);
    if (!defect.isEmpty()) {
      dialect.notOsc(defect, this);
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    if (session.isEmpty()) {
      return; // whoever opens it is told
    }
    if (!(cause instanceof IOException) && !ended.get()) {
      io.malformed(String.valueOf(cause.getMessage()), peer); // RFC 6455 §7.4.1, 1002 and 1007
    }
    end(asIo(cause));
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    callback.succeed();
    var why = reason == null || reason.isBlank() ? "" : " " + reason;
    end(new EOFException("with code " + code + why));
  }

  private static IOException asIo(Throwable cause) {
    return cause instanceof IOException io
        ? io
        : new EOFException(String.valueOf(cause.getMessage()));
  }

  private void end(IOException e) {
    if (ended.compareAndSet(false, true)) {
      session.ifPresent(Session::disconnect);
      sender.stop();
      dropFragments();
      owner.lost(this, Failure.of(e, peer.name()));
    }
  }

  /** Says farewell to all, for as long as they read it, and ends their connections. */
  static void part(Collection<WebSocketConnection> connections) {
    var farewells = connections.stream().map(WebSocketConnection::leave).toList();
    try {
      CompletableFuture.allOf(farewells.toArray(CompletableFuture[]::new))
          .get(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException unread) {
      // they are told by the end of the connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(WebSocketConnection::close);
  }

  private Callback.Completable leave() {
    ended.set(true);
    leaving = true;
    return Callback.Completable.with(left ->
        session.ifPresentOrElse(s -> s.close(StatusCode.SHUTDOWN, "", left), left::succeed));
  }

  /** Ends it at once. */
  private void close() {
    ended.set(true);
    session.ifPresent(Session::disconnect);
    sender.close();
    dropFragments();
  }
}
