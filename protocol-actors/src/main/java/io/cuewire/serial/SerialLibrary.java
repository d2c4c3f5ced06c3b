package io.cuewire.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortThreadFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads the native half of jSerialComm, on the first serial port, and takes back what that does to
 * a process beside: a library that anybody may overwrite stays in the temporary folder, signals are
 * ignored from then on, and a hook closes the ports while they are still in use.
 */
final class SerialLibrary {
  private static final String FOLDER = "jSerialComm.library.path"; // where it looks first
  private static boolean loaded;

  private SerialLibrary() {}

  static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    SerialPortThreadFactory.set(_ -> Thread.ofPlatform().unstarted(() -> {})); // for its hook
    try (var _ = new KeptSignals()) {
      var file = System.getProperty(FOLDER) == null ? nativeFile() : Optional.<String>empty();
      if (file.isPresent()) {
        loadFrom(file.get());
      } else {
        SerialPort.getVersion();
      }
    } catch (LinkageError e) {
      throw new IOException("no serial driver for this system: " + e.getMessage(), e);
    }
    loaded = true;
  }

  /** Where the jar has the library for this machine, if it is one that we know. */
  private static Optional<String> nativeFile() {
    return switch (System.getProperty("os.name") + " " + System.getProperty("os.arch")) {
      case "Linux amd64" -> Optional.of("/Linux/x86_64/libjSerialComm.so");
      case "Linux aarch64" -> Optional.of("/Linux/armv8_64/libjSerialComm.so");
      case "Mac OS X x86_64" -> Optional.of("/OSX/x86_64/libjSerialComm.jnilib");
      case "Mac OS X aarch64" -> Optional.of("/OSX/aarch64/libjSerialComm.jnilib");
      default -> Optional.empty(); // it looks for it by itself
    };
  }

  /** Out of a folder of our own that is gone once the library is mapped into memory. */
  private static void loadFrom(String resource) throws IOException {
    var folder = Files.createTempDirectory("cuewire-serial"); // for this user only
    var file = folder.resolve(Path.of(resource).getFileName());
    try (var content = SerialPort.class.getResourceAsStream(resource)) {
      Files.copy(content, file);
      System.setProperty(FOLDER, folder.toString());
      SerialPort.getVersion();
    } finally {
      System.clearProperty(FOLDER);
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /**
   * What this process does on a signal, put back when closed. The JVM ends on SIGHUP, a closed
   * terminal, and on a Mac it interrupts blocked threads by SIGIO.
   */
  private static final class KeptSignals implements AutoCloseable {
    /** All that the library ignores, by their numbers on Linux and on a Mac. */
    private static final List<Integer> SIGNALS = List.of(1, 10, 12, 18, 19, 21, 22, 23, 29, 30, 31);

    private static final int LARGER_THAN_SIGACTION = 256;

    private final Arena arena = Arena.ofConfined();
    private final MethodHandle sigaction;
    private final List<MemorySegment> kept = new ArrayList<>();

    @SuppressWarnings("restricted") // a call into the C library
    KeptSignals() {
      var linker = Linker.nativeLinker();
      sigaction =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("sigaction"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS));
      for (var signal : SIGNALS) {
        var action = arena.allocate(LARGER_THAN_SIGACTION);
        kept.add(action);
        call(signal, MemorySegment.NULL, action);
      }
    }

    @Override
    public void close() {
      for (var i = 0; i < SIGNALS.size(); i++) {
        call(SIGNALS.get(i), kept.get(i), MemorySegment.NULL);
      }
      arena.close();
    }

    private void call(int signal, MemorySegment next, MemorySegment before) {
      try {
        var _ = (int) sigaction.invokeExact(signal, next, before);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
