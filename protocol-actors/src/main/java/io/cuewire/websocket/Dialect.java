package io.cuewire.websocket;

import io.cuewire.message.Message;

/** What one side of a WebSocket says, and what it understands. */
interface Dialect {
  /** Tells a server that this client counts the routes that messages have crossed. */
  String HOPS_HEADER = "Cuewire-Hops";

  /** The text frame of a message. */
  String encode(Message message);

  /** Carries out a text frame; what is wrong with it is counted, and never thrown. */
  void text(String text, WebSocketConnection from);

  /** A binary frame was no OSC packet, which is counted already. */
  void notOsc(String defect, WebSocketConnection from);
}
