package io.cuewire.transport;

import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** What lets a browser hand an answer to a page from elsewhere (Fetch standard, CORS). */
public final class Cors {
  private Cors() {}

  /** The page that a request comes from; programs send none. */
  public static Optional<String> page(Request request) {
    return Optional.ofNullable(request.getHeaders().get(HttpHeader.ORIGIN));
  }

  /** Whether a browser asks what a page may do, before it lets it. */
  public static boolean isPreflight(Request request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeaders().contains("Access-Control-Request-Method");
  }

  /** Lets a page read the answer. */
  public static void allow(Response response, String page) {
    response.getHeaders().put("Access-Control-Allow-Origin", page);
    response.getHeaders().put(HttpHeader.VARY, "Origin");
  }

  /** What answers a preflight. */
  public static Map<String, String> leave(String methods) {
    return Map.of(
        "Access-Control-Allow-Methods",
        methods,
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type");
  }
}
