package io.cuewire.websocket;

import io.cuewire.endpoint.Opener;

/** WebSocket (RFC 6455): JSON text frames, and OSC packets in binary ones. */
public final class WebSocketProtocol {
  private WebSocketProtocol() {}

  /** How a server of any number of clients is opened. */
  public static Opener server(WebSocketServer.Settings settings) {
    return (io, events) -> WebSocketServer.open(settings, io, events);
  }

  /** How a client of another program's server is opened. */
  public static Opener client(WebSocketClient.Settings settings) {
    return (io, events) -> WebSocketClient.open(settings, io, events);
  }
}
