package io.cuewire.http;

import io.cuewire.command.ShowControl;
import io.cuewire.transport.Addresses;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

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
      HttpListenerSettings settings, EndpointIo io, ShowControl show, Events events)
      throws IOException {
    this.io = io;
    this.events = events;
    this.calls = new HttpCalls(settings, io, show, events);
    if (settings.files().isPresent()) {
      calls.setHandler(StaticFiles.of(settings.files().get()));
    }
    this.requests = Jetty.tasks(io.name() + " request");
    var threads = Jetty.threads(io.name() + " http", MOST_THREADS, requests);
    threads.setStopTimeout(LONGEST_STOP.toMillis());
    this.server = new Server(threads);
    var http = Jetty.http();
    http.setRelativeRedirectAllowed(true);
    this.connector = Jetty.connector(server, http, MOST_CONNECTIONS, settings.allow(), io);
    connector.setIdleTimeout(IDLE.toMillis());
    connector.addEventListener(calls.connections());
    server.setErrorHandler(calls::error);
    server.setStopTimeout(0);
    server.setHandler(calls);
  }

  /** Binds the port. */
  static HttpListener open(
      HttpListenerSettings settings, EndpointIo io, ShowControl show, Events events)
      throws IOException {
    var bind = Addresses.resolved(settings.bind());
    var listener = new HttpListener(settings, io, show, events);
    try {
      Jetty.open(listener.connector, bind);
      return listener;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
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
    return calls.peers();
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
