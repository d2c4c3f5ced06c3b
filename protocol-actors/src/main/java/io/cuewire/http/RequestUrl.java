package io.cuewire.http;

import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Where the request of a message goes: a base URL and the message's address.
 *
 * @param argsInQuery whether the arguments stand in the URL
 */
record RequestUrl(URI base, boolean argsInQuery) {
  /** RFC 3986 §2.3, unreserved. */
  private static final String PLAIN = "-._~";

  /**
   * RFC 3986 §3.3, what may stand in a path. The semicolon is left out: some servers end the name
   * of a folder there.
   */
  private static final String PLAIN_IN_PATH = PLAIN + "/!$&'()*+,=:@";

  private static final Set<String> OUT_OF_THE_FOLDER = Set.of(".", "..");

  /** Empty for an address that would lead out of the base URL. */
  Optional<URI> of(Message message) {
    var address = message.address();
    if (!address.startsWith("/")
        || Arrays.stream(address.split("/")).anyMatch(OUT_OF_THE_FOLDER::contains)) {
      return Optional.empty();
    }
    var url = new StringBuilder(base.getScheme()).append("://").append(base.getHost());
    if (base.getPort() >= 0) {
      url.append(':').append(base.getPort());
    }
    url.append(base.getRawPath().replaceFirst("/+$", ""));
    append(url, address, PLAIN_IN_PATH);
    var separator = '?';
    if (base.getRawQuery() != null) {
      url.append(separator).append(base.getRawQuery());
      separator = '&';
    }
    if (argsInQuery) {
      url.append(separator).append("args=");
      append(url, JsonText.compact(JsonText.args(message.args())), PLAIN);
    }
    return Optional.of(URI.create(url.toString()));
  }

  private static void append(StringBuilder url, String text, String plain) {
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isLetterOrDigit(b) || b > 0 && plain.indexOf(b) >= 0) {
        url.append((char) b);
      } else {
        url.append(String.format("%%%02X", b));
      }
    }
  }

  private static boolean isLetterOrDigit(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
  }
}
