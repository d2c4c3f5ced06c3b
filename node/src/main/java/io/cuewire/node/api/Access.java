package io.cuewire.node.api;

import io.cuewire.show.Secret;
import io.cuewire.show.Security;
import io.cuewire.show.Show;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** Who may do what, by the bearer tokens of contract section 7. */
final class Access {
  /** What a call needs. */
  enum Right {
    READ,
    CHANGE,
    /** Reading, but a change where tokens or passwords stand in the show as plain text. */
    READ_SHOW,
    /** As a change, but open to all where no tokens are set. */
    EMERGENCY_STOP
  }

  private final Show show;
  private final Security security;
  private final boolean loopback;

  /**
   * @param loopback whether the interface listens on a loopback address
   */
  Access(Show show, boolean loopback) {
    this.show = show;
    this.security = show.security();
    this.loopback = loopback;
  }

  /**
   * @param authorization the header of that name
   * @throws ApiError when the caller may not
   */
  void check(Right right, Optional<String> authorization) {
    if (right != Right.READ_SHOW) {
      checkFor(right, authorization);
    } else if (PlainSecrets.areIn(show)) {
      try {
        checkFor(Right.CHANGE, authorization);
      } catch (ApiError e) {
        throw unauthorized(
            e.getMessage()
                + " (tokens or passwords stand in this show as plain text; written as"
                + " ${env:NAME}, they would not)");
      }
    } else {
      checkFor(Right.READ, authorization);
    }
  }

  private void checkFor(Right right, Optional<String> authorization) {
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
          token.isPresent()
              ? "this token is not known"
              : "a token is needed: --token, or header" + " Authorization: Bearer TOKEN");
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
}
