package io.cuewire.transport;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.message.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A TCP listener with any number of clients; what is sent goes to all of them. */
public final class TcpServer implements Transport {
  private static final int MAX_CLIENTS = 256;

  /** A client that sends no more, as one in a pipe does, gets its answers for so long. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  /**
   * @param maxFrame bytes of the largest frame that is read
   * @param budget of what waits in memory
   * @param queue makes the queue of one client
   */
  public record Settings(
      InetSocketAddress bind,
      Framing framing,
      int maxFrame,
      Budget budget,
      List<Cidr> allow,
      Supplier<OutboundQueue> queue) {}

  private final Settings settings;
  private final EndpointIo io;
  private final Wire wire;
  private final Events events;
  private final ServerSocketChannel channel;
  private final Thread acceptor;
  private final Set<StreamConnection> clients = ConcurrentHashMap.newKeySet();

  private TcpServer(
      Settings settings, EndpointIo io, Wire wire, Events events, ServerSocketChannel channel) {
    this.settings = settings;
    this.io = io;
    this.wire = wire;
    this.events = events;
    this.channel = channel;
    this.acceptor = Thread.ofVirtual().name(io.name() + " accept").unstarted(this::accept);
  }

  /** Binds the port. */
  public static TcpServer open(Settings settings, EndpointIo io, Wire wire, Events events)
      throws IOException {
    var channel = ServerSocketChannel.open();
    try {
      channel.bind(Addresses.resolved(settings.bind()));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new TcpServer(settings, io, wire, events, channel);
  }

  @Override
  public void start() {
    io.openServer(new Clients());
    acceptor.start();
  }

  private void accept() {
    try {
      while (channel.isOpen()) {
        acceptOne();
      }
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    }
  }

  /** Out of file handles, for one, is no reason to end the connections there are. */
  private void acceptOne() {
    try {
      welcome(channel.accept());
    } catch (ClosedChannelException closed) {
      return;
    } catch (IOException e) {
      io.sendFailed(Failure.of(e, "a client could not be taken"));
      LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
    }
  }

  private void welcome(SocketChannel client) throws IOException {
    try {
      var address = (InetSocketAddress) client.getRemoteAddress();
      if (!Peers.allows(settings.allow(), address)) {
        io.foreign(address);
        client.close();
      } else if (clients.size() >= MAX_CLIENTS) {
        io.lost("refused " + Peer.format(address) + ": " + MAX_CLIENTS + " clients are connected");
        client.close();
      } else {
        serve(client);
      }
    } catch (IOException goneAlready) {
      client.close();
    }
  }

  private void serve(SocketChannel client) throws IOException {
    var self = new StreamConnection[1];
    var connection =
        new StreamConnection(
            client,
            new StreamConnection.Settings(
                settings.framing(), settings.maxFrame(), settings.budget(), wire, LINGER),
            io,
            settings.queue().get(),
            _ -> forget(self[0]),
            events::crashed);
    self[0] = connection;
    connection.join(clients);
    connection.start();
    if (!channel.isOpen()) {
      connection.close();
      forget(connection);
    }
  }

  private void forget(StreamConnection client) {
    clients.remove(client);
    client.discard();
    io.left(client.peer());
  }

  /** Whoever is connected. */
  private final class Clients implements Sink {
    @Override
    public boolean send(Message message) {
      clients.forEach(client -> client.send(message));
      return true;
    }

    @Override
    public boolean stop(StopOrder order) {
      order.toAll(() -> clients.forEach(client -> client.stop(order)));
      return true;
    }

    @Override
    public void endStop(Optional<Message> signal) {
      clients.forEach(StreamConnection::endStop);
    }
  }

  @Override
  public boolean sendTo(String peer, Message message) {
    var client = clients.stream().filter(c -> c.peer().name().equals(peer)).findFirst();
    client.ifPresent(c -> c.send(message));
    return client.isPresent();
  }

  @Override
  public List<Peer> peers() {
    return clients.stream().map(StreamConnection::peer).toList();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      io.lastError("closing: " + e.getMessage());
    }
    Ending.await(acceptor); // only now is the port free
    clients.forEach(StreamConnection::close);
    clients.forEach(this::forget);
  }
}
