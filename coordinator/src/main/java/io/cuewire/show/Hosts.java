package io.cuewire.show;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Host names and addresses, judged without asking the network. What parses text throws
 * IllegalArgumentException, without a message, when the text is something else.
 */
final class Hosts {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*\\.?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern HOST_PORT = Pattern.compile("(\\[[^\\]]+]|[^:\\[\\]]+):(\\d{1,5})");

  private Hosts() {}

  /** A name or address; brackets around an IPv6 address are taken off. */
  static String host(String text) {
    var bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    var valid =
        bare.contains(":")
            ? literal(bare).isPresent()
            : bare.equals(text)
                && (NUMBERS.matcher(bare).matches() ? IPV4 : NAME).matcher(bare).matches();
    return require(bare, valid);
  }

  static HostPort hostPort(String text) {
    var parts = HOST_PORT.matcher(text);
    require(text, parts.matches());
    var port = Integer.parseInt(parts.group(2));
    require(text, port >= 1 && port <= 65535);
    return new HostPort(host(parts.group(1)), port);
  }

  static URI url(String text, List<String> schemes) {
    var url = URI.create(text);
    var valid =
        schemes.contains(Optional.ofNullable(url.getScheme()).orElse(""))
            && url.getHost() != null
            && url.getPort() != 0
            && url.getPort() <= 65535;
    require(text, valid);
    return url;
  }

  /** Scheme, host and perhaps a port, as a browser sends it. */
  static URI origin(String text) {
    var url = url(text, List.of("http", "https"));
    require(
        text,
        url.getRawPath().isEmpty()
            && url.getRawQuery() == null
            && url.getRawFragment() == null
            && url.getRawUserInfo() == null);
    return url;
  }

  /** The address that a literal means, or {@code localhost}; empty for any other name. */
  static Optional<InetAddress> literal(String host) {
    var zone = host.indexOf('%');
    var address = zone < 0 ? host : host.substring(0, zone); // of the interfaces of another machine
    if (address.equalsIgnoreCase("localhost")) {
      return Optional.of(InetAddress.ofLiteral("127.0.0.1"));
    }
    try {
      return address.contains(":") || IPV4.matcher(address).matches()
          ? Optional.of(InetAddress.ofLiteral(address))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static boolean isMulticast(String host) {
    return literal(host).filter(InetAddress::isMulticastAddress).isPresent();
  }

  private static boolean isWildcard(String host) {
    return literal(host).filter(InetAddress::isAnyLocalAddress).isPresent();
  }

  private static boolean isLoopback(String host) {
    return literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  static boolean same(String a, String b) {
    var left = literal(a);
    return left.isPresent()
        ? left.equals(literal(b))
        : a.toLowerCase(Locale.ROOT).equals(b.toLowerCase(Locale.ROOT));
  }

  /** True when a port cannot be bound on both. */
  static boolean overlap(String a, String b) {
    return isWildcard(a) || isWildcard(b) || same(a, b);
  }

  /** True for two addresses that surely belong to one machine. */
  static boolean oneMachine(String a, String b) {
    return same(a, b) || (isLoopback(a) && isLoopback(b));
  }

  private static String require(String text, boolean valid) {
    if (!valid) {
      throw new IllegalArgumentException();
    }
    return text;
  }
}
