package io.cuewire.transport;

import io.cuewire.message.Message;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** One other end of an endpoint, with what passed between the two. */
public final class Peer {
  private final String name;
  private final Instant since;
  private final Consumer<Message> reply;
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final Optional<Peer> self = Optional.of(this);
  private volatile long lastSeen;

  /**
   * @param reply sends to this peer alone, from any thread
   */
  public Peer(String name, Instant since, Consumer<Message> reply) {
    this.name = name;
    this.since = since;
    this.reply = reply;
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

  /** Answers on the connection that asked. */
  public void reply(Message message) {
    reply.accept(message);
  }

  /** Itself, wrapped once. */
  public Optional<Peer> self() {
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
