package io.cuewire.cluster;

import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Opener;
import io.cuewire.message.Message;
import io.cuewire.osc.OscProtocol;
import io.cuewire.osc.OscSettings;
import io.cuewire.osc.TimeTags;
import io.cuewire.show.HostPort;
import io.cuewire.show.Listen;
import io.cuewire.show.OutgoingMessage;
import io.cuewire.show.ProtocolKeys;
import io.cuewire.show.Queue;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.show.ShowNode;
import io.cuewire.transport.OutboundQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Turns what the show file says of an endpoint into what its node opens. */
final class EndpointFactory {
  private final Show show;
  private final ShowNode node;
  private final TimeTags timeTags;

  EndpointFactory(Show show, ShowNode node, TimeTags timeTags) {
    this.show = show;
    this.node = node;
    this.timeTags = timeTags;
  }

  EndpointSettings settings(ShowEndpoint e) {
    return new EndpointSettings(
        e.name(),
        e.protocol().word(),
        where(e),
        e.listen().isPresent(),
        e.canReceive(),
        e.canSend(),
        new Backoff(e.reconnect().min(), e.reconnect().max(), e.reconnect().attempts()),
        queue(e),
        e.silence(),
        opener(e));
  }

  /** The registry of protocols. */
  private Opener opener(ShowEndpoint e) {
    return switch (e.keys()) {
      case ProtocolKeys.Osc osc -> OscProtocol.opener(osc(e, osc), timeTags);
      case ProtocolKeys.Tcp _,
          ProtocolKeys.Udp _,
          ProtocolKeys.WebSocket _,
          ProtocolKeys.Http _,
          ProtocolKeys.Serial _,
          ProtocolKeys.Mqtt _ ->
          throw new IllegalStateException(e.name() + ": refused before the node starts");
    };
  }

  private OscSettings osc(ShowEndpoint e, ProtocolKeys.Osc osc) {
    return new OscSettings(
        switch (osc.transport()) {
          case UDP -> OscSettings.Transport.UDP;
          case TCP -> OscSettings.Transport.TCP;
          case TCP_SLIP -> OscSettings.Transport.TCP_SLIP;
        },
        bind(e),
        e.listen().isPresent(),
        e.listen().flatMap(l -> l.group()).map(InetAddress::ofLiteral),
        e.target().map(t -> InetSocketAddress.createUnresolved(t.host(), t.port())),
        e.target().filter(t -> isOurs(t, osc.transport())).isPresent(),
        e.allow(),
        onConnect(e),
        queue(e));
  }

  private InetSocketAddress bind(ShowEndpoint e) {
    var address = show.bindAddress(e, node.name()).orElse(node.host());
    return new InetSocketAddress(address, e.listen().map(Listen::port).orElse(0));
  }

  /** Whether an OSC listener of this show, on whichever node, hears what is sent there. */
  private boolean isOurs(HostPort target, ProtocolKeys.Osc.Transport transport) {
    var address = literal(target.host(), target.port());
    return show.endpoints().values().stream()
        .filter(e -> e.keys() instanceof ProtocolKeys.Osc osc && osc.transport() == transport)
        .anyMatch(e -> show.candidates(e).stream().anyMatch(on -> hears(e, on, address)));
  }

  /** Whether a listener hears what this node sends to an address. */
  private boolean hears(ShowEndpoint e, String on, InetSocketAddress target) {
    if (e.listen().isEmpty() || e.listen().get().port() != target.getPort()) {
      return false;
    }
    var group = e.listen().get().group();
    var bound = show.bindAddress(e, on).orElse("");
    var any = bound.equals("0.0.0.0") || bound.equals("::");
    if (any && group.isEmpty() && on.equals(node.name()) && isLoopback(target)) {
      return true;
    }
    var host = any ? show.nodes().get(on).host() : bound;
    return literal(group.orElse(host), target.getPort()).equals(target);
  }

  private static boolean isLoopback(InetSocketAddress address) {
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  /** Names are not looked up here: a node starts without a name server too. */
  private static InetSocketAddress literal(String host, int port) {
    if (host.equals("localhost")) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    } catch (IllegalArgumentException name) {
      return InetSocketAddress.createUnresolved(host, port);
    }
  }

  private static List<Message> onConnect(ShowEndpoint e) {
    return e.onConnect().stream()
        .map(m ->
            switch (m) {
              case OutgoingMessage.Addressed a -> Message.of(a.address(), a.args());
              case OutgoingMessage.Text t -> Message.of("/text", List.of(t.text()));
            })
        .toList();
  }

  private static Supplier<OutboundQueue> queue(ShowEndpoint e) {
    var full =
        e.queue().full() == Queue.Full.LATEST
            ? OutboundQueue.Full.LATEST
            : OutboundQueue.Full.DROP_OLDEST;
    return () -> new OutboundQueue(e.queue().size(), full);
  }

  /** For people: {@code 127.0.0.1:9000}, {@code to 127.0.0.1:9001}. */
  private String where(ShowEndpoint e) {
    var listen = e.listen().map(l -> l.group().isPresent() ? l.toString() : bindText(e));
    var target = e.target().map(t -> "to " + t);
    return listen.isPresent() && target.isPresent()
        ? listen.get() + " and " + target.get()
        : listen.or(() -> target).orElse(e.name());
  }

  private String bindText(ShowEndpoint e) {
    var host = show.bindAddress(e, node.name()).orElse(node.host());
    return new HostPort(host, e.listen().orElseThrow().port()).toString();
  }

  /** The settings of every endpoint that this node runs or would take over. */
  static Collection<ShowEndpoint> carriedBy(String node, Show show) {
    return show.endpoints().values().stream()
        .filter(e -> show.candidates(e).contains(node))
        .toList();
  }
}
