package io.cuewire.transport;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Names of machines, looked up when they are needed: a name server may be there later. */
public final class Addresses {
  private Addresses() {}

  /**
   * Blocks for as long as the name server takes.
   *
   * @throws UnknownHostException when nobody knows the name now
   */
  public static InetSocketAddress resolved(InetSocketAddress address) throws UnknownHostException {
    if (!address.isUnresolved()) {
      return address;
    }
    var resolved = new InetSocketAddress(address.getHostString(), address.getPort());
    if (resolved.isUnresolved()) {
      throw new UnknownHostException(address.getHostString());
    }
    return resolved;
  }
}
