package io.cuewire.testing;

import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Wire;
import java.nio.ByteBuffer;

/**
 * Reads and writes nothing without a bug.
 *
 * @param bug throws it
 */
public record BuggyWire(Runnable bug) implements Wire {
  @Override
  public Reader reader(EndpointIo io) {
    return (_, _, _, _) -> bug.run();
  }

  @Override
  public ByteBuffer encode(Message message) {
    bug.run();
    return message.osc();
  }
}
