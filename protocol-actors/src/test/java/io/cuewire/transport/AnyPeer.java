package io.cuewire.transport;

import java.time.Instant;

/** A peer for tests of other packages. */
public final class AnyPeer {
  private AnyPeer() {}

  public static Peer create() {
    return new Peer("127.0.0.1:5000", Instant.EPOCH, _ -> {});
  }
}
