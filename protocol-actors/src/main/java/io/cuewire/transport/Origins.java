package io.cuewire.transport;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The pages whose browsers may connect (contract section 7), by the hosts that serve them.
 *
 * @param hosts beside those of this machine
 */
public record Origins(Set<String> hosts) {
  public Origins {
    hosts = hosts.stream().map(Origins::plain).collect(Collectors.toUnmodifiableSet());
  }

  /** True for a page that is neither of these hosts nor of this machine; ports are free. */
  public boolean isForeign(String origin) {
    try {
      var host = new URI(origin).getHost();
      return host == null || !(isLoopback(plain(host)) || hosts.contains(plain(host)));
    } catch (URISyntaxException _) {
      return true;
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("::1")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /** In lower case and, an IPv6 address, without the brackets of a URL. */
  private static String plain(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
  }
}
