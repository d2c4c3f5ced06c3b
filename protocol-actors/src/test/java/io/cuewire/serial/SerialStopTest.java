package io.cuewire.serial;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.endpoint.State;
import io.cuewire.message.Message;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.testing.SerialDevice;
import io.cuewire.text.TextWire;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop to a serial device. */
@NeedsCommand(value = "socat", packaged = "socat")
@Timeout(60)
class SerialStopTest {
  private static final String STOP = "CMD:EMERGENCY_STOP";

  private final SerialDevice device = SerialDevice.unplugged();
  private final LiveEndpoint port =
      LiveEndpoint.client(
          Message.of("/text", List.of(STOP)),
          SerialProtocol.opener(settings(), new TextWire(List.of(), false, new RehearsedShow())));

  SerialStopTest() throws IOException {}

  private SerialSettings settings() {
    return new SerialSettings(
        device.path(),
        115_200,
        8,
        SerialSettings.Parity.NONE,
        1,
        SerialSettings.Flow.NONE,
        Framing.Kind.LINE,
        1000,
        Budget.unlimited(),
        List.of());
  }

  @AfterEach
  void stop() throws IOException {
    port.close();
    device.close();
  }

  @Test
  void isUnconfirmedWithoutADeviceAndConfirmedWhenItIsPluggedIn() throws Exception {
    port.awaitBackingOff("no such device");
    port.stop();
    port.awaitUnconfirmed("no such device");
    port.send("/refused");
    device.plug();
    device.reading().expect(STOP + "\n");
    assertThat(port.confirmed()).isPositive();
    device.send("CMD:SCENE:high\n");
    device.expect("OK:SCENE:high\n");
    port.endStop();
    port.send("/after");
    device.expect("/after\n");
    assertThat(port.endpoint().io().refused()).isEqualTo(1);
  }

  @Test
  void finishesOnlyTheFrameThatADeviceHasBegunToTake() throws Exception {
    device.plug();
    port.await(State.CONNECTED);
    var filler = "x".repeat(900);
    IntStream.range(0, 200).forEach(i -> port.send("/n", i, filler));
    var io = port.endpoint().io();
    port.await(State.STALE);
    var written = io.out();
    port.stop();
    port.awaitUnconfirmed("no confirmation within 2 s");
    device.reading();
    for (var i = 0; i <= written; i++) {
      assertThat(device.nextLine()).startsWith("/n " + i + " ");
    }
    assertThat(device.nextLine()).isEqualTo(STOP);
    assertThat(port.confirmed()).isGreaterThan(2000);
    eventually().until(() -> io.out() == written + 2);
    assertThat(io.dropped()).isEqualTo(200 - written - 1);
  }
}
