package io.cuewire.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Why an endpoint is not open, in the contract's words.
 *
 * @param reason a word or two for the status: {@code refused}, {@code port in use} …
 * @param detail one line for the log and {@code last_error}
 */
public record Failure(String reason, String detail) {
  private static final String AUTHENTICATION = "authentication";

  /** True where trying again changes nothing. */
  public boolean isPermanent() {
    return reason.equals(AUTHENTICATION);
  }

  /** What an exception of the system's networking means to a technician. */
  public static Failure of(Exception e, String where) {
    var reason =
        switch (e) {
          case LoginRefusedException _ -> AUTHENTICATION;
          case DeviceException device -> device.reason();
          case BindException bind -> bindReason(text(bind));
          case NoRouteToHostException _ -> "unreachable";
          case ConnectException connect ->
              text(connect).contains("refused") ? "refused" : ioReason(connect);
          case UnknownHostException _ -> "unknown host";
          case UnresolvedAddressException _ -> "unknown host";
          case SocketTimeoutException _ -> "timeout";
          case EOFException _ -> "closed by peer";
          case SSLException tls -> text(tls).contains("certif") ? "certificate" : "tls";
          case ProtocolException _ -> "protocol error";
          case NotDirectoryException _ -> "no such folder";
          case IOException io -> ioReason(io);
          default -> "internal error";
        };
    return new Failure(reason, where + ": " + reason + detail(e, reason));
  }

  private static String bindReason(String text) {
    if (text.contains("in use")) {
      return "port in use";
    }
    return text.contains("permission") ? "not permitted" : "no such address";
  }

  private static String ioReason(IOException e) {
    var text = text(e);
    if (text.contains("unreachable") || text.contains("host is down")) {
      return "unreachable";
    }
    if (text.contains("reset") || text.contains("broken pipe") || text.contains("abort")) {
      return "closed by peer";
    }
    if (text.contains("timed out")) {
      return "timeout";
    }
    return text.contains("too many open files") ? "too many open files" : "i/o error";
  }

  private static String detail(Exception e, String reason) {
    var message = e.getMessage();
    return message == null || message.equalsIgnoreCase(reason) ? "" : " (" + message + ")";
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
  }
}
