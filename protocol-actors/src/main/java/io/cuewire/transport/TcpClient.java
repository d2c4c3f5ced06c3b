package io.cuewire.transport;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.message.Message;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/** A TCP connection that this endpoint makes. */
public final class TcpClient implements Transport {
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final StreamConnection connection;
  private final EndpointIo io;
  private final List<Message> first;

  /**
   * @param server by name or address
   * @param maxFrame bytes of the largest frame that is read
   * @param budget of what waits in memory
   * @param onConnect sent first on each connection
   */
  public record Settings(
      InetSocketAddress server,
      Framing framing,
      int maxFrame,
      Budget budget,
      List<Message> onConnect) {}

  private TcpClient(StreamConnection connection, EndpointIo io, List<Message> first) {
    this.connection = connection;
    this.io = io;
    this.first = first;
  }

  /** Connects; blocks for at most {@value #CONNECT_TIMEOUT_MILLIS} ms. */
  public static TcpClient open(Settings settings, EndpointIo io, Wire wire, Events events)
      throws IOException {
    var address = Addresses.resolved(settings.server());
    var channel = SocketChannel.open();
    try {
      channel.socket().connect(address, CONNECT_TIMEOUT_MILLIS);
      if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
        // a free local port can be connected to itself: nobody else is there
        throw new ConnectException("Connection refused");
      }
      var connection =
          new StreamConnection(
              channel,
              new StreamConnection.Settings(
                  settings.framing(), settings.maxFrame(), settings.budget(), wire, Duration.ZERO),
              io,
              io.queue(),
              events::lost,
              events::crashed);
      return new TcpClient(connection, io, settings.onConnect());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void start() {
    io.open(_ -> false, first); // only the connection's own thread writes
    connection.start();
  }

  @Override
  public List<Peer> peers() {
    return List.of(connection.peer());
  }

  @Override
  public void close() {
    connection.close();
  }
}
