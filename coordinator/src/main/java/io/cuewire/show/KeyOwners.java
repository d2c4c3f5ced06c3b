package io.cuewire.show;

import static io.cuewire.show.Protocol.HTTP;
import static io.cuewire.show.Protocol.MQTT;
import static io.cuewire.show.Protocol.OSC;
import static io.cuewire.show.Protocol.SERIAL;
import static io.cuewire.show.Protocol.TCP;
import static io.cuewire.show.Protocol.UDP;
import static io.cuewire.show.Protocol.WEBSOCKET;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which protocols an endpoint's key belongs to. */
final class KeyOwners {
  private static final List<String> COMMON =
      List.of("protocol", "on", "reconnect", "queue", "on-connect", "silence", "emergency");
  private static final Map<String, Set<Protocol>> OWNERS = owners();

  private KeyOwners() {}

  private static Map<String, Set<Protocol>> owners() {
    var owners = new HashMap<String, Set<Protocol>>();
    var listeners = EnumSet.of(OSC, TCP, UDP, WEBSOCKET, HTTP);
    belong(owners, listeners, "listen", "bind", "allow");
    belong(owners, EnumSet.of(OSC, UDP), "send");
    belong(owners, EnumSet.of(OSC, TCP, WEBSOCKET), "connect");
    belong(owners, EnumSet.of(TCP, UDP, SERIAL, WEBSOCKET, MQTT), "handle");
    belong(owners, EnumSet.of(OSC), "transport");
    belong(owners, EnumSet.of(TCP, SERIAL), "framing");
    belong(owners, EnumSet.of(TCP), "max-frame");
    belong(owners, EnumSet.of(WEBSOCKET), "path", "ping");
    belong(owners, EnumSet.of(HTTP), "request", "files", "method", "headers", "timeout");
    belong(
        owners, EnumSet.of(SERIAL), "device", "baud", "data-bits", "parity", "stop-bits", "flow");
    belong(owners, EnumSet.of(MQTT), "broker", "subscribe", "prefix", "qos", "retain");
    belong(owners, EnumSet.of(MQTT), "username", "password", "client-id", "tls");
    return owners;
  }

  private static void belong(
      Map<String, Set<Protocol>> owners, Set<Protocol> protocols, String... keys) {
    for (var key : keys) {
      owners.put(key, protocols);
    }
  }

  /** Every key that any endpoint may have. */
  static List<String> all() {
    return Stream.concat(COMMON.stream(), OWNERS.keySet().stream()).toList();
  }

  static boolean allows(String key, Protocol protocol) {
    return OWNERS.getOrDefault(key, EnumSet.allOf(Protocol.class)).contains(protocol);
  }

  /** Why a key that other protocols have is wrong here. */
  static Optional<String> explanation(String key, String endpoint, Protocol protocol) {
    return Optional.ofNullable(OWNERS.get(key))
        .filter(owners -> !owners.contains(protocol))
        .map(owners ->
            "'"
                + key
                + "' belongs to "
                + owners.stream().map(Protocol::word).collect(Collectors.joining(", "))
                + "; "
                + endpoint
                + " speaks "
                + protocol.word());
  }
}
