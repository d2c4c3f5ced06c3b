package io.cuewire.mqtt;

import io.cuewire.transport.Addresses;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * The connection to a broker, made before Paho asks for a socket: so its failures are the system's
 * own, and closing it ends whatever Paho's threads wait for, over TLS too.
 */
final class BrokerSocket extends Socket {
  /** Bytes of the largest packet that the broker may send. */
  static final int MAX_PACKET = 1 << 20;

  private static final int CONNECT_TIMEOUT_MILLIS = 5000;

  private final Socket tcp;
  private final Socket socket;
  private final Consumer<Throwable> crashed;
  private final CountDownLatch spoken = new CountDownLatch(1);

  private BrokerSocket(Socket tcp, Socket socket, Consumer<Throwable> crashed) {
    this.tcp = tcp;
    this.socket = socket;
    this.crashed = crashed;
  }

  /**
   * @param crashed told when a packet ends the thread that reads
   */
  static BrokerSocket connect(
      InetSocketAddress broker, Optional<SSLContext> tls, Consumer<Throwable> crashed)
      throws IOException {
    var address = Addresses.resolved(broker);
    var tcp = new Socket();
    try {
      tcp.setTcpNoDelay(true);
      tcp.connect(address, CONNECT_TIMEOUT_MILLIS);
      var socket = tls.isPresent() ? secure(tcp, broker, tls.get()) : tcp;
      return new BrokerSocket(tcp, socket, crashed);
    } catch (IOException | RuntimeException e) {
      tcp.close();
      throw e;
    }
  }

  private static Socket secure(Socket tcp, InetSocketAddress broker, SSLContext tls)
      throws IOException {
    var factory = tls.getSocketFactory();
    var socket =
        (SSLSocket) factory.createSocket(tcp, broker.getHostString(), broker.getPort(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate names this host
    socket.setSSLParameters(parameters);
    tcp.setSoTimeout(CONNECT_TIMEOUT_MILLIS);
    try {
      socket.startHandshake();
    } catch (EOFException | SocketException e) {
      throw new SSLException("ended within the TLS handshake: does the broker speak TLS there?", e);
    }
    tcp.setSoTimeout(0);
    return socket;
  }

  @Override
  public void connect(SocketAddress there, int timeout) {
    // it is connected
  }

  @Override
  public void setSoTimeout(int timeout) {
    // a timeout within the header of a packet would make Paho lose its place
  }

  /** Holds back what comes, an end too, until CONNECT is sent: Paho's start hangs otherwise. */
  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(new PacketStream(socket.getInputStream(), MAX_PACKET)) {
      @Override
      public int read() throws IOException {
        awaitConnect();
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        awaitConnect();
        return in.read(bytes, from, length);
      }

      @Override
      public int available() {
        return 0; // Paho only shows it
      }
    };
  }

  private void awaitConnect() throws IOException {
    Thread.currentThread().setUncaughtExceptionHandler((_, bug) -> crashed.accept(bug));
    try {
      spoken.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(socket.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        spoken.countDown();
        out.write(bytes, from, length);
      }
    };
  }

  @Override
  public void shutdownInput() {
    // closing does
  }

  @Override
  public void close() throws IOException {
    spoken.countDown();
    tcp.close();
  }
}
