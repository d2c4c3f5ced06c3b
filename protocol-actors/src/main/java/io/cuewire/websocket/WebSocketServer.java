package io.cuewire.websocket;

import io.cuewire.codec.Budget;
import io.cuewire.command.ShowControl;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.Addresses;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.Origins;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Sink;
import io.cuewire.transport.StopOrder;
import io.cuewire.transport.Transport;
import io.cuewire.transport.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** A WebSocket listener with any number of clients; what is sent goes to all of them. */
public final class WebSocketServer implements Transport {
  private static final int MAX_CLIENTS = 256;
  private static final int MOST_THREADS = 4;

  /** Connections that are not WebSockets yet, or are being refused. */
  private static final int MAX_CALLERS = 64;

  private static final Duration STATUS_EVERY = Duration.ofSeconds(5);

  /** For the upgrade. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** What waits in the system for a slow client is old news: little. */
  private static final int SEND_BUFFER = 64 << 10;

  /**
   * @param path the only one that is served; absent, every path
   * @param ping between two pings
   * @param origins pages whose browsers may connect
   * @param show carries out what clients ask for
   * @param packets what binary frames hold
   * @param budget of what waits in memory
   * @param queue makes the queue of one client
   */
  public record Settings(
      InetSocketAddress bind,
      Optional<String> path,
      Duration ping,
      List<Cidr> allow,
      Origins origins,
      List<HandleRule> handle,
      ShowControl show,
      Wire packets,
      Budget budget,
      Supplier<OutboundQueue> queue) {}

  private final Settings settings;
  private final EndpointIo io;
  private final Events events;
  private final Server server;
  private final ServerConnector connector;
  private final ServerWebSocketContainer container;
  private final ScheduledExecutorService clock;
  private final Set<WebSocketConnection> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private WebSocketServer(Settings settings, EndpointIo io, Events events) {
    this.settings = settings;
    this.io = io;
    this.events = events;
    this.server = new Server(Jetty.threads(io.name(), MOST_THREADS, Jetty.tasks(io.name())));
    this.connector =
        Jetty.connector(server, Jetty.http(), MAX_CLIENTS + MAX_CALLERS, settings.allow(), io);
    connector.setIdleTimeout(PATIENCE.toMillis());
    connector.setAcceptedSendBufferSize(SEND_BUFFER);
    this.container = ServerWebSocketContainer.ensure(server);
    WebSocketConnection.configure(container);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            return admit(request, response, callback);
          }
        });
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name(io.name() + " clock").factory());
  }

  /** Binds the port. */
  static WebSocketServer open(Settings settings, EndpointIo io, Events events) throws IOException {
    var bind = Addresses.resolved(settings.bind());
    var server = new WebSocketServer(settings, io, events);
    try {
      Jetty.open(server.connector, bind);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public void start() {
    io.openServer(new Clients());
    try {
      server.start();
    } catch (IOException e) {
      events.lost(Failure.of(e, io.name()));
    } catch (Exception bug) {
      events.crashed(bug);
    }
    every(STATUS_EVERY, this::tellStatus);
    every(settings.ping(), () -> clients.forEach(WebSocketConnection::ping));
  }

  private void every(Duration period, Runnable task) {
    var nanos = period.toNanos();
    // not at a fixed rate: after a pause of the process the missed pings would come all at once
    clock.scheduleWithFixedDelay(() -> watch(task), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void watch(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    }
  }

  private void tellStatus() {
    if (!clients.isEmpty()) {
      var frame = JsonFrames.periodicStatus(settings.show().status());
      clients.forEach(client -> client.tell(frame));
    }
  }

  /** Makes a client of whoever calls, or says why not. */
  private boolean admit(Request request, Response response, Callback callback) {
    var caller = (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
    var origin = Optional.ofNullable(request.getHeaders().get(HttpHeader.ORIGIN));
    if (origin.filter(settings.origins()::isForeign).isPresent()) {
      var why = "pages of " + origin.get() + " may not do this: see security.origins";
      io.lost("refused " + Peer.format(caller) + ": " + why);
      return refuse(response, callback, HttpStatus.FORBIDDEN_403, why);
    }
    if (settings.path().filter(p -> !p.equals(request.getHttpURI().getPath())).isPresent()) {
      return refuse(response, callback, HttpStatus.NOT_FOUND_404, "not here");
    }
    if (clients.size() >= MAX_CLIENTS) {
      var why = MAX_CLIENTS + " clients are connected";
      io.lost("refused " + Peer.format(caller) + ": " + why);
      return refuse(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, why);
    }
    try {
      return container.upgrade(
              (_, answer, _) -> {
                answer.setExtensions(List.of()); // compression takes 300 kB for each client
                if (request.getHeaders().contains(Dialect.HOPS_HEADER)) {
                  answer.getHeaders().put(Dialect.HOPS_HEADER, "1");
                }
                return connection(caller);
              },
              request,
              response,
              callback)
          || refuse(response, callback, HttpStatus.UPGRADE_REQUIRED_426, "a WebSocket is expected");
    } catch (RuntimeException bug) {
      events.crashed(bug);
      return refuse(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, "internal error");
    }
  }

  private static boolean refuse(Response response, Callback callback, int status, String why) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    if (status == HttpStatus.UPGRADE_REQUIRED_426) {
      response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
    }
    Content.Sink.write(response, true, why + "\n", callback);
    return true;
  }

  private WebSocketConnection connection(InetSocketAddress caller) {
    return new WebSocketConnection(
        io,
        settings.queue().get(),
        settings.budget(),
        new ServerDialect(io, settings.handle(), settings.show()),
        settings.packets().reader(io),
        Peer.format(caller),
        new WebSocketConnection.Owner() {
          @Override
          public void opened(WebSocketConnection client) {
            welcome(client);
          }

          @Override
          public void lost(WebSocketConnection client, Failure failure) {
            forget(client);
          }

          @Override
          public void crashed(Throwable bug) {
            events.crashed(bug);
          }
        });
  }

  private void welcome(WebSocketConnection client) {
    client.join(clients); // first: it may be gone before it is welcome
    client.welcome(JsonFrames.welcome(io.name(), io.clock().millis()));
    client.start();
    if (closed) {
      WebSocketConnection.part(List.of(client));
      forget(client);
    }
  }

  private void forget(WebSocketConnection client) {
    clients.remove(client);
    client.forget();
    io.left(client.peer());
  }

  /** Whoever is connected. */
  private final class Clients implements Sink {
    @Override
    public boolean send(Message message) {
      if (!clients.isEmpty()) {
        var shared = shared(message);
        clients.forEach(client -> client.send(shared));
      }
      return true;
    }

    @Override
    public boolean stop(StopOrder order) {
      order.toAll(() -> clients.forEach(client -> client.stop(order)));
      return true;
    }

    @Override
    public void endStop(Optional<Message> signal) {
      clients.forEach(WebSocketConnection::endStop);
    }
  }

  /** One copy for all clients: once it has both forms, nobody changes it. */
  private static Message shared(Message message) {
    var copy = message.keep();
    copy.oscLength();
    copy.address();
    return copy;
  }

  @Override
  public boolean sendTo(String peer, Message message) {
    var client = clients.stream().filter(c -> c.peer().name().equals(peer)).findFirst();
    client.ifPresent(c -> c.send(shared(message)));
    return client.isPresent();
  }

  @Override
  public List<Peer> peers() {
    return clients.stream().map(WebSocketConnection::peer).toList();
  }

  @Override
  public void close() {
    closed = true;
    clock.shutdownNow();
    connector.close();
    var all = List.copyOf(clients);
    WebSocketConnection.part(all);
    all.forEach(this::forget);
    try {
      server.stop();
    } catch (Exception e) {
      io.lastError("closing: " + e.getMessage());
    }
  }
}
