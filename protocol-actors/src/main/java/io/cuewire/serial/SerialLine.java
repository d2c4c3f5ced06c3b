package io.cuewire.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import io.cuewire.transport.DeviceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One open serial port. jSerialComm opens, locks, sets up and reads it. Writing goes through a
 * channel of the JDK, because that is interrupted when the device takes nothing; jSerialComm's own
 * write would then block for ever, or take a whole processor.
 */
final class SerialLine implements AutoCloseable {
  static final String GONE = "no such device";
  private static final String BAD_SETTINGS = "bad settings";
  private static final String UNPLUGGED = "unplugged, or hung up by the other side";

  /** A read without anything to read ends after this; the driver counts in tenths of a second. */
  private static final int READ_MILLIS = 100;

  /** jSerialComm keeps its last error once for all ports. */
  private static final ReentrantLock OPENING = new ReentrantLock();

  private final SerialPort port;
  private final FileChannel out;

  private SerialLine(SerialPort port, FileChannel out) {
    this.port = port;
    this.out = out;
  }

  static SerialLine open(SerialSettings settings) throws IOException {
    var device = Path.of(settings.device());
    if (!Files.exists(device)) {
      throw new DeviceException(
          GONE, "is it plugged in? 'ls -l /dev/serial/by-id' names those that are");
    }
    OPENING.lock();
    try {
      SerialLibrary.load();
      var path = device.toRealPath();
      var port = SerialPort.getCommPort(path.toString());
      port.setComPortParameters(
          settings.baud(), settings.dataBits(), stopBits(settings), parity(settings));
      port.setFlowControl(flow(settings));
      port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_MILLIS, 0);
      if (!port.openPort(0)) {
        throw refusal(port.getLastErrorCode(), Files.exists(path));
      }
      try {
        check(settings, path);
        return new SerialLine(port, FileChannel.open(path, StandardOpenOption.WRITE));
      } catch (IOException | RuntimeException e) {
        port.closePort();
        throw e;
      }
    } catch (SerialPortInvalidPortException vanished) {
      throw new DeviceException(GONE, UNPLUGGED);
    } finally {
      OPENING.unlock();
    }
  }

  private static void check(SerialSettings settings, Path path) throws DeviceException {
    var passedOver =
        DriverSettings.of(path).map(driver -> driver.passedOver(settings)).orElse(List.of());
    if (!passedOver.isEmpty()) {
      throw new DeviceException(
          BAD_SETTINGS, "the driver does not take " + String.join(" and ", passedOver));
    }
  }

  /** The driver has one bit for it, which means 1.5 with 5 data bits and 2 with more. */
  private static int stopBits(SerialSettings settings) throws DeviceException {
    if (settings.stopBits() == 1) {
      return SerialPort.ONE_STOP_BIT;
    }
    if ((settings.stopBits() == 1.5) != (settings.dataBits() == 5)) {
      throw new DeviceException(
          BAD_SETTINGS, "1.5 stop bits go with 5 data bits, 2 stop bits with 6, 7 or 8");
    }
    return SerialPort.TWO_STOP_BITS;
  }

  private static int parity(SerialSettings settings) {
    return switch (settings.parity()) {
      case NONE -> SerialPort.NO_PARITY;
      case EVEN -> SerialPort.EVEN_PARITY;
      case ODD -> SerialPort.ODD_PARITY;
      case MARK -> SerialPort.MARK_PARITY;
      case SPACE -> SerialPort.SPACE_PARITY;
    };
  }

  private static int flow(SerialSettings settings) {
    return switch (settings.flow()) {
      case NONE -> SerialPort.FLOW_CONTROL_DISABLED;
      case RTS_CTS -> SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED;
      case XON_XOFF ->
          SerialPort.FLOW_CONTROL_XONXOFF_IN_ENABLED | SerialPort.FLOW_CONTROL_XONXOFF_OUT_ENABLED;
    };
  }

  /**
   * What an error number of the system means.
   *
   * @param exists whether the device is there all the same
   */
  static DeviceException refusal(int errno, boolean exists) {
    if (!exists) {
      return new DeviceException(GONE, UNPLUGGED);
    }
    return switch (errno) {
      case 1, 13 -> // EPERM, EACCES
          new DeviceException(
              "not permitted", "add the node's user to the group of the device, often 'dialout'");
      case 2, 11, 16, 35 -> // jSerialComm: open in this process; EAGAIN, EBUSY, EAGAIN on a Mac
          new DeviceException("device busy", "another program or endpoint has it open");
      case 5, 6, 19 -> // EIO, ENXIO, ENODEV
          new DeviceException(GONE, UNPLUGGED);
      case 22 -> // EINVAL
          new DeviceException(
              BAD_SETTINGS,
              "the driver refuses 'baud', 'data-bits', 'parity', 'stop-bits' or 'flow'");
      case 25 -> // ENOTTY
          new DeviceException("no serial port", "there is something else at this path");
      default -> new DeviceException("i/o error", "error " + errno + " of the system");
    };
  }

  /**
   * Waits a little for bytes; returns their number, which may be 0.
   *
   * @throws DeviceException when the device is gone
   */
  int read(byte[] into) throws DeviceException {
    var count = port.readBytes(into, into.length);
    if (count < 0) {
      throw new DeviceException(GONE, UNPLUGGED);
    }
    return count;
  }

  /** Writes some of the bytes; waits until the device takes them, or the thread is interrupted. */
  void write(ByteBuffer bytes) throws IOException {
    out.write(bytes);
  }

  /** Drops what the device has not taken, for which the system else waits when it is closed. */
  void discard() {
    port.flushIOBuffers();
  }

  /** Never while another thread reads: a number of an open file that is free is soon used again. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      // the device is gone, and its channel with it
    } finally {
      port.closePort();
    }
  }
}
