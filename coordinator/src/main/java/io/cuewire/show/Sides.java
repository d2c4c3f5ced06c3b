package io.cuewire.show;

import io.cuewire.show.ProtocolKeys.Osc;
import io.cuewire.show.ProtocolKeys.WebSocket;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What makes an endpoint a listener, a client or a device. */
final class Sides {
  private final Fields fields;
  private final Optional<Listen> listen;
  private final Optional<HostPort> send;
  private final Optional<HostPort> connect;
  private final Optional<URI> request;
  private final Optional<URI> broker;
  private final Optional<String> device;

  Sides(Fields fields, Protocol protocol) {
    this.fields = fields;
    listen = read("listen", protocol, Formats.LISTEN);
    send = read("send", protocol, Formats.HOST_PORT);
    connect =
        ProtocolReader.isUrl(fields, protocol)
            ? Optional.empty()
            : read("connect", protocol, Formats.HOST_PORT);
    request =
        read("request", protocol, Formats.url("http://10.0.0.5:8080", List.of("http", "https")));
    broker =
        read(
            "broker",
            protocol,
            Formats.url("tcp://10.0.0.5:1883", List.of("tcp", "mqtt", "ssl", "mqtts")));
    device = read("device", protocol, Decoders.WORDS);
  }

  private <T> Optional<T> read(String key, Protocol protocol, Decoder<T> decoder) {
    return KeyOwners.allows(key, protocol) ? fields.get(key, decoder) : Optional.empty();
  }

  Optional<Listen> listen() {
    return listen;
  }

  Optional<HostPort> send() {
    return send;
  }

  Optional<HostPort> connect() {
    return connect;
  }

  Optional<URI> request() {
    return request;
  }

  Optional<URI> broker() {
    return broker;
  }

  Optional<String> device() {
    return device;
  }

  /** Reports a side that is missing, too much, or not there for this kind of endpoint. */
  void check(ProtocolKeys keys) {
    switch (keys) {
      case Osc(var transport) when transport == Osc.Transport.UDP -> {
        if (fields.has("connect")) {
          fields.keyProblem(
              "connect", "over udp there is no connection: write 'send', or add transport: tcp");
        } else {
          needsOne("listen", "send");
        }
      }
      case Osc _ -> onlyOne("listen", "connect", "send");
      case ProtocolKeys.Udp _ -> needsOne("listen", "send");
      case ProtocolKeys.Tcp _ -> onlyOne("listen", "connect");
      case WebSocket socket -> {
        onlyOne("listen", "connect");
        holdsNoPassword("connect", socket.url(), ": put it into 'on-connect'");
      }
      case ProtocolKeys.Http _ -> checkHttp();
      case ProtocolKeys.Serial _ -> needsOne("device");
      case ProtocolKeys.Mqtt _ -> {
        needsOne("broker");
        holdsNoPassword("broker", broker, ": put it into 'username' and 'password'");
      }
    }
    if (listen.flatMap(Listen::group).isPresent() && !isDatagram(keys)) {
      fields.problem("listen", "a multicast group is for udp, and for osc over udp");
    }
  }

  private void checkHttp() {
    onlyOne("listen", "request");
    if (!fields.has("listen")) {
      belongTo("listen", "files");
    }
    if (!fields.has("request")) {
      belongTo("request", "method", "headers", "timeout");
    }
    holdsNoPassword("request", request, ": put 'Authorization' into 'headers'");
  }

  /** URLs are shown to everybody. */
  private void holdsNoPassword(String key, Optional<URI> url, String instead) {
    if (url.filter(u -> u.getRawUserInfo() != null).isPresent()) {
      fields.problem(key, "'" + key + "' cannot hold a password" + instead);
    }
  }

  private void belongTo(String side, String... keys) {
    for (var key : keys) {
      if (fields.has(key)) {
        fields.keyProblem(key, "'" + key + "' is for http endpoints with '" + side + "'");
      }
    }
  }

  private static boolean isDatagram(ProtocolKeys keys) {
    return keys instanceof ProtocolKeys.Udp
        || keys instanceof Osc(var transport) && transport == Osc.Transport.UDP;
  }

  private void onlyOne(String... keys) {
    needsOne(keys);
    var given = List.of(keys).stream().filter(fields::has).toList();
    if (given.size() > 1) {
      fields.keyProblem(
          given.getLast(),
          "'" + given.getFirst() + "' and '" + given.getLast() + "' need an endpoint each");
    }
  }

  private void needsOne(String... keys) {
    if (List.of(keys).stream().noneMatch(fields::has)) {
      fields.missing(
          List.of(keys), fields.owner() + " needs '" + String.join("' or '", keys) + "'");
    }
  }
}
