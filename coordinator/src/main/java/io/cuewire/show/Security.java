package io.cuewire.show;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who may do what at the HTTP interface.
 *
 * @param operator bearer token that may do everything
 * @param viewer bearer token that may read
 * @param origins web pages whose browsers may connect, beside those of the nodes and of loopback;
 *     the host alone counts
 */
public record Security(Optional<Secret> operator, Optional<Secret> viewer, List<URI> origins) {
  public Security {
    origins = List.copyOf(origins);
  }
}
