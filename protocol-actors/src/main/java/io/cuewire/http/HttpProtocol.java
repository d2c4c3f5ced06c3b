package io.cuewire.http;

import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Opener;

/**
 * HTTP/1.1: a listener for pages and messages, and a client that makes a request of each message.
 */
public final class HttpProtocol {
  private HttpProtocol() {}

  /** How a listener is opened. */
  public static Opener opener(HttpListenerSettings settings, ShowControl show) {
    return (io, events) -> HttpListener.open(settings, io, show, events);
  }

  /** How a client is opened; it remembers from one opening to the next how its server was. */
  public static Opener opener(HttpRequestSettings settings) {
    var server = new RequestedServer(settings);
    return (io, events) -> HttpRequests.open(settings, server, io, events);
  }
}
