package io.cuewire.cluster;

import io.cuewire.codec.Budget;
import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Opener;
import io.cuewire.http.HttpListenerSettings;
import io.cuewire.http.HttpProtocol;
import io.cuewire.http.HttpRequestSettings;
import io.cuewire.message.Message;
import io.cuewire.mqtt.MqttProtocol;
import io.cuewire.mqtt.MqttSettings;
import io.cuewire.osc.OscProtocol;
import io.cuewire.osc.OscSettings;
import io.cuewire.osc.TimeTags;
import io.cuewire.serial.SerialProtocol;
import io.cuewire.serial.SerialSettings;
import io.cuewire.show.HostPort;
import io.cuewire.show.Listen;
import io.cuewire.show.OutgoingMessage;
import io.cuewire.show.ProtocolKeys;
import io.cuewire.show.Queue;
import io.cuewire.show.Secret;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.show.ShowNode;
import io.cuewire.show.StopSignal;
import io.cuewire.text.TextWire;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.TcpClient;
import io.cuewire.transport.TcpServer;
import io.cuewire.transport.UdpTransport;
import io.cuewire.transport.Wire;
import io.cuewire.websocket.WebSocketClient;
import io.cuewire.websocket.WebSocketProtocol;
import io.cuewire.websocket.WebSocketServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Turns what the show file says of an endpoint into what its node opens. */
final class EndpointFactory {
  /** Bytes that unfinished frames of all connections of a node may hold together. */
  private static final long INCOMING_BYTES = 12 << 20;

  /** Bytes that may wait in all queues of a node together. */
  private static final long OUTGOING_BYTES = 16 << 20;

  private final Show show;
  private final ShowNode node;
  private final TimeTags timeTags;
  private final ShowControl control;
  private final Path folder;
  private final Budget incoming = new Budget(INCOMING_BYTES);
  private final Budget outgoing = new Budget(OUTGOING_BYTES);

  /**
   * @param folder where the paths in the show begin
   */
  EndpointFactory(Show show, ShowNode node, TimeTags timeTags, ShowControl control, Path folder) {
    this.show = show;
    this.node = node;
    this.timeTags = timeTags;
    this.control = control;
    this.folder = folder;
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
        stop(e),
        e.silence(),
        opener(e));
  }

  /** The registry of protocols. */
  private Opener opener(ShowEndpoint e) {
    return switch (e.keys()) {
      case ProtocolKeys.Osc osc -> OscProtocol.opener(osc(e, osc), timeTags);
      case ProtocolKeys.Tcp tcp -> tcp(e, tcp);
      case ProtocolKeys.Udp _ -> udp(e);
      case ProtocolKeys.WebSocket webSocket -> webSocket(e, webSocket);
      case ProtocolKeys.Http http -> http(e, http);
      case ProtocolKeys.Serial serial -> serial(e, serial);
      case ProtocolKeys.Mqtt mqtt -> MqttProtocol.opener(mqtt(e, mqtt), control);
    };
  }

  private Opener tcp(ShowEndpoint e, ProtocolKeys.Tcp tcp) {
    var wire = text(e, ProtocolKeys.Tcp.class::isInstance);
    if (e.listen().isPresent()) {
      var settings =
          new TcpServer.Settings(
              bind(e), tcp.framing(), tcp.maxFrame(), incoming, e.allow(), queue(e));
      return (io, events) -> TcpServer.open(settings, io, wire, events);
    }
    var settings =
        new TcpClient.Settings(
            target(e).orElseThrow(), tcp.framing(), tcp.maxFrame(), incoming, onConnect(e));
    return (io, events) -> TcpClient.open(settings, io, wire, events);
  }

  private Opener udp(ShowEndpoint e) {
    var wire = text(e, ProtocolKeys.Udp.class::isInstance);
    var settings =
        new UdpTransport.Settings(bind(e), e.listen().isPresent(), group(e), target(e), e.allow());
    return (io, events) -> UdpTransport.open(settings, onConnect(e), io, wire, events);
  }

  private Opener http(ShowEndpoint e, ProtocolKeys.Http http) {
    if (e.listen().isPresent()) {
      var settings =
          new HttpListenerSettings(
              bind(e), http.files().map(folder::resolve), e.allow(), show.origins(), incoming);
      return HttpProtocol.opener(settings, control);
    }
    var headers = new LinkedHashMap<String, String>();
    http.headers().forEach((name, value) -> headers.put(name, value.value()));
    return HttpProtocol.opener(
        new HttpRequestSettings(
            e.request().orElseThrow(), http.method(), headers, http.timeout(), onConnect(e)));
  }

  private Opener serial(ShowEndpoint e, ProtocolKeys.Serial serial) {
    var settings =
        new SerialSettings(
            e.device().orElseThrow(),
            serial.baud(),
            serial.dataBits(),
            serial.parity(),
            serial.stopBits(),
            serial.flow(),
            serial.framing(),
            ProtocolKeys.Serial.MAX_FRAME,
            incoming,
            onConnect(e));
    return SerialProtocol.opener(settings, new TextWire(e.handle(), false, control));
  }

  private Opener webSocket(ShowEndpoint e, ProtocolKeys.WebSocket webSocket) {
    var packets = OscProtocol.packets(timeTags);
    if (e.listen().isPresent()) {
      return WebSocketProtocol.server(
          new WebSocketServer.Settings(
              bind(e),
              webSocket.path(),
              webSocket.ping(),
              e.allow(),
              show.origins(),
              e.handle(),
              control,
              packets,
              incoming,
              clientQueue(e)));
    }
    return WebSocketProtocol.client(
        new WebSocketClient.Settings(
            e.webSocketUrl().orElseThrow(),
            webSocket.ping(),
            e.handle(),
            control,
            packets,
            incoming,
            onConnect(e)));
  }

  /** Text frames; {@code same} are the endpoints that speak with this one. */
  private Wire text(ShowEndpoint e, Predicate<ProtocolKeys> same) {
    return new TextWire(e.handle(), e.target().filter(t -> isOurs(t, same)).isPresent(), control);
  }

  private static Optional<InetAddress> group(ShowEndpoint e) {
    return e.listen().flatMap(Listen::group).map(InetAddress::ofLiteral);
  }

  private static Optional<InetSocketAddress> target(ShowEndpoint e) {
    return e.target().map(t -> InetSocketAddress.createUnresolved(t.host(), t.port()));
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
        group(e),
        target(e),
        e.target().filter(t -> isOurs(t, osc::equals)).isPresent(),
        incoming,
        e.allow(),
        onConnect(e),
        queue(e));
  }

  private MqttSettings mqtt(ShowEndpoint e, ProtocolKeys.Mqtt mqtt) {
    var url = e.broker().orElseThrow();
    var secure = List.of("ssl", "mqtts").contains(url.getScheme());
    var tls =
        mqtt.tls().or(() -> secure ? Optional.of(ProtocolKeys.Mqtt.Tls.PLAIN) : Optional.empty());
    var port = tls.isPresent() ? MqttSettings.TLS_PORT : MqttSettings.PORT;
    var host = url.getHost().replaceAll("[\\[\\]]", ""); // of an IPv6 address
    return new MqttSettings(
        InetSocketAddress.createUnresolved(host, url.getPort() < 0 ? port : url.getPort()),
        tls.map(files ->
            new MqttSettings.Tls(
                files.ca().map(folder::resolve),
                files.certificate().map(folder::resolve),
                files.key().map(folder::resolve))),
        mqtt.username(),
        mqtt.password().map(Secret::value),
        mqtt.clientId(),
        mqtt.subscribe(),
        mqtt.prefix(),
        mqtt.qos(),
        mqtt.retain(),
        show.name(),
        node.name(),
        e.handle(),
        onConnect(e),
        incoming);
  }

  private InetSocketAddress bind(ShowEndpoint e) {
    var address = show.bindAddress(e, node.name()).orElse(node.host());
    return InetSocketAddress.createUnresolved(
        address, e.listen().map(Listen::port).orElse(0)); // looked up whenever it is opened
  }

  /** Whether a listener of this show, on whichever node, hears what is sent there. */
  private boolean isOurs(HostPort target, Predicate<ProtocolKeys> same) {
    var address = literal(target.host(), target.port());
    return show.endpoints().values().stream()
        .filter(e -> same.test(e.keys()))
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
    if (any
        && group.isEmpty()
        && (isBroadcast(target) || (on.equals(node.name()) && isOfThisMachine(target)))) {
      return true;
    }
    var host = any ? show.nodes().get(on).host() : bound;
    return literal(group.orElse(host), target.getPort()).equals(target);
  }

  /**
   * As far as an address tells: networks that end at other borders than those of bytes are rare.
   */
  private static boolean isBroadcast(InetSocketAddress target) {
    return !target.isUnresolved() && target.getAddress().getHostAddress().endsWith(".255");
  }

  private static boolean isOfThisMachine(InetSocketAddress target) {
    try {
      return !target.isUnresolved()
          && (target.getAddress().isLoopbackAddress()
              || NetworkInterface.getByInetAddress(target.getAddress()) != null);
    } catch (SocketException unknown) {
      return false;
    }
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
    return e.onConnect().stream().map(EndpointFactory::message).toList();
  }

  private static Message message(OutgoingMessage message) {
    return switch (message) {
      case OutgoingMessage.Addressed a -> Message.of(a.address(), a.args());
      case OutgoingMessage.Text t -> Message.of("/text", List.of(t.text()));
    };
  }

  /** What it sends on an emergency stop (contract section 5). */
  private static Optional<Message> stop(ShowEndpoint e) {
    if (!e.canSend()) {
      return Optional.empty();
    }
    return switch (e.emergency()) {
      case StopSignal.Default _ -> Optional.of(defaultStop(e.keys()));
      case StopSignal.Off _ -> Optional.empty();
      case StopSignal.Instead(var message) -> Optional.of(message(message));
    };
  }

  private static Message defaultStop(ProtocolKeys protocol) {
    return switch (protocol) {
      case ProtocolKeys.Tcp _, ProtocolKeys.Udp _, ProtocolKeys.Serial _ ->
          Message.of("/text", List.of("CMD:EMERGENCY_STOP"));
      case ProtocolKeys.Osc _, ProtocolKeys.WebSocket _, ProtocolKeys.Http _, ProtocolKeys.Mqtt _ ->
          Message.of("/emergency_stop", List.of(1));
    };
  }

  private Supplier<OutboundQueue> queue(ShowEndpoint e) {
    var full =
        e.queue().full() == Queue.Full.LATEST
            ? OutboundQueue.Full.LATEST
            : OutboundQueue.Full.DROP_OLDEST;
    return () -> new OutboundQueue(e.queue().size(), full, outgoing);
  }

  /** What a client of a WebSocket server gets late is at least the newest. */
  private Supplier<OutboundQueue> clientQueue(ShowEndpoint e) {
    var full =
        e.queue().full() == Queue.Full.LATEST
            ? OutboundQueue.Full.LATEST
            : OutboundQueue.Full.DROP_SUPERSEDED;
    return () -> new OutboundQueue(e.queue().size(), full, outgoing);
  }

  /** For people: {@code 127.0.0.1:9000}, {@code to 127.0.0.1:9001}. */
  private String where(ShowEndpoint e) {
    var listen = e.listen().map(l -> l.group().isPresent() ? l.toString() : bindText(e));
    var target =
        e.target()
            .map(HostPort::toString)
            .or(() ->
                e.webSocketUrl().or(e::request).or(e::broker).map(EndpointFactory::withoutSecrets))
            .map(t -> "to " + t)
            .or(e::device);
    return listen.isPresent() && target.isPresent()
        ? listen.get() + " and " + target.get()
        : listen.or(() -> target).orElse(e.name());
  }

  /** A query may hold a key of the service. */
  private static String withoutSecrets(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  private String bindText(ShowEndpoint e) {
    var host = show.bindAddress(e, node.name()).orElse(node.host());
    return new HostPort(host, e.listen().orElseThrow().port()).toString();
  }

  /** Every endpoint that this node runs or would take over. */
  static Collection<ShowEndpoint> carriedBy(String node, Show show) {
    return show.endpoints().values().stream()
        .filter(e -> show.candidates(e).contains(node))
        .toList();
  }
}
