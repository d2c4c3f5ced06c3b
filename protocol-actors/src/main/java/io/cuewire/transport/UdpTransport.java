package io.cuewire.transport;

import io.cuewire.fault.Guard;
import io.cuewire.message.Message;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams in, out or both, over one socket. One thread reads; whichever thread routes a message
 * here sends it. The socket never blocks: what the system does not take at once waits in the queue.
 */
public final class UdpTransport implements Transport {
  /** The largest payload of a UDP datagram over IPv4, in bytes. */
  static final int MAX_PAYLOAD = 65507;

  private static final int SOCKET_BUFFER = 4 << 20;
  private static final long FULL_SOCKET_PAUSE_NANOS = 200_000;

  /** Sends stops again, those of all endpoints. */
  private static final ScheduledExecutorService REPEATING =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("stop again").factory());

  /**
   * @param bind the local address; of a sender only the interface for multicast, with port 0
   * @param group the multicast group to join on {@code bind}'s interface
   * @param target where messages go, by name or address
   * @param allow whose datagrams are taken; empty for everybody's
   */
  public record Settings(
      InetSocketAddress bind,
      boolean listens,
      Optional<InetAddress> group,
      Optional<InetSocketAddress> target,
      List<Cidr> allow) {

    private Settings resolved() throws UnknownHostException {
      var to = target.isPresent() ? Optional.of(Addresses.resolved(target.get())) : target;
      return new Settings(Addresses.resolved(bind), listens, group, to, allow);
    }
  }

  private final boolean listens;
  private final List<Message> first;
  private final EndpointIo io;
  private final Wire wire;
  private final Events events;
  private final DatagramChannel channel;
  private final Peers peers;
  private final Selector selector;
  private final Optional<Peer> targetPeer;
  private final InetSocketAddress target;
  private final Thread drainer;

  private UdpTransport(
      Settings settings, List<Message> first, EndpointIo io, Wire wire, Events events)
      throws IOException {
    this.listens = settings.listens();
    this.first = first;
    this.io = io;
    this.wire = wire;
    this.events = events;
    this.peers = new Peers(settings.allow(), io.clock(), this::reply);
    this.target = settings.target().orElse(settings.bind());
    this.targetPeer =
        settings
            .target()
            .map(_ -> new Peer(Peer.format(target), io.clock().instant(), io::deliverEvenStopped));
    if (targetPeer.isPresent()) {
      proveReachable(target);
    }
    this.drainer = Thread.ofVirtual().name(io.name() + " queue").unstarted(this::drainQueue);
    this.channel = DatagramChannel.open(family(settings));
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    try {
      configure(settings);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens the socket.
   *
   * @throws IOException when the port is taken, the host unknown or not reachable …
   */
  public static UdpTransport open(
      Settings settings, List<Message> first, EndpointIo io, Wire wire, Events events)
      throws IOException {
    return new UdpTransport(settings.resolved(), first, io, wire, events);
  }

  @Override
  public void start() {
    if (targetPeer.isPresent()) {
      io.open(new ToTarget(), first);
      drainer.start();
    }
    if (listens) {
      Thread.ofPlatform().daemon().name(io.name() + " in").start(this::read);
    }
  }

  private ProtocolFamily family(Settings settings) throws IOException {
    var v4 = settings.bind().getAddress() instanceof Inet4Address;
    if (targetPeer.isEmpty() || v4 == target.getAddress() instanceof Inet4Address) {
      return v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }
    if (settings.listens()) {
      throw new ConnectException(
          "listens on IPv4 and sends to IPv6, or the other way: unreachable");
    }
    return v4 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  /** Connecting a datagram socket sends nothing, and fails where the system knows no way. */
  private static void proveReachable(InetSocketAddress target) throws IOException {
    try (var probe = DatagramChannel.open()) {
      probe.setOption(StandardSocketOptions.SO_BROADCAST, true);
      probe.connect(target);
    }
  }

  private void configure(Settings settings) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER); // the system caps it
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
    channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
    var local = settings.bind().getAddress();
    var nic = Optional.ofNullable(NetworkInterface.getByInetAddress(local));
    if (nic.isPresent() && target.getAddress().isMulticastAddress()) {
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, nic.get());
    }
    if (settings.group().isPresent()) {
      // several programs of a machine may listen to a group, and only its datagrams are wanted
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(settings.group().get(), settings.bind().getPort()));
      channel.join(settings.group().get(), nic.isPresent() ? nic.get() : anyMulticastInterface());
    } else {
      channel.bind(settings.listens() ? settings.bind() : null);
    }
    if (settings.listens()) {
      channel.register(selector, SelectionKey.OP_READ);
    }
  }

  private static NetworkInterface anyMulticastInterface() throws IOException {
    return NetworkInterface.networkInterfaces()
        .filter(UdpTransport::carriesMulticast)
        .findFirst()
        .orElseThrow(() -> new IOException("no network interface carries multicast"));
  }

  private static boolean carriesMulticast(NetworkInterface nic) {
    try {
      return nic.isUp() && nic.supportsMulticast() && !nic.isLoopback();
    } catch (IOException gone) {
      return false;
    }
  }

  private void read() {
    var buffer = ByteBuffer.allocateDirect(MAX_PAYLOAD + 1);
    var reader = wire.reader(io);
    try {
      while (selector.isOpen()) {
        selector.select(UdpTransport::readable);
        while (readOne(buffer, reader)) {}
      }
    } catch (ClosedChannelException | ClosedSelectorException closed) {
      return;
    } catch (IOException e) {
      events.lost(Failure.of(e, io.name()));
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    }
  }

  /** There is one channel only, which is then read until it is empty. */
  private static void readable(SelectionKey key) {}

  private boolean readOne(ByteBuffer buffer, Wire.Reader reader) throws IOException {
    var sender = (InetSocketAddress) channel.receive(buffer.clear());
    if (sender == null) {
      return false;
    }
    var size = buffer.position();
    var peer = peers.of(sender);
    if (peer.isPresent()) {
      reader.read(buffer.clear(), 0, size, peer.get());
    } else {
      io.foreign(sender);
    }
    return true;
  }

  private boolean send(Message message) {
    return send(message, target, targetPeer);
  }

  /** Sends from whichever thread. */
  private final class ToTarget implements Sink {
    @Override
    public boolean send(Message message) {
      return UdpTransport.this.send(message);
    }

    @Override
    public boolean sendsItself() {
      return true;
    }

    @Override
    public boolean stop(StopOrder order) {
      if (!order.sends()) {
        return true;
      }
      var sent = send(order.once());
      if (order.stop().repeat() > 1) {
        repeatAfter(Stop.REPEAT_AFTER.toNanos(), order, 2);
      }
      return sent;
    }
  }

  private void repeatAfter(long nanos, StopOrder order, int time) {
    REPEATING.schedule(Guard.of(() -> repeat(order, time)), nanos, TimeUnit.NANOSECONDS);
  }

  private void repeat(StopOrder order, int time) {
    if (!order.isInForce() || !channel.isOpen()) {
      return;
    }
    if (!send(order.again())) {
      repeatAfter(FULL_SOCKET_PAUSE_NANOS, order, time);
    } else if (time < order.stop().repeat()) {
      repeatAfter(Stop.REPEAT_AFTER.toNanos(), order, time + 1);
    }
  }

  private void reply(InetSocketAddress peer, Message message) {
    if (!io.isWithheld() && !send(message, peer, peers.known(peer))) {
      io.lost("a reply to " + Peer.format(peer) + " could not be sent at once");
    }
  }

  private boolean send(Message message, InetSocketAddress to, Optional<Peer> peer) {
    try {
      var payload = wire.encode(message);
      if (payload.remaining() > MAX_PAYLOAD) {
        io.sendFailed(
            message,
            new Failure(
                "too large",
                "a message of " + payload.remaining() + " bytes is too large for UDP"));
        return true;
      }
      if (channel.send(payload, to) == 0) {
        return false; // the system's buffer is full
      }
      io.sent(message, peer);
    } catch (ClosedChannelException closed) {
      return false;
    } catch (IOException e) {
      var failure = Failure.of(e, Peer.format(to));
      io.sendFailed(message, failure);
      if (to == target && failure.reason().equals("unreachable")) {
        events.lost(failure);
      }
    } catch (RuntimeException bug) {
      events.crashed(bug); // this endpoint's, not that of whoever routes to it
    }
    return true;
  }

  /** Sends what had to wait. */
  private void drainQueue() {
    var unsent = new ArrayDeque<Message>();
    try {
      while (channel.isOpen()) {
        unsent.addAll(io.queue().take(64));
        while (channel.isOpen() && !unsent.isEmpty() && !io.queue().isOvertaken()) {
          if (io.isWithheld(unsent.peek()) || send(unsent.peek())) {
            unsent.remove();
          } else {
            LockSupport.parkNanos(FULL_SOCKET_PAUSE_NANOS);
          }
        }
        if (channel.isOpen()) {
          io.overtaken(unsent.size());
          unsent.clear();
        }
        io.queue().sent();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      io.overtaken(io.queue().prepend(List.copyOf(unsent))); // for the next transport
    }
  }

  @Override
  public List<Peer> peers() {
    return peers.all();
  }

  @Override
  public boolean sendTo(String peer, Message message) {
    return peers.reply(peer, message);
  }

  @Override
  public void close() {
    try {
      channel.close();
      selector.close(); // only now is the port free
    } catch (IOException e) {
      io.lastError("closing: " + e.getMessage());
    }
    drainer.interrupt();
    Ending.await(drainer); // before the next transport takes from the queue
  }
}
