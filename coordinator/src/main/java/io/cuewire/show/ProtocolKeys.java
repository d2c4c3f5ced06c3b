package io.cuewire.show;

import io.cuewire.codec.Framing;
import io.cuewire.serial.SerialSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The keys of an endpoint that belong to its protocol alone. */
public sealed interface ProtocolKeys {

  default Protocol protocol() {
    return switch (this) {
      case Osc _ -> Protocol.OSC;
      case Tcp _ -> Protocol.TCP;
      case Udp _ -> Protocol.UDP;
      case WebSocket _ -> Protocol.WEBSOCKET;
      case Http _ -> Protocol.HTTP;
      case Serial _ -> Protocol.SERIAL;
      case Mqtt _ -> Protocol.MQTT;
    };
  }

  record Osc(Transport transport) implements ProtocolKeys {

    /** What carries OSC packets. */
    public enum Transport {
      /** One packet a datagram: the default. */
      UDP,
      /** Each packet after its length in four bytes (OSC 1.0). */
      TCP,
      /** Packets between SLIP ends (OSC 1.1). */
      TCP_SLIP
    }
  }

  /**
   * @param framing default {@code line}
   * @param maxFrame bytes; a longer frame is an error; default 1 MiB
   */
  record Tcp(Framing framing, int maxFrame) implements ProtocolKeys {
    public static final int MAX_FRAME = 1 << 20;
  }

  record Udp() implements ProtocolKeys {}

  /**
   * @param url of the server, for a client whose {@code connect} is a whole URL
   * @param path of the URL; absent, a listener takes every path and a client asks for {@code /}
   * @param ping between two pings of an open connection; default 10 s
   */
  record WebSocket(Optional<URI> url, Optional<String> path, Duration ping)
      implements ProtocolKeys {
    public static final Duration PING = Duration.ofSeconds(10);
  }

  /**
   * @param files folder of static files that a listener serves
   * @param method of the requests that a client makes; default {@code POST}
   * @param headers sent with each request; their values may be secrets
   * @param timeout for the whole answer to a request; default 5 s
   */
  record Http(
      Optional<String> files, String method, SequencedMap<String, Secret> headers, Duration timeout)
      implements ProtocolKeys {
    public static final String METHOD = "POST";
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    public Http {
      headers = Show.inOrder(headers);
    }
  }

  /**
   * @param framing default {@code line}
   * @param baud bits a second; default 9600
   * @param dataBits 5 to 8; default 8
   * @param parity default {@code none}
   * @param stopBits 1, 1.5 or 2; default 1
   * @param flow default {@code none}
   */
  record Serial(
      Framing framing,
      int baud,
      int dataBits,
      SerialSettings.Parity parity,
      double stopBits,
      SerialSettings.Flow flow)
      implements ProtocolKeys {
    /** Bytes of the largest frame. */
    public static final int MAX_FRAME = 1 << 20;

    public static final int BAUD = 9600;
    public static final int DATA_BITS = 8;
    public static final double STOP_BITS = 1;
  }

  /**
   * @param subscribe topic filters; without any, nothing is received
   * @param prefix of every topic; default none: the topic is the address without its first slash
   * @param qos 0, 1 or 2, for publications and subscriptions; default 0
   * @param retain whether publications are retained; default false
   * @param clientId absent, made from the names of the show, node and endpoint
   * @param tls present: the connection is encrypted (also by {@code ssl:} or {@code mqtts:})
   */
  record Mqtt(
      List<String> subscribe,
      String prefix,
      int qos,
      boolean retain,
      Optional<String> username,
      Optional<Secret> password,
      Optional<String> clientId,
      Optional<Tls> tls)
      implements ProtocolKeys {
    public Mqtt {
      subscribe = List.copyOf(subscribe);
    }

    /**
     * PEM files; without {@code ca} the system's authorities are trusted.
     *
     * @param ca authorities to trust instead
     * @param certificate this client's own
     * @param key the certificate's private key; present exactly when {@code certificate} is
     */
    public record Tls(Optional<String> ca, Optional<String> certificate, Optional<String> key) {
      /** Without any. */
      public static final Tls PLAIN = new Tls(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }
}
