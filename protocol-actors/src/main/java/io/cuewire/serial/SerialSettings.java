package io.cuewire.serial;

import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.message.Message;
import java.util.List;

/**
 * What a serial endpoint is.
 *
 * @param device the path of the port: {@code /dev/ttyUSB0}
 * @param baud bits a second
 * @param dataBits 5 to 8
 * @param stopBits 1, 1.5 or 2
 * @param maxFrame bytes of the largest frame that is read
 * @param budget of what waits in memory
 * @param onConnect sent first each time the device was opened
 */
public record SerialSettings(
    String device,
    int baud,
    int dataBits,
    Parity parity,
    double stopBits,
    Flow flow,
    Framing framing,
    int maxFrame,
    Budget budget,
    List<Message> onConnect) {

  /** The bit that guards each character. */
  public enum Parity {
    NONE,
    EVEN,
    ODD,
    MARK,
    SPACE
  }

  /** How the device says that it is full. */
  public enum Flow {
    NONE,
    RTS_CTS,
    XON_XOFF
  }

  public SerialSettings {
    onConnect = List.copyOf(onConnect);
  }
}
