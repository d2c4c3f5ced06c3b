package io.cuewire.osc;

import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cuewire.codec.OscCodec;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.Desk;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.transport.Lease;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The thread that receives, routes and sends an unchanged message allocates nothing for it. */
class AllocationTest {
  private static final int WARM_UP = 20_000;
  private static final int MEASURED = 20_000;
  private static final List<byte[]> FADERS =
      IntStream.range(0, 100).mapToObj(i -> OscCodec.encode("/fader/" + i, List.of(0.5f))).toList();

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * @param window messages on their way at once: 1 lets the thread wait for each, more keep it busy
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void allocatesNothingForAMessageThatPassesUnchanged(int window) throws IOException {
    var desk = new Desk("relay", "out");
    var lease = new Lease(System::nanoTime);
    lease.renew(System.nanoTime() + Duration.ofHours(1).toNanos());
    try (var source = Datagrams.open();
        var sink = Datagrams.open();
        var out = OpenEndpoint.sendingTo(UDP, sink.port()).lease(lease).open();
        var relay = OpenEndpoint.listening(UDP).name("relay").desk(desk).lease(lease).open()) {
      desk.connect("out", out.io()).routes(RouteBuilder.from("relay").match("/fader/*").to("out"));
      pass(WARM_UP, window, source, relay);

      var reader = threadNamed("relay in");
      var before = threads.getThreadAllocatedBytes(reader);
      pass(MEASURED, window, source, relay);
      var allocated = threads.getThreadAllocatedBytes(reader) - before;

      eventually().untilAsserted(() -> assertThat(out.io().out()).isEqualTo(WARM_UP + MEASURED));
      assertThat(allocated).as("bytes for %d messages", MEASURED).isLessThan(MEASURED);
    }
  }

  private static void pass(int count, int window, Datagrams source, OpenEndpoint relay)
      throws IOException {
    var start = relay.io().in();
    for (var i = 0; i < count; i++) {
      var mayWait = start + i - window;
      while (relay.io().in() <= mayWait) {
        Thread.onSpinWait();
      }
      source.send(relay.port(), FADERS.get(i % FADERS.size()));
    }
    eventually().until(() -> relay.io().in() == start + count);
  }

  private static long threadNamed(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .threadId();
  }
}
