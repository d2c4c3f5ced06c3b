package io.cuewire.show;

import io.cuewire.show.ProtocolKeys.Http;
import io.cuewire.show.ProtocolKeys.Mqtt;
import io.cuewire.show.ProtocolKeys.Osc;
import io.cuewire.show.ProtocolKeys.Serial;
import io.cuewire.show.ProtocolKeys.Tcp;
import io.cuewire.show.ProtocolKeys.Udp;
import io.cuewire.show.ProtocolKeys.WebSocket;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.Cidr;
import java.time.Duration;

/** An endpoint's keys as in the show file. */
final class EndpointWriter {
  private EndpointWriter() {}

  static Group endpoint(ShowEndpoint endpoint) {
    var group = new Group();
    group.put("protocol", endpoint.protocol().word());
    group.put("listen", endpoint.listen().map(EndpointWriter::listen));
    group.put("send", endpoint.send());
    group.put("connect", endpoint.connect());
    group.put("request", endpoint.request().map(Object::toString));
    group.put("broker", endpoint.broker().map(Object::toString));
    group.put("device", endpoint.device());
    group.put("bind", endpoint.bind());
    group.put("on", on(endpoint.on()));
    own(group, endpoint.keys());
    group.put("reconnect", reconnect(endpoint.reconnect()));
    group.put("queue", queue(endpoint.queue()));
    group.filled("on-connect", endpoint.onConnect().stream().map(EndpointWriter::message).toList());
    group.put("silence", endpoint.silence().map(Durations::format));
    group.filled("allow", endpoint.allow().stream().map(EndpointWriter::block).toList());
    group.filled("handle", endpoint.handle().stream().map(EndpointWriter::rule).toList());
    switch (endpoint.emergency()) {
      case StopSignal.Default _ -> {}
      case StopSignal.Off _ -> group.put("emergency", "off");
      case StopSignal.Instead(var message) -> group.put("emergency", message(message));
    }
    return group;
  }

  private static Object listen(Listen listen) {
    return listen.group().isPresent() ? listen.toString() : (Object) listen.port();
  }

  private static Object on(On on) {
    return switch (on) {
      case On.All _ -> "all";
      case On.Pinned(var node) -> node;
      case On.Listed(var nodes) -> nodes;
    };
  }

  private static void own(Group group, ProtocolKeys keys) {
    switch (keys) {
      case Osc(var transport) -> group.unless("udp", "transport", Words.of(transport));
      case Tcp(var framing, var maxFrame) ->
          group
              .unless("line", "framing", framing.word())
              .unless(Tcp.MAX_FRAME, "max-frame", maxFrame);
      case Udp() -> {}
      case WebSocket(var url, var path, var ping) ->
          group
              .put("connect", url.map(Object::toString))
              .put("path", path)
              .unless(Durations.format(WebSocket.PING), "ping", Durations.format(ping));
      case Http http -> http(group, http);
      case Serial serial -> serial(group, serial);
      case Mqtt mqtt -> mqtt(group, mqtt);
    }
  }

  private static void http(Group group, Http http) {
    group
        .put("files", http.files())
        .unless(Http.METHOD, "method", http.method())
        .put("headers", Group.named(http.headers(), Secret::value))
        .unless(Durations.format(Http.TIMEOUT), "timeout", Durations.format(http.timeout()));
  }

  private static void serial(Group group, Serial serial) {
    group
        .unless("line", "framing", serial.framing().word())
        .unless(Serial.BAUD, "baud", serial.baud())
        .unless(Serial.DATA_BITS, "data-bits", serial.dataBits())
        .unless("none", "parity", Words.of(serial.parity()))
        .unless(1, "stop-bits", ShowWriter.number(serial.stopBits()))
        .unless("none", "flow", Words.of(serial.flow()));
  }

  private static void mqtt(Group group, Mqtt mqtt) {
    group
        .filled("subscribe", mqtt.subscribe())
        .unless("", "prefix", mqtt.prefix())
        .unless(0, "qos", mqtt.qos())
        .unless(false, "retain", mqtt.retain())
        .put("username", mqtt.username())
        .put("password", mqtt.password().map(Secret::value))
        .put("client-id", mqtt.clientId())
        .put("tls", mqtt.tls().map(EndpointWriter::tls));
  }

  private static Object tls(Mqtt.Tls tls) {
    return tls.equals(Mqtt.Tls.PLAIN)
        ? (Object) true
        : new Group()
            .put("ca", tls.ca())
            .put("certificate", tls.certificate())
            .put("key", tls.key());
  }

  private static Group reconnect(Reconnect reconnect) {
    var byDefault = Reconnect.DEFAULT;
    var group =
        new Group()
            .unless(duration(byDefault.min()), "min", duration(reconnect.min()))
            .unless(duration(byDefault.max()), "max", duration(reconnect.max()));
    reconnect.attempts().ifPresent(attempts -> group.put("attempts", attempts));
    return group;
  }

  private static String duration(Duration duration) {
    return Durations.format(duration);
  }

  private static Group queue(Queue queue) {
    return new Group()
        .unless(Queue.DEFAULT.size(), "size", queue.size())
        .unless(Words.of(Queue.DEFAULT.full()), "full", Words.of(queue.full()));
  }

  static Group message(OutgoingMessage message) {
    return switch (message) {
      case OutgoingMessage.Addressed(var address, var args) ->
          new Group().put("address", address).filled("args", args);
      case OutgoingMessage.Text(var text) -> new Group().put("text", text);
    };
  }

  private static String block(Cidr cidr) {
    var network = cidr.network().getHostAddress();
    var whole = cidr.network().getAddress().length * Byte.SIZE;
    return cidr.prefix() == whole ? network : network + "/" + cidr.prefix();
  }

  private static Group rule(HandleRule rule) {
    return new Group()
        .put("match", rule.match().pattern())
        .put("address", rule.address())
        .filled("args", rule.args());
  }
}
