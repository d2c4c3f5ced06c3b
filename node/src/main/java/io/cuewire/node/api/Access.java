package io.cuewire.node.api;

import io.cuewire.show.Security;
import io.cuewire.show.Secret;
import io.cuewire.show.Show;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what, as contract section 7 says: bearer tokens, and pages that a browser may be on.
 */
final class Access {
  /** What a call needs. */
  enum Right {
    READ,
    CHANGE,
    /** As a change, but open to all where no tokens are set. */
    EMERGENCY_STOP
  }

  private final Security security;
  private final boolean loopback;
  private final Set<String> hosts;

  /**
   * @param loopback whether the interface listens on a loopback address
   */
  Access(Show show, boolean loopback) {
    this.security = show.security();
    this.loopback = loopback;
    this.hosts = new HashSet<>();
    show.nodes().values().forEach(node -> hosts.add(lower(node.host())));
    show.security().origins().stream().map(URI::getHost).map(Access::lower).forEach(hosts::add);
  }

  /**
   * @param authorization the header of that name
   * @throws ApiError when the caller may not
   */
  void check(Right right, Optional<String> authorization) {
    var token = authorization.flatMap(Access::bearer);
    if (security.operator().isEmpty() && security.viewer().isEmpty()) {
      if (right == Right.CHANGE && !loopback) {
        throw unauthorized(
            "without security.operator in the show, a node that is not on loopback takes no"
                + " changes");
      }
      return;
    }
    if (matches(security.operator(), token)) {
      return;
    }
    var viewer = matches(security.viewer(), token);
    if (!viewer) {
      throw unauthorized(
          token.isPresent() ? "this token is not known" : "a token is needed: --token, or header"
              + " Authorization: Bearer TOKEN");
    }
    if (right != Right.READ) {
      throw unauthorized("this token may only read; an operator's token is needed");
    }
  }

  private static ApiError unauthorized(String message) {
    return new ApiError(401, message, Map.of("WWW-Authenticate", "Bearer realm=\"cuewire\""));
  }

  /** RFC 6750 §2.1; the scheme's case does not matter. */
  private static Optional<String> bearer(String authorization) {
    var scheme = "Bearer ";
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        ? Optional.of(authorization.substring(scheme.length()).strip())
        : Optional.empty();
  }

  /** Takes as long for a wrong token as for the right one. */
  private static boolean matches(Optional<Secret> secret, Optional<String> token) {
    return secret.isPresent()
        && token.isPresent()
        && MessageDigest.isEqual(
            secret.get().value().getBytes(StandardCharsets.UTF_8),
            token.get().getBytes(StandardCharsets.UTF_8));
  }

  /** True for a page that is neither a node's, nor of this machine, nor listed; ports are free. */
  boolean isForeign(String origin) {
    try {
      var host = new URI(origin).getHost();
      return host == null || !(isLoopback(lower(host)) || hosts.contains(lower(host)));
    } catch (URISyntaxException _) {
      return true;
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }
}
