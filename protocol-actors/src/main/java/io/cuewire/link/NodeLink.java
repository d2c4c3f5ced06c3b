package io.cuewire.link;

import io.cuewire.fault.Guard;
import io.cuewire.message.Message;
import io.cuewire.routing.Target;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The way from this node to one other: a TCP connection that this node dials, keeps and dials
 * again. Messages for endpoints over there go through it, and pings that say what this node is.
 */
public final class NodeLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.link");
  private static final int CONNECT_TIMEOUT_MILLIS = 1000;
  private static final Duration REDIAL = Duration.ofMillis(250);

  /** Whom one dials does not talk: he dials back for that. */
  private static final LinkConnection.Incoming NOTHING =
      new LinkConnection.Incoming() {
        @Override
        public void message(String endpoint, Message message) {}

        @Override
        public void ping(String presence) {}

        @Override
        public void news(String text) {}
      };

  private final String node;
  private final InetSocketAddress address;
  private final Links links;
  private final Semaphore dialNow = new Semaphore(0);
  private volatile Optional<LinkConnection> connection = Optional.empty();
  private volatile LinkState state = LinkState.UNKNOWN;
  private volatile boolean closed;
  private volatile String trouble = "";

  NodeLink(String node, InetSocketAddress address, Links links) {
    this.node = node;
    this.address = address;
    this.links = links;
  }

  void start() {
    Thread.ofPlatform().daemon().name("link to " + node).start(this::dial);
  }

  public LinkState state() {
    return state;
  }

  /** The target behind this link for messages to one endpoint. */
  public Target to(String endpoint) {
    var name = endpoint.getBytes(StandardCharsets.UTF_8);
    return message -> deliver(name, message);
  }

  private boolean deliver(byte[] endpoint, Message message) {
    var open = connection;
    return open.isPresent() && open.get().frames().message(endpoint, message);
  }

  /** The node has called us, so it is there. */
  void heard() {
    if (state != LinkState.CONNECTED) {
      dialNow.release();
    }
  }

  void news(String text) {
    connection.ifPresent(c -> c.frames().news(text));
  }

  void ping(String presence) {
    connection.ifPresent(c -> c.frames().ping(presence));
  }

  private void dial() {
    try {
      while (!closed) {
        var dialled = System.nanoTime();
        Guard.run(this::dialOnce);
        if (state != LinkState.REFUSED && System.nanoTime() - dialled > REDIAL.toNanos()) {
          continue; // dialling at once tells whether its process is gone
        }
        dialNow.tryAcquire(REDIAL.toMillis(), TimeUnit.MILLISECONDS);
        dialNow.drainPermits();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void dialOnce() {
    try {
      serve(connect());
    } catch (EOFException e) {
      lost(LinkState.UNREACHABLE, "closed by the other side");
    } catch (IOException e) {
      lost(reason(e), String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error bug) {
      lost(LinkState.UNREACHABLE, "internal error");
      throw bug;
    }
  }

  private void lost(LinkState next, String why) {
    connection = Optional.empty();
    if (!closed) {
      become(next, why);
    }
  }

  private static LinkState reason(IOException e) {
    return isRefusal(e) ? LinkState.REFUSED : LinkState.UNREACHABLE;
  }

  /** A machine has answered that no process listens there. */
  static boolean isRefusal(IOException e) {
    return e instanceof ConnectException
        && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("refused");
  }

  private LinkConnection connect() throws IOException {
    var resolved = new InetSocketAddress(address.getHostString(), address.getPort());
    if (resolved.isUnresolved()) {
      throw new UnknownHostException("unknown host " + address.getHostString());
    }
    var channel = SocketChannel.open();
    try {
      channel.socket().connect(resolved, CONNECT_TIMEOUT_MILLIS);
      if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
        throw new ConnectException("Connection refused"); // connected to itself
      }
      var greeted = LinkConnection.greet(channel, links.hello());
      links.check(node, greeted.theirs());
      return greeted;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void serve(LinkConnection open) throws IOException {
    try (open) {
      if (closed) {
        return;
      }
      connection = Optional.of(open);
      open.frames().news(links.newsSoFar()); // after: what comes meanwhile is told too
      become(LinkState.CONNECTED, "");
      ping(links.presence()); // whoever begins waits for it
      open.run(NOTHING);
    }
  }

  private void become(LinkState next, String text) {
    var before = state;
    state = next;
    if (next == LinkState.CONNECTED) {
      LOG.info("{}: link connected", node);
    } else if (before == LinkState.CONNECTED || !text.equals(trouble)) {
      var level = before == LinkState.UNKNOWN ? Level.INFO : Level.WARN;
      var state = next.name().toLowerCase(Locale.ROOT);
      LOG.atLevel(level).log("{}: link {}, {}", node, state, text);
    }
    trouble = text;
    if (before != next) {
      links.changed(node, next);
    }
  }

  @Override
  public void close() {
    closed = true;
    connection.ifPresent(LinkConnection::close);
    dialNow.release();
  }
}
