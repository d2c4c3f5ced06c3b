package io.cuewire.transport;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a TCP connection whose other side acknowledges nothing of what was sent: keep-alive probes
 * only idle connections, and without this one under traffic looks connected for a quarter of an
 * hour (RFC 5482; {@code TCP_USER_TIMEOUT} in Linux's tcp(7), which Java has no name for).
 */
final class UnansweredTimeout {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.endpoint");
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_USER_TIMEOUT = 18;

  /** Only Linux has it, by these numbers. */
  private static final Optional<MethodHandle> SETSOCKOPT =
      System.getProperty("os.name").equals("Linux") ? setsockopt() : Optional.empty();

  private UnansweredTimeout() {}

  @SuppressWarnings("restricted") // the signature is that of the manual page
  private static Optional<MethodHandle> setsockopt() {
    var linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("setsockopt")
        .map(function ->
            linker.downcallHandle(
                function,
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)));
  }

  static void set(SocketChannel channel, int millis) throws IOException {
    if (SETSOCKOPT.isEmpty()) {
      return;
    }
    try (var arena = Arena.ofConfined()) {
      var value = arena.allocateFrom(JAVA_INT, millis);
      var result =
          (int)
              SETSOCKOPT
                  .get()
                  .invokeExact(
                      descriptor(channel),
                      IPPROTO_TCP,
                      TCP_USER_TIMEOUT,
                      value,
                      (int) JAVA_INT.byteSize());
      if (result != 0) {
        LOG.warn("the system does not take TCP_USER_TIMEOUT: {}", channel);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Java keeps the number to itself; the manifest and the tests open that package. */
  private static int descriptor(SocketChannel channel) {
    try {
      return (int) Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal").invoke(channel);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "java needs --add-exports java.base/sun.nio.ch=ALL-UNNAMED", e);
    }
  }
}
