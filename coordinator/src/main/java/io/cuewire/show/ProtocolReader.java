package io.cuewire.show;

import io.cuewire.codec.Framing;
import io.cuewire.serial.SerialSettings;
import io.cuewire.show.ProtocolKeys.Http;
import io.cuewire.show.ProtocolKeys.Mqtt;
import io.cuewire.show.ProtocolKeys.Osc;
import io.cuewire.show.ProtocolKeys.Serial;
import io.cuewire.show.ProtocolKeys.Tcp;
import io.cuewire.show.ProtocolKeys.Udp;
import io.cuewire.show.ProtocolKeys.WebSocket;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads the keys of an endpoint that belong to its protocol alone. */
final class ProtocolReader {
  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private static final String HEADER = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"; // RFC 9110 §5.6.2, a token

  /** What says where a request ends; a wrong one would spoil those that follow. */
  private static final Set<String> OF_THE_BODY =
      Set.of("content-length", "transfer-encoding", "connection", "upgrade", "expect");

  private ProtocolReader() {}

  static Optional<ProtocolKeys> read(Protocol protocol, Fields fields) {
    return switch (protocol) {
      case OSC -> osc(fields);
      case TCP -> Optional.of(tcp(fields));
      case UDP -> Optional.of(new Udp());
      case WEBSOCKET -> Optional.of(webSocket(fields));
      case HTTP -> Optional.of(http(fields));
      case SERIAL -> Optional.of(serial(fields));
      case MQTT -> Optional.of(mqtt(fields));
    };
  }

  /** Empty where the transport is unknown, as everything else depends on it. */
  private static Optional<ProtocolKeys> osc(Fields fields) {
    return fields.has("transport")
        ? fields.get("transport", Decoders.choice(Osc.Transport.class)).map(Osc::new)
        : Optional.of(new Osc(Osc.Transport.UDP));
  }

  private static Tcp tcp(Fields fields) {
    var framing = fields.get("framing", Formats.FRAMING, Framing.Kind.LINE);
    var maxFrame =
        fields.get(
            "max-frame",
            Decoders.integer(1, Integer.MAX_VALUE, "a number of bytes from 1 up"),
            Tcp.MAX_FRAME);
    checkSize(fields, framing, maxFrame, "'max-frame'");
    return new Tcp(framing, maxFrame);
  }

  /**
   * @param limit what allows no more than {@code maxFrame} bytes
   */
  private static void checkSize(Fields fields, Framing framing, int maxFrame, String limit) {
    if (framing instanceof Framing.Fixed(var bytes) && bytes > maxFrame) {
      var text = "'framing' makes frames of %d bytes, and %s allows %d";
      fields.problem("framing", text.formatted(bytes, limit, maxFrame));
    }
  }

  private static WebSocket webSocket(Fields fields) {
    var url =
        isUrl(fields, Protocol.WEBSOCKET)
            ? fields.get("connect", Formats.url("ws://10.0.0.5:9980/path", List.of("ws", "wss")))
            : Optional.<URI>empty();
    var path = fields.get("path", Formats.ADDRESS);
    if (url.isPresent() && fields.has("path")) {
      fields.keyProblem("path", "'path' and a URL in 'connect': write the path in the URL only");
    }
    return new WebSocket(url, path, fields.get("ping", Decoders.TIME, WebSocket.PING));
  }

  /** Whether a websocket's {@code connect} is a URL and not HOST:PORT. */
  static boolean isUrl(Fields fields, Protocol protocol) {
    return protocol == Protocol.WEBSOCKET
        && fields.contains("connect", value -> value.text().contains("://"));
  }

  private static Http http(Fields fields) {
    var files = fields.get("files", Decoders.WORDS);
    var method = fields.get("method", Decoders.choice(METHODS), Http.METHOD);
    var timeout = fields.get("timeout", Decoders.TIME, Http.TIMEOUT);
    return new Http(files, method, headers(fields), timeout);
  }

  private static SequencedMap<String, Secret> headers(Fields fields) {
    var headers = new LinkedHashMap<String, Secret>();
    for (var entry : fields.entries("headers")) {
      if (!entry.key().matches(HEADER)) {
        fields.entryProblem(entry, "'" + entry.key() + "' cannot be the name of a header");
      }
      if (OF_THE_BODY.contains(entry.key().toLowerCase(Locale.ROOT))) {
        fields.entryProblem(entry, "'" + entry.key() + "' is set by the program itself");
      }
      fields
          .entry(entry, ProtocolReader::header)
          .ifPresent(value -> headers.put(entry.key(), value));
    }
    return headers;
  }

  private static Optional<Secret> header(Spot spot) {
    return Decoders.TEXT
        .decode(spot)
        .flatMap(text ->
            text.matches("[^\\p{Cntrl}]*")
                ? Optional.of(new Secret(text))
                : spot.problem(spot.label() + " must be text on one line"));
  }

  private static Serial serial(Fields fields) {
    var framing = fields.get("framing", Formats.FRAMING, Framing.Kind.LINE);
    checkSize(fields, framing, Serial.MAX_FRAME, "serial");
    return new Serial(
        framing,
        fields.get(
            "baud",
            Decoders.integer(1, Integer.MAX_VALUE, "bits a second, such as 115200"),
            Serial.BAUD),
        fields.get("data-bits", Decoders.integer(5, 8), Serial.DATA_BITS),
        fields.get(
            "parity", Decoders.choice(SerialSettings.Parity.class), SerialSettings.Parity.NONE),
        fields.get("stop-bits", ProtocolReader::stopBits, Serial.STOP_BITS),
        fields.get("flow", Decoders.choice(SerialSettings.Flow.class), SerialSettings.Flow.NONE));
  }

  private static Optional<Double> stopBits(Spot spot) {
    return Decoders.scalar(spot)
        .flatMap(Literals::number)
        .filter(List.of(1.0, 1.5, 2.0)::contains)
        .or(() -> spot.expected("1, 1.5 or 2"));
  }

  private static Mqtt mqtt(Fields fields) {
    return new Mqtt(
        fields.list("subscribe", Decoders.distinct(Decoders.oneOrMore(ProtocolReader::filter))),
        fields.get("prefix", ProtocolReader::prefix, ""),
        fields.get("qos", Decoders.integer(0, 2, "0, 1 or 2"), 0),
        fields.get("retain", Decoders.FLAG, false),
        fields.get("username", Decoders.WORDS),
        fields.get("password", Formats.SECRET),
        fields.get("client-id", Decoders.WORDS),
        tls(fields));
  }

  /** MQTT 5 §4.7: {@code +} is a whole level, {@code #} the whole rest. */
  private static Optional<String> filter(Spot spot) {
    return Decoders.WORDS
        .decode(spot)
        .flatMap(topic ->
            topic.matches("(\\+|[^+#/]*)(/(\\+|[^+#/]*))*(/#)?|#")
                ? Optional.of(topic)
                : spot.expected("a topic in which '+' is a whole level and '#' the last one"));
  }

  private static Optional<String> prefix(Spot spot) {
    return Decoders.TEXT
        .decode(spot)
        .flatMap(prefix ->
            prefix.matches("([^+#/][^+#]*[^+#/]|[^+#/])?")
                ? Optional.of(prefix)
                : spot.expected("a topic without '+', '#' and outer slashes, such as show"));
  }

  /** {@code true}, or a group of files. */
  private static Optional<Mqtt.Tls> tls(Fields fields) {
    return fields.contains("tls", _ -> true)
        ? fields.get("tls", Decoders.FLAG).filter(on -> on).map(_ -> Mqtt.Tls.PLAIN)
        : fields.get("tls", Decoders.group("'tls'", ProtocolReader::tlsFiles));
  }

  private static Optional<Mqtt.Tls> tlsFiles(Fields fields) {
    var ca = fields.get("ca", Decoders.WORDS);
    var certificate = fields.get("certificate", Decoders.WORDS);
    var key = fields.get("key", Decoders.WORDS);
    if (fields.has("certificate") != fields.has("key")) {
      fields.problem("'certificate' and 'key' go together");
    }
    return Optional.of(new Mqtt.Tls(ca, certificate, key));
  }
}
