package io.cuewire.osc;

import io.cuewire.codec.Framing;
import io.cuewire.endpoint.Opener;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.TcpClient;
import io.cuewire.transport.TcpServer;
import io.cuewire.transport.Transport;
import io.cuewire.transport.UdpTransport;
import io.cuewire.transport.Wire;
import java.io.IOException;

/** Open Sound Control 1.0 over UDP, and over TCP with either framing. */
public final class OscProtocol {
  /** Bytes of the largest packet over TCP. */
  private static final int MAX_FRAME = 128 << 10;

  private OscProtocol() {}

  /** How an OSC endpoint is opened. */
  public static Opener opener(OscSettings settings, TimeTags timeTags) {
    var wire = new OscWire(settings.toOurselves(), timeTags);
    return (io, events) ->
        switch (settings.transport()) {
          case UDP -> udp(settings, io, wire, events);
          case TCP -> tcp(settings, Framing.Kind.LENGTH32, io, wire, events);
          case TCP_SLIP -> tcp(settings, Framing.Kind.SLIP, io, wire, events);
        };
  }

  /** OSC packets inside another protocol. */
  public static Wire packets(TimeTags timeTags) {
    return new OscWire(false, timeTags);
  }

  private static Transport udp(OscSettings s, EndpointIo io, OscWire wire, Transport.Events events)
      throws IOException {
    var settings =
        new UdpTransport.Settings(s.bind(), s.listens(), s.group(), s.target(), s.allow());
    return UdpTransport.open(settings, s.onConnect(), io, wire, events);
  }

  private static Transport tcp(
      OscSettings s, Framing framing, EndpointIo io, OscWire wire, Transport.Events events)
      throws IOException {
    if (s.listens()) {
      var settings =
          new TcpServer.Settings(s.bind(), framing, MAX_FRAME, s.budget(), s.allow(), s.queue());
      return TcpServer.open(settings, io, wire, events);
    }
    var settings =
        new TcpClient.Settings(
            s.target().orElseThrow(), framing, MAX_FRAME, s.budget(), s.onConnect());
    return TcpClient.open(settings, io, wire, events);
  }
}
