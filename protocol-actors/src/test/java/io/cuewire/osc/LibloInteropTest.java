package io.cuewire.osc;

import static io.cuewire.osc.OscSettings.Transport.TCP;
import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.Ports;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** liblo, the C library that most OSC programs on Linux are built on, as the other side. */
@NeedsCommand(
    value = {"oscsend", "oscdump"},
    packaged = "liblo-tools")
@ParameterizedClass
@EnumSource(
    value = OscSettings.Transport.class,
    names = {"UDP", "TCP"})
class LibloInteropTest {
  private final OscSettings.Transport transport;

  LibloInteropTest(OscSettings.Transport transport) {
    this.transport = transport;
  }

  private String url(String host, int port) {
    return "osc." + (transport == TCP ? "tcp" : "udp") + "://" + host + ":" + port;
  }

  /** Waits until oscdump listens, which it does not say: sends until it prints the first. */
  private OpenEndpoint senderTo(int port, ForeignProgram oscdump) throws IOException {
    if (transport == UDP) {
      var sender = OpenEndpoint.sendingTo(UDP, port).open();
      eventually()
          .until(() -> {
            sender.send("/ready");
            return oscdump.hasPrinted();
          });
      return sender;
    }
    return eventually()
        .ignoreException(java.net.ConnectException.class)
        .until(() -> OpenEndpoint.sendingTo(TCP, port).open(), sender -> true);
  }

  /** The next line about {@code address}, without the time it arrived at. */
  private static String dumped(ForeignProgram oscdump, String address) throws InterruptedException {
    while (true) {
      var line = oscdump.nextLine();
      if (line.contains(address)) {
        return line.substring(line.indexOf('/'));
      }
    }
  }

  @Test
  void readsEveryTypeThatOscsendWrites() throws IOException, InterruptedException {
    try (var endpoint = OpenEndpoint.listening(transport).open()) {
      ForeignProgram.run(
          "oscsend",
          url("127.0.0.1", endpoint.port()),
          "/from/liblo",
          "ihfdsScmTFNI",
          "-5",
          "1099511627776",
          "0.5",
          "2.25",
          "two words",
          "symbol",
          "x",
          "01903c7f");
      var message = endpoint.inbox().next();
      assertThat(message.address()).isEqualTo("/from/liblo");
      assertThat(message.args())
          .containsExactly(
              -5,
              1L << 40,
              0.5f,
              2.25,
              "two words",
              OSCSymbol.valueOf("symbol"),
              'x',
              new OSCMidiMessage((byte) 1, (byte) 0x90, (byte) 60, (byte) 127),
              true,
              false,
              null,
              OSCImpulse.INSTANCE);
    }
  }

  @Test
  void writesEveryTypeThatOscdumpReads() throws IOException, InterruptedException {
    var port = Ports.free();
    try (var oscdump = ForeignProgram.start("oscdump", "-L", url("", port));
        var sender = senderTo(port, oscdump)) {
      sender.send(
          "/to/liblo",
          -5,
          1L << 40,
          0.5f,
          2.25,
          "two words",
          'x',
          new OSCMidiMessage((byte) 1, (byte) 0x90, (byte) 60, (byte) 127),
          true,
          false,
          null,
          OSCImpulse.INSTANCE);
      assertThat(dumped(oscdump, "/to/liblo"))
          .isEqualTo(
              "/to/liblo ihfdscmTFNI -5 1099511627776 0.500000 2.250000 \"two words\" 'x'"
                  + " MIDI [0x01 0x90 0x3c 0x7f] #T #F Nil Infinitum");
      sender.send("/blob", new byte[] {1, 2, 3, 4, 5});
      assertThat(dumped(oscdump, "/blob")).startsWith("/blob b [");
    }
  }
}
