package io.cuewire.http;

import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;

/**
 * How a server has answered.
 *
 * @param location where it redirects to
 * @param cut whether the body was longer
 */
record ServerAnswer(int status, String body, Optional<String> location, boolean cut) {
  private static final int FIRST_ERROR = 400;
  private static final Set<Integer> SAME_REQUEST = Set.of(307, 308);
  private static final Set<Integer> ANOTHER_GET = Set.of(301, 302, 303, 307, 308);

  static ServerAnswer of(Response response, byte[] body, boolean cut) {
    return new ServerAnswer(
        response.getStatus(),
        new String(body, charset(response)),
        Optional.ofNullable(response.getHeaders().get(HttpHeader.LOCATION)),
        cut);
  }

  private static Charset charset(Response response) {
    var type = response.getHeaders().get(HttpHeader.CONTENT_TYPE);
    try {
      var named = type == null ? null : MimeTypes.getCharsetFromContentType(type);
      return named == null ? StandardCharsets.UTF_8 : Charset.forName(named);
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  boolean isError() {
    return status >= FIRST_ERROR;
  }

  /** Where the same request is to be made again: a GET anywhere, others on the same host only. */
  Optional<URI> redirect(URI asked, boolean get) {
    if (!(get ? ANOTHER_GET : SAME_REQUEST).contains(status)) {
      return Optional.empty();
    }
    try {
      return location
          .map(asked::resolve)
          .filter(to -> "http".equals(to.getScheme()) || "https".equals(to.getScheme()))
          .filter(to -> to.getHost() != null)
          .filter(to -> get || to.getHost().equalsIgnoreCase(asked.getHost()));
    } catch (IllegalArgumentException noUrl) {
      return Optional.empty();
    }
  }
}
