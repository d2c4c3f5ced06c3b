package io.cuewire.show;

import io.cuewire.text.HandleRule;
import io.cuewire.transport.Cidr;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A named connection to the world: a listener, a client or a device, speaking one protocol.
 *
 * @param listen what a listener listens on (osc, udp, tcp, websocket, http)
 * @param send where datagrams go (osc, udp), or the server of an osc client over TCP
 * @param connect the server of a client (tcp, websocket, osc over TCP)
 * @param request the base URL of an http client
 * @param broker the URL of an mqtt broker
 * @param device the path of a serial port
 * @param bind the address a listener binds; default the node's {@code bind}
 * @param queue what waits to be sent
 * @param onConnect messages sent each time the connection is made
 * @param silence connected, but nothing received for this long: {@code stale}
 * @param allow senders that a listener hears; empty, all
 * @param handle own recognition of text frames, first match wins
 * @param emergency what it sends on an emergency stop
 * @param keys those of its protocol alone
 */
public record ShowEndpoint(
    String name,
    On on,
    Optional<Listen> listen,
    Optional<HostPort> send,
    Optional<HostPort> connect,
    Optional<URI> request,
    Optional<URI> broker,
    Optional<String> device,
    Optional<String> bind,
    Reconnect reconnect,
    Queue queue,
    List<OutgoingMessage> onConnect,
    Optional<Duration> silence,
    List<Cidr> allow,
    List<HandleRule> handle,
    StopSignal emergency,
    ProtocolKeys keys) {

  public ShowEndpoint {
    onConnect = List.copyOf(onConnect);
    allow = List.copyOf(allow);
    handle = List.copyOf(handle);
  }

  public Protocol protocol() {
    return keys.protocol();
  }

  /** Where an osc, udp or tcp endpoint sends or connects to, whichever word says it. */
  public Optional<HostPort> target() {
    return send.or(() -> connect);
  }

  /** The URL that a websocket client connects to. */
  public Optional<URI> webSocketUrl() {
    return keys instanceof ProtocolKeys.WebSocket socket
        ? socket
            .url()
            .or(() -> connect.map(to -> URI.create("ws://" + to + socket.path().orElse("/"))))
        : Optional.empty();
  }

  /** True when a route may lead to it. A server of connections sends to its clients. */
  public boolean canSend() {
    return switch (keys) {
      case ProtocolKeys.Osc osc -> isStream(osc) || send.isPresent();
      case ProtocolKeys.Udp _ -> send.isPresent();
      case ProtocolKeys.Http _ -> request.isPresent();
      case ProtocolKeys.Tcp _,
          ProtocolKeys.WebSocket _,
          ProtocolKeys.Serial _,
          ProtocolKeys.Mqtt _ ->
          true;
    };
  }

  /** True when messages can arrive there. An http client receives the replies. */
  public boolean canReceive() {
    return switch (keys) {
      case ProtocolKeys.Osc osc -> isStream(osc) || listen.isPresent();
      case ProtocolKeys.Udp _ -> listen.isPresent();
      case ProtocolKeys.Mqtt mqtt -> !mqtt.subscribe().isEmpty();
      case ProtocolKeys.Tcp _,
          ProtocolKeys.WebSocket _,
          ProtocolKeys.Http _,
          ProtocolKeys.Serial _ ->
          true;
    };
  }

  /** True when what it listens on is a UDP port, not a TCP port. */
  public boolean isDatagram() {
    return switch (keys) {
      case ProtocolKeys.Osc osc -> !isStream(osc);
      case ProtocolKeys.Udp _ -> true;
      case ProtocolKeys.Tcp _,
          ProtocolKeys.WebSocket _,
          ProtocolKeys.Http _,
          ProtocolKeys.Serial _,
          ProtocolKeys.Mqtt _ ->
          false;
    };
  }

  private static boolean isStream(ProtocolKeys.Osc osc) {
    return osc.transport() != ProtocolKeys.Osc.Transport.UDP;
  }
}
