package io.cuewire.transport;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The senders a datagram listener has heard lately: the {@value #MAX} newest. */
final class Peers {
  static final int MAX = 64;

  private final List<Cidr> allow;
  private final Clock clock;
  private final Map<SocketAddress, Peer> peers = new ConcurrentHashMap<>();
  private SocketAddress last = new InetSocketAddress(0);
  private Optional<Peer> lastPeer = Optional.empty();

  Peers(List<Cidr> allow, Clock clock) {
    this.allow = allow;
    this.clock = clock;
  }

  static boolean allows(List<Cidr> allow, InetSocketAddress sender) {
    return allow.isEmpty() || allow.stream().anyMatch(c -> c.contains(sender.getAddress()));
  }

  /** The peer behind an address, or empty where it is not allowed. For the reading thread only. */
  Optional<Peer> of(InetSocketAddress sender) {
    if (!sender.equals(last)) {
      lastPeer = allows(allow, sender) ? find(sender).self() : Optional.empty();
    }
    last = sender;
    return lastPeer;
  }

  private Peer find(InetSocketAddress sender) {
    var known = peers.get(sender);
    if (known != null) {
      return known;
    }
    if (peers.size() >= MAX) {
      peers.entrySet().stream()
          .min(Comparator.comparingLong(e -> e.getValue().lastSeen()))
          .ifPresent(oldest -> peers.remove(oldest.getKey()));
    }
    var peer = new Peer(sender, clock.instant());
    peers.put(sender, peer);
    return peer;
  }

  List<Peer> all() {
    return List.copyOf(peers.values());
  }
}
