package io.cuewire.http;

import io.cuewire.message.Message;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an HTTP client needs to make its requests.
 *
 * @param base what the address of a message is appended to
 * @param headers of each request; their values may be secrets
 * @param timeout for the whole answer
 * @param onConnect sent first whenever it is opened
 */
public record HttpRequestSettings(
    URI base,
    String method,
    Map<String, String> headers,
    Duration timeout,
    List<Message> onConnect) {

  /** For people: without headers, and without a password in the URL. */
  @Override
  public String toString() {
    return method + " " + base.getScheme() + "://" + base.getHost() + ":" + port();
  }

  int port() {
    return base.getPort() >= 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80;
  }
}
