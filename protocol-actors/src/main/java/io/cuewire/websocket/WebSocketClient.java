package io.cuewire.websocket;

import io.cuewire.codec.Budget;
import io.cuewire.command.ShowControl;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.LoginRefusedException;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import io.cuewire.transport.Wire;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.websocket.api.exceptions.UpgradeException;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;

/** A WebSocket that this endpoint makes. */
public final class WebSocketClient implements Transport {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration UPGRADE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * @param url {@code ws://} or {@code wss://}
   * @param ping between two pings
   * @param show carries out what the server asks for
   * @param packets what binary frames hold
   * @param budget of what waits in memory
   * @param onConnect sent first on each connection
   */
  public record Settings(
      URI url,
      Duration ping,
      List<HandleRule> handle,
      ShowControl show,
      Wire packets,
      Budget budget,
      List<Message> onConnect) {}

  private final Settings settings;
  private final EndpointIo io;
  private final Events events;
  private final org.eclipse.jetty.websocket.client.WebSocketClient jetty;
  private final ScheduledExecutorService clock;
  private final WebSocketConnection connection;

  private WebSocketClient(Settings settings, EndpointIo io, Events events, String server) {
    this.settings = settings;
    this.io = io;
    this.events = events;
    this.jetty = new org.eclipse.jetty.websocket.client.WebSocketClient(http(io.name()));
    WebSocketConnection.configure(jetty);
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name(io.name() + " clock").factory());
    this.connection =
        new WebSocketConnection(
            io,
            io.queue(),
            settings.budget(),
            new ClientDialect(io, settings.handle(), settings.show()),
            settings.packets().reader(io),
            server,
            new Ownership());
  }

  private static HttpClient http(String name) {
    var http = Jetty.client(name, CONNECT_TIMEOUT);
    http.setFollowRedirects(false);
    return http;
  }

  /** The port in a URL, or its scheme's (RFC 6455 §3). */
  private static int port(URI url) {
    if (url.getPort() > 0) {
      return url.getPort();
    }
    return url.getScheme().equals("wss") ? 443 : 80;
  }

  /** Connects and upgrades; blocks for at most 5 seconds. */
  static WebSocketClient open(Settings settings, EndpointIo io, Events events) throws IOException {
    var url = settings.url();
    var address = new InetSocketAddress(InetAddress.getByName(url.getHost()), port(url));
    var client = new WebSocketClient(settings, io, events, Peer.format(address));
    try {
      client.jetty.start();
      client.upgrade();
      return client;
    } catch (ExecutionException e) {
      client.close();
      throw refusal(e.getCause());
    } catch (TimeoutException e) {
      client.close();
      throw new SocketTimeoutException("no answer to the upgrade");
    } catch (InterruptedException e) {
      client.close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } catch (Exception e) {
      client.close();
      throw refusal(e);
    }
  }

  private void upgrade() throws Exception {
    var request = new ClientUpgradeRequest(settings.url());
    request.setTimeout(UPGRADE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    request.setHeader(Dialect.HOPS_HEADER, "1");
    jetty.connect(connection, request).get(UPGRADE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Why there is no connection, in the system's exceptions. */
  private static IOException refusal(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UpgradeException upgrade when upgrade.getResponseStatusCode() > 0 -> {
          var answered = "the server answered " + upgrade.getResponseStatusCode();
          return upgrade.getResponseStatusCode() == 401
              ? new LoginRefusedException(answered)
              : new ConnectException("upgrade refused, " + answered);
        }
        case TimeoutException _ -> {
          return new SocketTimeoutException("no answer to the upgrade");
        }
        case IOException io -> {
          return io;
        }
        default -> {}
      }
    }
    return new IOException(String.valueOf(failure.getMessage()), failure);
  }

  @Override
  public void start() {
    io.open(_ -> false, settings.onConnect()); // only the connection's own thread writes
    connection.start();
    var nanos = settings.ping().toNanos();
    clock.scheduleWithFixedDelay(this::ping, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void ping() {
    try {
      connection.ping();
    } catch (RuntimeException | Error bug) {
      events.crashed(bug); // the timer ends with it
    }
  }

  private final class Ownership implements WebSocketConnection.Owner {
    @Override
    public void opened(WebSocketConnection opened) {}

    @Override
    public void lost(WebSocketConnection ended, Failure failure) {
      events.lost(failure);
    }

    @Override
    public void crashed(Throwable bug) {
      events.crashed(bug);
    }
  }

  @Override
  public List<Peer> peers() {
    return List.of(connection.peer());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    WebSocketConnection.part(List.of(connection));
    try {
      jetty.stop();
    } catch (Exception e) {
      io.lastError("closing: " + e.getMessage());
    }
  }
}
