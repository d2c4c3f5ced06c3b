package io.cuewire.node.api;

import io.cuewire.control.NodeControl;
import io.cuewire.transport.Jetty;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP interface of a node (contract section 7): what runs it. */
public final class ApiServer implements AutoCloseable {
  /** The user agent of the commands and the shell. */
  public static final String SHELL = "shell";

  private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

  private static final int MOST_THREADS = 8;
  private static final int MOST_CONNECTIONS = 256;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration IDLE_WHEN_STOPPING = Duration.ofMillis(500);
  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

  private final Server server;
  private final ServerConnector connector;
  private final Metrics metrics;

  private ApiServer(Server server, ServerConnector connector, Metrics metrics) {
    this.server = server;
    this.connector = connector;
    this.metrics = metrics;
  }

  /**
   * Answers from now on.
   *
   * @param address port 0 takes a free one
   * @throws IOException when it cannot listen there, with the reason
   */
  public static ApiServer start(InetSocketAddress address, NodeControl control) throws IOException {
    return start(address, control, PING);
  }

  static ApiServer start(InetSocketAddress address, NodeControl control, Duration ping)
      throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("api %s: unknown host".formatted(address.getHostString()));
    }
    var threads = Jetty.threads("api", MOST_THREADS, Jetty.tasks("api"));
    threads.setDaemon(false);
    var server = new Server(threads);
    var http = Jetty.http();
    http.setUriCompliance(UriCompliance.RFC3986); // names may hold an encoded slash
    var connector =
        Jetty.connector(server, http, MOST_CONNECTIONS, _ -> true, why -> log.warn("api: {}", why));
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setShutdownIdleTimeout(IDLE_WHEN_STOPPING.toMillis());
    server.setErrorHandler(new JsonErrors());
    server.setStopTimeout(LONGEST_STOP.toMillis());
    var webSockets = ServerWebSocketContainer.ensure(server);
    webSockets.setIdleTimeout(IDLE);
    var metrics = new Metrics(control);
    var loopback = address.getAddress().isLoopbackAddress();
    server.setHandler(
        new GracefulHandler(new ApiHandler(control, metrics, loopback, webSockets, ping)));
    var api = new ApiServer(server, connector, metrics);
    try {
      server.start();
    } catch (Exception e) {
      api.close();
      throw new IOException("api %s: %s".formatted(written(address), reason(e)), e);
    }
    return api;
  }

  /** The status as JSON on one line. */
  public static String status(NodeControl control) {
    return Json.compact(StatusJson.status(control.status()));
  }

  private static String reason(Throwable cause) {
    for (var e = cause; e != null; e = e.getCause()) {
      if (e instanceof BindException) {
        var used = e.getMessage() != null && e.getMessage().contains("in use");
        return used ? "port in use" : "this machine does not have that address";
      }
    }
    return String.valueOf(cause.getMessage());
  }

  private static String written(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Lets running requests end, for a short while, and frees the port. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      log.debug("api: did not stop in time: {}", e.toString());
    }
    metrics.close();
  }
}
