package io.cuewire.show;

import java.util.Optional;

/**
 * What a listener listens on.
 *
 * @param group multicast group to join on the interface of {@code bind}, IPv4 or IPv6 without
 *     brackets; absent for a plain port
 */
public record Listen(Optional<String> group, int port) {

  public static Listen on(int port) {
    return new Listen(Optional.empty(), port);
  }

  /** As in the show file: {@code 9000} or {@code 239.1.1.1:9000} or {@code [ff02::1]:9000}. */
  @Override
  public String toString() {
    return group
        .map(address -> new HostPort(address, port).toString())
        .orElseGet(() -> Integer.toString(port));
  }
}
