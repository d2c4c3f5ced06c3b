package io.cuewire.testing;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A plain UDP socket: some other program. */
public final class Datagrams implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MORE_THAN_A_DATAGRAM = 1 << 16;

  private final DatagramSocket socket;

  private Datagrams(InetSocketAddress bind) throws IOException {
    socket = new DatagramSocket(bind);
    socket.setBroadcast(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** On a free port of the loopback address. */
  public static Datagrams open() throws IOException {
    return openAt(Ports.local(0));
  }

  public static Datagrams openAt(InetSocketAddress bind) throws IOException {
    return new Datagrams(bind);
  }

  public int port() {
    return socket.getLocalPort();
  }

  public void send(InetSocketAddress target, byte[] payload) throws IOException {
    socket.send(new DatagramPacket(payload, payload.length, target));
  }

  public void send(int port, byte[] payload) throws IOException {
    send(Ports.local(port), payload);
  }

  public void send(int port, String address, Object... args) throws IOException {
    send(port, OscCodec.encode(address, Arrays.asList(args)));
  }

  /** The next datagram, waited for; its data are exactly what came. */
  public DatagramPacket receive() throws IOException {
    var packet = new DatagramPacket(new byte[MORE_THAN_A_DATAGRAM], MORE_THAN_A_DATAGRAM);
    socket.receive(packet);
    packet.setData(Arrays.copyOf(packet.getData(), packet.getLength()));
    return packet;
  }

  /** The next datagram as {@code ADDRESS [ARGS]}. */
  public String next() throws IOException {
    var osc = receive().getData();
    return new Message().wrap(ByteBuffer.wrap(osc), 0, osc.length, 0).toString();
  }

  @Override
  public void close() {
    socket.close();
  }
}
