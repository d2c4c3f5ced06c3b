package io.cuewire.endpoint;

import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Transport;
import java.io.IOException;

/** How a protocol makes the connection of one endpoint. */
@FunctionalInterface
public interface Opener {
  /**
   * Opens the transport, and leaves it to the caller to start it. May block.
   *
   * @throws IOException when it cannot be opened now; it is tried again later
   */
  Transport open(EndpointIo io, Transport.Events events) throws IOException;
}
