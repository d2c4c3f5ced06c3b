package io.cuewire.serial;

import io.cuewire.endpoint.Opener;
import io.cuewire.transport.Wire;

/** Serial ports: text frames over RS-232, RS-422, RS-485 and USB. */
public final class SerialProtocol {
  private SerialProtocol() {}

  /** How a serial endpoint is opened. Nothing native is loaded before that. */
  public static Opener opener(SerialSettings settings, Wire wire) {
    return (io, events) ->
        new SerialTransport(SerialLine.open(settings), settings, io, wire, events);
  }
}
