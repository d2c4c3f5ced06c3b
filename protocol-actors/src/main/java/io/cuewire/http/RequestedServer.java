package io.cuewire.http;

import io.cuewire.transport.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/**
 * What a client knows of its server from one opening to the next. HTTP has no connection that would
 * tell whether the server is there: after a failure a TCP connection has to prove it, and one that
 * was reached and did not answer well stays in doubt until it does.
 */
final class RequestedServer {
  static final int CONNECT_TIMEOUT_MILLIS = 3000;

  /**
   * How the last request failed.
   *
   * @param reached whether the server had taken the connection
   */
  private record LastFailure(Failure failure, boolean reached) {}

  private final HttpRequestSettings settings;
  private volatile Optional<LastFailure> last = Optional.empty();

  RequestedServer(HttpRequestSettings settings) {
    this.settings = settings;
  }

  void succeeded() {
    if (last.isPresent()) {
      last = Optional.empty();
    }
  }

  void failed(Failure failure, boolean reached) {
    last = Optional.of(new LastFailure(failure, reached));
  }

  /** Why it is in doubt although it takes connections. */
  Optional<Failure> doubt() {
    return last.filter(LastFailure::reached).map(LastFailure::failure);
  }

  /**
   * Connects, where that was in doubt or messages are to be sent on every connection.
   *
   * @throws IOException when the server takes no connection
   */
  void prove() throws IOException {
    if (last.isEmpty() && settings.onConnect().isEmpty()) {
      return;
    }
    try {
      var addresses = InetAddress.getAllByName(literal(settings.base().getHost()));
      for (var i = 0; i < addresses.length; i++) {
        if (accepts(
            new InetSocketAddress(addresses[i], settings.port()), i + 1 < addresses.length)) {
          return;
        }
      }
    } catch (IOException e) {
      failed(Failure.of(e, settings.toString()), false);
      throw e;
    }
  }

  /** False where it does not, and {@code others} may. */
  private static boolean accepts(InetSocketAddress address, boolean others) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MILLIS);
      if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
        // a free local port can be connected to itself: nobody else is there
        throw new ConnectException("Connection refused");
      }
      return true;
    } catch (IOException e) {
      if (others) {
        return false;
      }
      throw e;
    }
  }

  /** An IPv6 address without the brackets of a URL. */
  private static String literal(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
