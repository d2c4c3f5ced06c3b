package io.cuewire.transport;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The pages whose browsers may connect (contract section 7), by the hosts that serve them.
 *
 * @param hosts beside those of this machine
 */
public record Origins(Set<String> hosts) {
  private static final Pattern NAME_AND_PORT = Pattern.compile("([A-Za-z0-9._-]+)(:\\d+)?");

  public Origins {
    hosts = hosts.stream().map(Origins::plain).collect(Collectors.toUnmodifiableSet());
  }

  /** True for a page that is neither of these hosts nor of this machine; ports are free. */
  public boolean isForeign(String origin) {
    return host(origin).filter(host -> isLoopback(host) || hosts.contains(host)).isEmpty();
  }

  /** Java finds no host where its name has an underscore; browsers do. */
  private static Optional<String> host(String origin) {
    try {
      var url = new URI(origin);
      return Optional.ofNullable(url.getHost())
          .or(() ->
              Optional.ofNullable(url.getRawAuthority())
                  .map(NAME_AND_PORT::matcher)
                  .filter(Matcher::matches)
                  .map(parts -> parts.group(1)))
          .map(Origins::plain);
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** A name in lower case; an address in the one form that Java writes it in. */
  private static String plain(String host) {
    var bare = host.replaceAll("^\\[|]$", "");
    return literal(bare).map(InetAddress::getHostAddress).orElse(bare.toLowerCase(Locale.ROOT));
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException name) {
      return Optional.empty();
    }
  }
}
