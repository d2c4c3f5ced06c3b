package io.cuewire.transport;

import io.cuewire.message.Message;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The senders that a listener without connections has heard lately: the {@value #MAX} newest. */
public final class Peers {
  static final int MAX = 64;

  private final List<Cidr> allow;
  private final Clock clock;
  private final BiConsumer<InetSocketAddress, Message> reply;
  private final Map<SocketAddress, Peer> peers = new ConcurrentHashMap<>();
  private volatile Last last = new Last(new InetSocketAddress(0), Optional.empty());

  /** The newest, who often is the next one too. */
  private record Last(SocketAddress sender, Optional<Peer> peer) {}

  /**
   * @param reply sends a message to one of them
   */
  public Peers(List<Cidr> allow, Clock clock, BiConsumer<InetSocketAddress, Message> reply) {
    this.allow = allow;
    this.clock = clock;
    this.reply = reply;
  }

  public static boolean allows(List<Cidr> allow, InetSocketAddress sender) {
    return allow.isEmpty() || allow.stream().anyMatch(c -> c.contains(sender.getAddress()));
  }

  /** The peer behind an address, or empty where it is not allowed. */
  public Optional<Peer> of(InetSocketAddress sender) {
    var before = last;
    if (sender.equals(before.sender())) {
      return before.peer();
    }
    var peer = allows(allow, sender) ? find(sender).self() : Optional.<Peer>empty();
    last = new Last(sender, peer);
    return peer;
  }

  private synchronized Peer find(InetSocketAddress sender) {
    var known = peers.get(sender);
    if (known != null) {
      return known;
    }
    if (peers.size() >= MAX) {
      peers.entrySet().stream()
          .min(Comparator.comparingLong(e -> e.getValue().lastSeen()))
          .ifPresent(oldest -> peers.remove(oldest.getKey()));
    }
    var name = Peer.format(sender);
    var peer = new Peer(name, clock.instant(), message -> reply.accept(sender, message));
    peers.put(sender, peer);
    return peer;
  }

  /** One that was heard lately. */
  Optional<Peer> known(InetSocketAddress sender) {
    return Optional.ofNullable(peers.get(sender));
  }

  public List<Peer> all() {
    return List.copyOf(peers.values());
  }

  /** Sends to the one of that name; false where nobody of that name was heard. */
  boolean reply(String name, Message message) {
    var peer = peers.values().stream().filter(p -> p.name().equals(name)).findFirst();
    peer.ifPresent(p -> p.reply(message));
    return peer.isPresent();
  }
}
