package io.cuewire.transport;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** One other end of an endpoint, with what passed between the two. */
public final class Peer {
  private final String name;
  private final Instant since;
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final Optional<Peer> self = Optional.of(this);
  private volatile long lastSeen;

  Peer(InetSocketAddress address, Instant since) {
    this.name = format(address);
    this.since = since;
  }

  /** {@code IP:PORT}, an IPv6 address in brackets. */
  public static String format(InetSocketAddress address) {
    var ip =
        address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
  }

  public String name() {
    return name;
  }

  /** Itself, wrapped once. */
  Optional<Peer> self() {
    return self;
  }

  public Instant since() {
    return since;
  }

  public long in() {
    return in.sum();
  }

  public long out() {
    return out.sum();
  }

  void received(long now) {
    in.increment();
    lastSeen = now;
  }

  void sent() {
    out.increment();
  }

  long lastSeen() {
    return lastSeen;
  }
}
