package io.cuewire.serial;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.re2j.Pattern;
import io.cuewire.codec.Budget;
import io.cuewire.codec.Framing;
import io.cuewire.message.Message;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Desk;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.RecordedEvents;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.testing.SerialDevice;
import io.cuewire.testing.Threads;
import io.cuewire.text.HandleRule;
import io.cuewire.text.TextWire;
import io.cuewire.transport.DeviceException;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsCommand(
    value = {"socat", "stty", "flock"},
    packaged = "socat, coreutils and util-linux")
@Timeout(20)
class SerialTransportTest {
  private static final int QUEUE = 10;

  private final SerialDevice device;
  private final RecordedEvents events = new RecordedEvents();
  private final Desk desk = new Desk("line", "inbox").routes(RouteBuilder.from("line").to("inbox"));
  private final Inbox inbox = desk.inbox("inbox");
  private final EndpointIo io =
      new EndpointIo(
          "line",
          desk.router(),
          new OutboundQueue(QUEUE, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited()),
          Clock.systemUTC());
  private Optional<Transport> transport = Optional.empty();

  SerialTransportTest() throws IOException {
    device = SerialDevice.plugged();
  }

  @AfterEach
  void close() throws IOException {
    transport.ifPresent(Transport::close);
    device.close();
    assertThat(events.bugs()).isEmpty();
  }

  private static SerialSettings settings(String device, Framing framing) {
    return new SerialSettings(
        device,
        115_200,
        8,
        SerialSettings.Parity.NONE,
        1,
        SerialSettings.Flow.NONE,
        framing,
        1000,
        Budget.unlimited(),
        List.of());
  }

  /** The same port set up in another way. */
  private SerialSettings settings(int baud, int bits, String parity, double stopBits, String flow) {
    return new SerialSettings(
        device.path(),
        baud,
        bits,
        SerialSettings.Parity.valueOf(parity),
        stopBits,
        SerialSettings.Flow.valueOf(flow),
        Framing.Kind.LINE,
        1000,
        Budget.unlimited(),
        List.of());
  }

  private void open(SerialSettings settings, HandleRule... handle) throws IOException {
    var wire = new TextWire(List.of(handle), false, new RehearsedShow());
    var opened = SerialProtocol.opener(settings, wire).open(io, events);
    transport = Optional.of(opened);
    opened.start();
  }

  private void open(Framing framing) throws IOException {
    open(settings(device.path(), framing));
  }

  private void send(String address, Object... args) {
    io.deliver(Message.of(address, Arrays.asList(args)));
  }

  static Stream<Arguments> framings() {
    return Stream.of(
        Arguments.of(Framing.Kind.LINE, Bytes.of("/a 1\n")),
        Arguments.of(Framing.Kind.CRLF, Bytes.of("/a 1\r\n")),
        Arguments.of(Framing.Kind.NUL, Bytes.of("/a 1\0")),
        Arguments.of(Framing.Kind.LENGTH32, Bytes.of(4, "/a 1")),
        Arguments.of(Framing.Kind.SLIP, Bytes.of("\u00C0/a 1\u00C0")),
        Arguments.of(Framing.Kind.COBS, Bytes.of("\u0005/a 1\0")),
        Arguments.of(new Framing.Fixed(6), Bytes.of("/a 1\0\0")),
        Arguments.of(Framing.Kind.NONE, Bytes.of("/a 1")));
  }

  @ParameterizedTest
  @MethodSource("framings")
  void framesAsTheShowSaysInBothDirections(Framing framing, byte[] frame) throws Exception {
    open(framing);
    send("/a", 1);
    device.reading().expect(frame);
    device.send(frame);
    assertThat(inbox.next()).hasToString("/a [1]");
    assertThat(io.in()).isEqualTo(1);
    eventually().until(() -> io.out() == 1);
    assertThat(transport.orElseThrow().peers())
        .extracting(Peer::name)
        .containsExactly(device.path());
  }

  @ParameterizedTest
  @MethodSource("framings")
  void putsAFrameTogetherWhereverItIsCut(Framing framing, byte[] frame) throws Exception {
    open(framing);
    for (var cut = 1; cut < frame.length && framing != Framing.Kind.NONE; cut++) {
      device.send(Arrays.copyOf(frame, cut));
      device.send(Arrays.copyOfRange(frame, cut, frame.length));
      assertThat(inbox.next()).as("cut at %d", cut).hasToString("/a [1]");
    }
    assertThat(io.errors()).isZero();
  }

  @Test
  void keepsTheOrderOfAThousandMessages() throws Exception {
    open(Framing.Kind.LINE);
    device.reading();
    var sender =
        Thread.ofPlatform()
            .start(() -> {
              for (var i = 0; i < 1000; i++) {
                var number = i;
                eventually().until(() -> io.out() > number - QUEUE);
                send("/out", i);
              }
            });
    for (var i = 0; i < 1000; i++) {
      device.send("/in " + i + "\n");
      assertThat(device.nextLine()).isEqualTo("/out " + i);
    }
    sender.join();
    assertThat(inbox.next(1000))
        .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "/in [" + i + "]").toList());
    assertThat(io.dropped()).isZero();
  }

  @ParameterizedTest
  @MethodSource("framings")
  void countsGarbageAndReadsOn(Framing framing, byte[] frame) throws Exception {
    open(framing);
    device.send(Bytes.random(new Random(1), 5000));
    device.send(Bytes.filled(2000, 'x'));
    eventually().until(() -> io.errors() > 0);
    var endless = framing == Framing.Kind.LENGTH32 || framing instanceof Framing.Fixed;
    eventually()
        .pollInterval(Duration.ofMillis(endless ? 1500 : 20)) // the pause tells frames apart
        .until(() -> {
          device.send(frame);
          return Stream.generate(inbox::drain)
              .limit(20)
              .flatMap(List::stream)
              .anyMatch(m -> m.toString().equals("/a [1]"));
        });
    assertThat(events.losses()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesUpAFrameThatBrokeOff(boolean fixed) throws Exception {
    open(fixed ? new Framing.Fixed(6) : Framing.Kind.LENGTH32);
    device.send("/a");
    eventually().until(() -> io.errors() == 1);
    device.send(fixed ? Bytes.of("/a 1\0\0") : Bytes.of(4, "/a 1"));
    assertThat(inbox.next()).hasToString("/a [1]");
    assertThat(io.errors()).isEqualTo(1);
  }

  @Test
  void countsAMessageThatIsLargerThanAFrame() throws Exception {
    open(new Framing.Fixed(6));
    send("/too/large");
    send("/a", 1);
    device.reading().expect("/a 1\0\0");
    assertThat(io.errors()).isEqualTo(1);
    assertThat(io.lastError().orElseThrow())
        .isEqualTo("a message of 10 bytes does not fit into a frame of fixed:6");
  }

  @Test
  void answersOnTheLine() throws Exception {
    open(Framing.Kind.LINE);
    device.reading().send("CMD:STATUS\n");
    assertThat(device.nextLine()).isEqualTo("STATUS:{\"show\":\"s\"}");
    device.send("{\"command\":\"scene_change\",\"scene_name\":\"high\"}\n");
    assertThat(device.nextLine())
        .isEqualTo("{\"command\":\"scene_change\",\"success\":true,\"scene_name\":\"high\"}");
    device.send("CMD:NONSENSE\n");
    assertThat(device.nextLine()).isEqualTo("ERROR:unknown command CMD:NONSENSE");
    assertThat(io.in()).isEqualTo(2);
    assertThat(io.errors()).isEqualTo(1);
    inbox.assertEmpty();
  }

  @Test
  void recognisesWhatTheShowHandles() throws Exception {
    var rule = new HandleRule(Pattern.compile("^T=(\\d+)"), "/temperature", List.of("$1"));
    open(settings(device.path(), Framing.Kind.LINE), rule);
    device.send("T=21;ok\n");
    assertThat(inbox.next()).hasToString("/temperature [21]");
  }

  @ParameterizedTest
  @CsvSource({
    "300, 8, NONE, 1, NONE, 'speed 300 baud; cs8 -cstopb -crtscts -ixon -ixoff'",
    "115200, 8, NONE, 2, RTS_CTS, 'speed 115200 baud; cs8 cstopb crtscts -ixon -ixoff'",
    "57600, 8, NONE, 1, XON_XOFF, 'speed 57600 baud; cs8 -cstopb -crtscts ixon ixoff'",
  })
  void setsThePortUp(
      int baud, int bits, String parity, double stopBits, String flow, String expected)
      throws Exception {
    open(settings(baud, bits, parity, stopBits, flow));
    try (var stty = ForeignProgram.start("stty", "-a", "-F", device.path())) {
      var text = new StringBuilder();
      while (!text.toString().contains("echoctl")) {
        text.append(stty.nextLine()).append(' ');
      }
      assertThat(text.toString().split("[ ]")).contains(expected.split(" "));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7, NONE, 1, the driver does not take 'data-bits'", // a pseudo-terminal has 8N1 only
    "7, EVEN, 1, the driver does not take 'data-bits' and 'parity'",
    "8, MARK, 1, the driver does not take 'parity'",
    "8, NONE, 1.5, '1.5 stop bits go with 5 data bits, 2 stop bits with 6, 7 or 8'",
    "5, NONE, 2, '1.5 stop bits go with 5 data bits, 2 stop bits with 6, 7 or 8'",
  })
  void saysThatTheDriverDoesNotTakeTheSettings(
      int bits, String parity, double stopBits, String text) {
    assertThatThrownBy(() -> SerialLine.open(settings(9600, bits, parity, stopBits, "NONE")))
        .isInstanceOf(DeviceException.class)
        .extracting("reason", "message")
        .containsExactly("bad settings", text);
  }

  @Test
  void saysWhyADeviceCannotBeOpened() throws Exception {
    var absent = settings(device.path() + "-absent", Framing.Kind.LINE);
    assertThat(refusal(absent)).isEqualTo("no such device");
    var file = Files.createTempFile("no", "port");
    assertThat(refusal(settings(file.toString(), Framing.Kind.LINE))).isEqualTo("no serial port");
    Files.delete(file);
    assertThat(SerialLine.refusal(13, true).reason()).isEqualTo("not permitted");
    assertThat(SerialLine.refusal(5, false).reason()).isEqualTo("no such device");
  }

  @Test
  void aDeviceIsOpenedOnce() throws Exception {
    var settings = settings(device.path(), Framing.Kind.LINE);
    open(settings);
    assertThat(refusal(settings)).isEqualTo("device busy");
    transport.orElseThrow().close();
    try (var other = ForeignProgram.start("flock", device.path(), "sh", "-c", "echo; read x")) {
      other.nextLine();
      assertThat(refusal(settings)).isEqualTo("device busy");
    }
    eventually()
        .ignoreExceptions()
        .until(() -> {
          open(settings);
          return true;
        });
    device.send("/a 1\n");
    assertThat(inbox.next()).hasToString("/a [1]");
  }

  private String refusal(SerialSettings settings) {
    return catchThrowableOfType(DeviceException.class, () -> SerialLine.open(settings)).reason();
  }

  @Test
  void tellsOfADeviceThatWasUnpluggedAndKeepsWhatWasNotSent() throws Exception {
    open(Framing.Kind.LINE);
    device.unplug();
    eventually()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(events.losses()).containsExactly("no such device"));
    send("/waits", 1);
    transport.orElseThrow().close();
    io.waiting();
    send("/waits", 2);
    device.plug();
    device.reading();
    open(Framing.Kind.LINE);
    device.expect("/waits 1\n/waits 2\n");
    eventually().untilAsserted(() -> assertThat(io.out()).isEqualTo(2));
  }

  @Test
  void saysThatADeviceDoesNotReadAndLosesTheOldestMeanwhile() throws Exception {
    open(Framing.Kind.LINE);
    var busy = cpuMillis();
    var sent = fill();
    assertThat(cpuMillis() - busy).as("CPU ms in two seconds of waiting").isLessThan(500);
    assertThat(io.out()).isLessThan(sent);
    var total = sent + 1;
    send("/last");
    device.reading();
    eventually().until(() -> events.troubles().equals(List.of("not reading", "recovered")));
    for (var line = ""; !line.equals("/last"); ) {
      line = device.nextLine();
    }
    eventually().untilAsserted(() -> assertThat(io.out() + io.dropped()).isEqualTo(total));
    assertThat(events.losses()).isEmpty();
  }

  /** The driver's buffer may have to leave first. */
  @ParameterizedTest
  @CsvSource({"300, 164", "9600, 6", "19200, 3", "38400, 2", "115200, 2", "4000000, 2"})
  void givesASlowLineItsTime(int baud, int seconds) {
    assertThat(SerialTransport.patience(baud)).hasSeconds(seconds);
  }

  @Test
  void wantsToKnowHowThePortIsSetUp() throws Exception {
    var file = Files.createTempFile("no", "port");
    assertThatThrownBy(() -> DriverSettings.of(file))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("does not say");
    Files.delete(file);
  }

  /** Sends until the device is seen to take nothing any more; returns how many messages. */
  private int fill() {
    var sent = new AtomicInteger();
    eventually()
        .until(() -> {
          send("/fill", sent.incrementAndGet(), "x".repeat(500));
          return events.troubles().equals(List.of("not reading"));
        });
    return sent.get();
  }

  private static long cpuMillis() {
    var threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("line "))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()) / 1_000_000)
        .sum();
  }

  @Test
  void waitsWhileTheDeviceSaysThatItIsFull() throws Exception {
    open(settings(115_200, 8, "NONE", 1, "XON_XOFF"));
    device.reading().send("\u0013"); // XOFF
    device.send("/seen\n");
    inbox.next();
    send("/held", "back");
    eventually().until(() -> events.troubles().equals(List.of("not reading")));
    assertThat(io.out()).isZero();
    device.send("\u0011"); // XON
    device.expect("/held back\n");
    eventually().until(() -> events.troubles().equals(List.of("not reading", "recovered")));
  }

  @Test
  void freesTheDeviceAndItsThreadsAlsoWhereADeviceDoesNotRead() throws Exception {
    open(Framing.Kind.LINE);
    fill();
    var begin = System.nanoTime();
    transport.orElseThrow().close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    assertThat(Threads.named("line ")).isEmpty();
    assertThat(openFiles()).isEmpty();
    open(Framing.Kind.LINE);
    transport.orElseThrow().close();
    assertThat(Threads.named("line ")).isEmpty();
    assertThat(events.losses()).isEmpty();
  }

  /** The port, as often as this process has it open. */
  private List<Path> openFiles() throws IOException {
    var own = Path.of(device.path()).toRealPath();
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.flatMap(SerialTransportTest::target).filter(own::equals).toList();
    }
  }

  private static Stream<Path> target(Path file) {
    try {
      return Stream.of(Files.readSymbolicLink(file));
    } catch (IOException closed) {
      return Stream.empty();
    }
  }

  @Test
  void leavesNoLibraryBehind() throws Exception {
    open(Framing.Kind.LINE);
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("jSerialComm") || name.startsWith("cuewire-serial"));
    }
  }

  /** The JVM has use for both, and nobody who starts it lets it ignore them. */
  @Test
  void leavesTheSignalsOfTheJvmAlone() throws Exception {
    open(Framing.Kind.LINE);
    var usr2AndIo = 1L << 11 | 1L << 28;
    var ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> Long.parseLong(line.substring("SigIgn:".length()).strip(), 16))
            .findFirst();
    assertThat(ignored.orElseThrow() & usr2AndIo).isZero();
  }
}
