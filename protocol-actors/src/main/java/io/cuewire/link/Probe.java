package io.cuewire.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** Whether a machine answers at all. */
public final class Probe {
  private static final int TIMEOUT_MILLIS = 500;

  private Probe() {}

  /** True when a TCP connection there is accepted or refused: a machine has said so. */
  public static boolean reaches(String host, int port) {
    try (var channel = SocketChannel.open()) {
      channel.socket().connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return NodeLink.isRefusal(e);
    } catch (RuntimeException unknownHost) {
      return false;
    }
  }
}
