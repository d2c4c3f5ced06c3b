package io.cuewire.transport;

import io.cuewire.testing.Ports;
import java.time.Instant;

/** A peer for tests of other packages. */
public final class AnyPeer {
  private AnyPeer() {}

  public static Peer create() {
    return new Peer(Ports.local(5000), Instant.EPOCH);
  }
}
