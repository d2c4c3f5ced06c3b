package io.cuewire.link;

import io.cuewire.fault.Guard;
import io.cuewire.message.Message;
import io.cuewire.routing.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lifelines between this node and all others of the show. They belong to the process, not to
 * the cluster: messages cross machines while the cluster system restarts, and a process that is
 * gone is known by its refusal.
 */
public final class Links implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.link");
  private static final int PING_MILLIS = 250;
  private static final long ACCEPT_PAUSE_NANOS = 100_000_000;

  /**
   * @param hello what this node says of itself
   * @param presence the same, as it changes: opaque text for the layer above
   * @param endpoints the endpoints of this node, by name
   * @param changed told of every change of a link
   * @param heard told of what another node says of itself
   * @param newsSoFar what a node is told as soon as it is reached: all news of before
   * @param news told of another node's news
   */
  public record Settings(
      Hello hello,
      InetSocketAddress bind,
      Map<String, InetSocketAddress> nodes,
      Supplier<String> presence,
      Function<String, Optional<? extends Target>> endpoints,
      BiConsumer<String, LinkState> changed,
      BiConsumer<Hello, String> heard,
      Supplier<String> newsSoFar,
      BiConsumer<Hello, String> news) {}

  private final Settings settings;
  private final ServerSocketChannel server;
  private final Map<String, NodeLink> links;
  private final Set<LinkConnection> accepted = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService pinger;

  /** Why nobody can call; of the accepting thread alone. */
  private String deaf = "";

  private Links(Settings settings, ServerSocketChannel server) {
    this.settings = settings;
    this.server = server;
    this.links =
        settings.nodes().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, e -> new NodeLink(e.getKey(), e.getValue(), this)));
    this.pinger =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("link pings").factory());
  }

  /** Binds the port; nothing is accepted or dialled before {@link #start}. */
  public static Links bind(Settings settings) throws IOException {
    var server = ServerSocketChannel.open();
    try {
      server.bind(settings.bind());
      return new Links(settings, server);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Accepts and dials. Of two nodes that start together one always reaches the other's port. */
  public void start() {
    Thread.ofVirtual().name("link accept").start(this::acceptAll);
    links.values().forEach(NodeLink::start);
    pinger.scheduleAtFixedRate(Guard.of(this::pingAll), 0, PING_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The link to another node of the show. */
  public NodeLink to(String node) {
    return links.get(node);
  }

  /** Tells all nodes that are reached at once, before everything else that goes to them. */
  public void tell(String news) {
    links.values().forEach(link -> link.news(news));
  }

  String newsSoFar() {
    return settings.newsSoFar().get();
  }

  String presence() {
    return settings.presence().get();
  }

  private void pingAll() {
    var presence = presence();
    links.values().forEach(link -> link.ping(presence));
  }

  Hello hello() {
    return settings.hello();
  }

  void changed(String node, LinkState state) {
    settings.changed().accept(node, state);
  }

  /** Refuses whoever is not the node it should be. */
  void check(String node, Hello theirs) throws IOException {
    if (!theirs.show().equals(hello().show())) {
      throw new IOException("it runs another show, '" + theirs.show() + "'");
    }
    if (!theirs.node().equals(node)) {
      throw new IOException("the node at this address calls itself '" + theirs.node() + "'");
    }
  }

  private void acceptAll() {
    while (server.isOpen()) {
      Guard.run(this::accept);
    }
  }

  private void accept() {
    try {
      var channel = server.accept();
      deaf = "";
      Thread.ofPlatform().daemon().name("link in").start(() -> serve(channel));
    } catch (IOException e) {
      if (server.isOpen()) { // out of file handles, for one
        cannotAccept(String.valueOf(e.getMessage()));
      }
    }
  }

  private void cannotAccept(String why) {
    if (!why.equals(deaf)) {
      LOG.error("the link port cannot take a connection: {}", why);
    }
    deaf = why;
    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
  }

  private void serve(SocketChannel channel) {
    try (channel;
        var connection = LinkConnection.greet(channel, hello())) {
      var theirs = connection.theirs();
      var back = links.get(theirs.node());
      if (back == null) {
        throw new IOException("'" + theirs.node() + "' is no node of this show");
      }
      check(theirs.node(), theirs);
      accepted.add(connection);
      try {
        back.heard();
        connection.run(incoming(theirs));
      } finally {
        accepted.remove(connection);
      }
    } catch (IOException e) {
      LOG.debug("link from {}: {}", channel, e.getMessage());
    } catch (RuntimeException bug) { // the other side dials again
      LOG.error("internal error in the link from {}", channel, bug);
    }
  }

  private void deliver(String endpoint, Message message) {
    settings.endpoints().apply(endpoint).ifPresent(target -> target.deliver(message));
  }

  /** A bug in what a message sets off is not the link's: it must not end the lifeline. */
  private LinkConnection.Incoming incoming(Hello theirs) {
    return new LinkConnection.Incoming() {
      @Override
      public void message(String endpoint, Message message) {
        Guard.run(() -> deliver(endpoint, message));
      }

      @Override
      public void ping(String presence) {
        Guard.run(() -> settings.heard().accept(theirs, presence));
      }

      @Override
      public void news(String text) {
        Guard.run(() -> settings.news().accept(theirs, text));
      }
    };
  }

  @Override
  public void close() {
    pinger.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      LOG.warn("closing the link port: {}", e.getMessage());
    }
    links.values().forEach(NodeLink::close);
    accepted.forEach(LinkConnection::close);
  }
}
