package io.cuewire.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports and addresses of this machine. */
public final class Ports {
  /** Below what systems give away by themselves, so that no client socket takes it meanwhile. */
  private static final int FIRST = 10_000;

  private static final int LAST = 32_000;

  private Ports() {}

  /** A port that is free now, for UDP as well as TCP. */
  public static int free() {
    while (true) {
      var port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port)) {
        return port;
      }
    }
  }

  /** Whether anybody could bind it, on any address. */
  public static boolean isFree(int port) {
    try (var udp = new DatagramSocket(port);
        var tcp = new ServerSocket(port)) {
      return udp.isBound() && tcp.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  public static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
