package io.cuewire.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.OscCodec;
import io.cuewire.osc.OscSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A plain TCP socket with framing of its own: some other program. */
public final class StreamPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int SMALL_BUFFER = 4096;
  private static final int MOST_SHOWN = 100;

  private final Socket socket;
  private final OscSettings.Transport framing;

  private StreamPeer(Socket socket, OscSettings.Transport framing) throws IOException {
    this.socket = socket;
    this.framing = framing;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  public static StreamPeer connect(OscSettings.Transport framing, int port) throws IOException {
    return new StreamPeer(new Socket(Ports.local(port).getAddress(), port), framing);
  }

  /** From another address of this machine, or with a small buffer that soon is full. */
  public static StreamPeer connectFrom(
      OscSettings.Transport framing, InetSocketAddress local, int port) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(SMALL_BUFFER);
    socket.bind(local);
    socket.connect(Ports.local(port), PATIENCE_MILLIS);
    return new StreamPeer(socket, framing);
  }

  /** The next client of a server. */
  public static StreamPeer accept(OscSettings.Transport framing, ServerSocket server)
      throws IOException {
    server.setSoTimeout(PATIENCE_MILLIS);
    return new StreamPeer(server.accept(), framing);
  }

  /** A packet as it stands in the stream. */
  public static byte[] frame(OscSettings.Transport framing, byte[] packet) {
    return switch (framing) {
      case TCP -> Bytes.of(packet.length, packet);
      case TCP_SLIP -> slip(packet);
      case UDP -> packet;
    };
  }

  private static byte[] slip(byte[] packet) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(0xC0);
    for (var b : packet) {
      switch (b & 0xFF) {
        case 0xC0 -> bytes.writeBytes(Bytes.of("\u00DB\u00DC"));
        case 0xDB -> bytes.writeBytes(Bytes.of("\u00DB\u00DD"));
        default -> bytes.write(b);
      }
    }
    bytes.write(0xC0);
    return bytes.toByteArray();
  }

  public static byte[] frame(OscSettings.Transport framing, String address, Object... args) {
    return frame(framing, OscCodec.encode(address, Arrays.asList(args)));
  }

  public int port() {
    return socket.getLocalPort();
  }

  public void sendRaw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  public void send(String address, Object... args) throws IOException {
    sendRaw(frame(framing, address, args));
  }

  /** Reads one frame, which must be this message. */
  public void expect(String address, Object... args) throws IOException {
    var expected = frame(framing, address, args);
    var received = socket.getInputStream().readNBytes(expected.length);
    if (!Arrays.equals(received, expected)) { // large ones make no readable difference
      assertThat(printable(received)).isEqualTo(printable(expected));
    }
  }

  private static String printable(byte[] bytes) {
    var shown = Arrays.copyOf(bytes, Math.min(bytes.length, MOST_SHOWN));
    return bytes.length + " bytes: " + new String(shown, StandardCharsets.ISO_8859_1);
  }

  /** Waits for the other side's end of the connection. */
  public void expectEnd() throws IOException {
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  /** Says that it sends no more, and goes on reading. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes with a reset instead of a farewell. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
