package io.cuewire.serial;

import io.cuewire.transport.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the driver of an open port has made of its settings: it says yes when it takes one of them,
 * and passes over the others. Linux only.
 *
 * @param input the flags {@code c_iflag}
 * @param control the flags {@code c_cflag}
 */
record DriverSettings(int input, int control, int baud) {
  /** From the kernel's asm-generic/termbits.h. */
  private static final long TCGETS2 = 0x802C542AL;

  private static final int TERMIOS2_BYTES = 44;
  private static final int C_CFLAG = 8;
  private static final int C_OSPEED = 40;
  private static final int CSIZE = 0x30;
  private static final int CSTOPB = 0x40;
  private static final int PARENB = 0x100;
  private static final int PARODD = 0x200;
  private static final int CMSPAR = 0x4000_0000;
  private static final int CRTSCTS = 0x8000_0000;
  private static final int XON_XOFF = 0x400 | 0x1000; // IXON and IXOFF

  /** O_RDONLY, O_NOCTTY, O_NONBLOCK and O_CLOEXEC. */
  private static final int QUIETLY = 0x400 | 0x100 | 0x800 | 0x8_0000;

  /** A character has ten bits or so: off by half a bit at its end, it is read wrong. */
  private static final int HALF_A_BIT_IN_TEN = 20;

  /**
   * Empty where there is no way to ask.
   *
   * @throws DeviceException when the driver does not say
   */
  @SuppressWarnings("restricted") // calls into the C library
  static Optional<DriverSettings> of(Path device) throws DeviceException {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    var linker = Linker.nativeLinker();
    var c = linker.defaultLookup();
    var number = ValueLayout.JAVA_INT;
    var pointer = ValueLayout.ADDRESS;
    var open =
        linker.downcallHandle(
            c.findOrThrow("open"),
            FunctionDescriptor.of(number, pointer, number),
            Linker.Option.firstVariadicArg(2));
    var ioctl =
        linker.downcallHandle(
            c.findOrThrow("ioctl"),
            FunctionDescriptor.of(number, number, ValueLayout.JAVA_LONG, pointer),
            Linker.Option.firstVariadicArg(2));
    var close =
        linker.downcallHandle(c.findOrThrow("close"), FunctionDescriptor.of(number, number));
    try (var arena = Arena.ofConfined()) {
      var file = (int) open.invokeExact(arena.allocateFrom(device.toString()), QUIETLY);
      var termios = arena.allocate(TERMIOS2_BYTES);
      var error = (int) ioctl.invokeExact(file, TCGETS2, termios);
      var _ = (int) close.invokeExact(file);
      if (error != 0) {
        throw new DeviceException("i/o error", "the driver does not say how the port is set up");
      }
      return Optional.of(of(termios));
    } catch (DeviceException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static DriverSettings of(MemorySegment termios) {
    return new DriverSettings(
        termios.get(ValueLayout.JAVA_INT, 0),
        termios.get(ValueLayout.JAVA_INT, C_CFLAG),
        termios.get(ValueLayout.JAVA_INT, C_OSPEED));
  }

  /** The keys of the show that the driver has passed over. */
  List<String> passedOver(SerialSettings wanted) {
    var keys = new ArrayList<String>();
    if (Math.abs(baud - wanted.baud()) > wanted.baud() / HALF_A_BIT_IN_TEN) {
      keys.add("'baud'");
    }
    if ((control & CSIZE) >> 4 != wanted.dataBits() - 5) {
      keys.add("'data-bits'");
    }
    var parity =
        switch (wanted.parity()) {
          case NONE -> 0;
          case EVEN -> PARENB;
          case ODD -> PARENB | PARODD;
          case SPACE -> PARENB | CMSPAR;
          case MARK -> PARENB | PARODD | CMSPAR;
        };
    if ((control & (PARENB | PARODD | CMSPAR)) != parity) {
      keys.add("'parity'");
    }
    if (((control & CSTOPB) != 0) != (wanted.stopBits() > 1)) {
      keys.add("'stop-bits'");
    }
    var hardware = (control & CRTSCTS) != 0;
    var software = (input & XON_XOFF) == XON_XOFF;
    if (hardware != (wanted.flow() == SerialSettings.Flow.RTS_CTS)
        || software != (wanted.flow() == SerialSettings.Flow.XON_XOFF)) {
      keys.add("'flow'");
    }
    return keys;
  }
}
