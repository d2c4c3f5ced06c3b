package io.cuewire.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** A UDP peer: whatever comes is told at once, with the instant at which it came. */
final class Sink implements AutoCloseable {
  /** Called on the sink's own thread. */
  interface Listener {
    void heard(String host, byte[] packet, int length, long nanos);
  }

  private final DatagramSocket socket;

  Sink(InetSocketAddress address, Listener listener) throws IOException {
    socket = new DatagramSocket(address);
    socket.setReceiveBufferSize(Traffic.SOCKET_BUFFER);
    Thread.ofPlatform().daemon().name("sink " + address.getPort()).start(() -> listen(listener));
  }

  private void listen(Listener listener) {
    var packet = new DatagramPacket(new byte[Traffic.MAX_PAYLOAD], Traffic.MAX_PAYLOAD);
    try {
      while (true) {
        socket.receive(packet);
        var now = System.nanoTime();
        var host = packet.getAddress().getHostAddress();
        listener.heard(host, packet.getData(), packet.getLength(), now);
      }
    } catch (SocketException closed) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
