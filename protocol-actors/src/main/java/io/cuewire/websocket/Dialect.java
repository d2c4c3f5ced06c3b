package io.cuewire.websocket;

import io.cuewire.message.Message;

/** What one side of a WebSocket says, and what it understands. */
interface Dialect {
  /**
   * Asked for by a client and answered by a server, in the upgrade: both are a Cuewire, and count
   * the routes that messages have crossed.
   */
  String HOPS_HEADER = "Cuewire-Hops";

  /**
   * The text frame of a message.
   *
   * @param hops whether the other side counts them
   */
  String encode(Message message, boolean hops);

  /** Carries out a text frame; what is wrong with it is counted, and never thrown. */
  void text(String text, WebSocketConnection from);

  /** A binary frame was no OSC packet, which is counted already. */
  void notOsc(String defect, WebSocketConnection from);
}
