package io.cuewire.show;

/**
 * A place on the network.
 *
 * @param host a name, or an IPv4 or IPv6 address without brackets
 */
public record HostPort(String host, int port) {

  /** As in the show file: {@code 10.0.0.5:9000} or {@code [fe80::1]:9000}. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
