package io.cuewire.http;

import io.cuewire.command.ShowControl;
import io.cuewire.transport.Addresses;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An HTTP port: messages come in, pages and the status go out. */
final class HttpListener implements Transport {
  private static final int MOST_THREADS = 8;
  private static final int MOST_CONNECTIONS = 256;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration LONGEST_STOP = Duration.ofMillis(500);

  private final EndpointIo io;
  private final Events events;
  private final HttpCalls calls;
  private final Server server;
  private final ServerConnector connector;
  private final ExecutorService requests;

  private HttpListener(
      HttpListenerSettings settings,
      InetSocketAddress bind,
      EndpointIo io,
      ShowControl show,
      Events events)
      throws IOException {
    this.io = io;
    this.events = events;
    this.calls = new HttpCalls(settings, io, show, events);
    if (settings.files().isPresent()) {
      calls.setHandler(StaticFiles.of(settings.files().get()));
    }
    this.requests =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name(io.name() + " request ", 0).factory());
    this.server = new Server(threads());
    this.connector = new ServerConnector(server, 0, 1, new HttpConnectionFactory(http()));
    connector.setHost(bind.getAddress().getHostAddress());
    connector.setPort(bind.getPort());
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
    server.setErrorHandler(calls::error);
    server.setStopTimeout(0);
    server.setHandler(calls);
  }

  /** Binds the port. */
  static HttpListener open(
      HttpListenerSettings settings, EndpointIo io, ShowControl show, Events events)
      throws IOException {
    var bind = Addresses.resolved(settings.bind());
    var listener = new HttpListener(settings, bind, io, show, events);
    try {
      listener.connector.open();
      return listener;
    } catch (IOException e) {
      listener.close();
      throw e.getCause() instanceof BindException taken ? taken : e;
    }
  }

  /** Few threads: requests run on virtual ones. */
  private QueuedThreadPool threads() {
    var threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setName(io.name() + " http");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setStopTimeout(LONGEST_STOP.toMillis());
    threads.setVirtualThreadsExecutor(requests);
    return threads;
  }

  private static HttpConfiguration http() {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRelativeRedirectAllowed(true);
    return http;
  }

  @Override
  public void start() {
    io.openServer(_ -> false); // nothing is sent by it
    try {
      server.start();
    } catch (IOException e) {
      events.lost(Failure.of(e, io.name()));
    } catch (Exception bug) {
      events.crashed(bug);
    }
  }

  @Override
  public List<Peer> peers() {
    return calls.peers().all();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      io.lastError("closing: " + e.getMessage());
    }
    connector.close(); // where it was never started
    requests.shutdownNow();
  }
}
