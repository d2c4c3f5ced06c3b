package io.cuewire.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cuewire.codec.OscCodec;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.transport.DeviceException;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointFactoryTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final Message CROSSED_ONE_ROUTE = Message.of("/fader/1", List.of(0.5f)).hops(1);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{protocol: osc, send: 10.0.0.9:9001, on: a}|/emergency_stop [1]",
        "{protocol: osc, listen: 9001, on: a}|",
        "{protocol: tcp, listen: 9001, on: a}|/text [CMD:EMERGENCY_STOP]",
        "{protocol: udp, send: 10.0.0.9:9001, on: a}|/text [CMD:EMERGENCY_STOP]",
        "{protocol: serial, device: /dev/ttyUSB0, on: a}|/text [CMD:EMERGENCY_STOP]",
        "{protocol: websocket, listen: 9001, on: a}|/emergency_stop [1]",
        "{protocol: mqtt, broker: 'tcp://10.0.0.5', on: a}|/emergency_stop [1]",
        "{protocol: http, request: 'http://10.0.0.6', on: a}|/emergency_stop [1]",
        "{protocol: tcp, listen: 9001, on: a, emergency: off}|",
        "{protocol: tcp, listen: 9001, on: a, emergency: {text: HALT}}|/text [HALT]",
        "{protocol: osc, send: 10.0.0.9:9001, on: a, emergency: {address: /x, args: [0.5]}}|/x [0.5]"
      })
  void saysWhatAnEndpointSendsOnAStop(String endpoint, String stop) {
    var settings = settings(show("e: " + endpoint), "e");
    assertThat(settings.stop().map(Message::toString)).isEqualTo(Optional.ofNullable(stop));
  }

  @Test
  void saysWhatAnEndpointIs() {
    var show =
        show(
            """
            in: {protocol: osc, listen: 9000, silence: 5s, on: a}
            group: {protocol: osc, listen: "239.1.1.1:9001", on: a}
            out: {protocol: osc, send: "studio.local:9002", on: a,
                  reconnect: {min: 100ms, max: 2s, attempts: 3}}
            both: {protocol: osc, listen: 9003, send: 10.0.0.9:9003, bind: 0.0.0.0, on: a}
            server: {protocol: osc, transport: tcp, listen: 9004, on: a}
            port: {protocol: serial, device: /dev/ttyUSB0, on: a}
            iot: {protocol: mqtt, broker: "mqtt://10.0.0.5", subscribe: ["show/#"], on: a}
            cloud: {protocol: websocket, connect: "wss://cues.example/live?token=secret", on: a}
            weather: {protocol: http, request: "http://10.0.0.6:8080/api?key=secret", on: a}
            """);
    assertThat(show.endpoints().values())
        .extracting(e -> summary(settings(show, e.name())))
        .containsExactly(
            "in osc 127.0.0.1:9000 listens receives",
            "group osc 239.1.1.1:9001 listens receives",
            "out osc to studio.local:9002 sends",
            "both osc 0.0.0.0:9003 and to 10.0.0.9:9003 listens receives sends",
            "server osc 127.0.0.1:9004 listens receives sends",
            "port serial /dev/ttyUSB0 receives sends",
            "iot mqtt to mqtt://10.0.0.5 receives sends",
            "cloud websocket to wss://cues.example/live receives sends",
            "weather http to http://10.0.0.6:8080/api receives sends");
    assertThat(settings(show, "in").silence()).contains(Duration.ofSeconds(5));
    assertThat(settings(show, "out").reconnect())
        .isEqualTo(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), OptionalInt.of(3)));
  }

  private static String summary(EndpointSettings s) {
    return String.join(" ", s.name(), s.protocol(), s.where())
        + (s.listens() ? " listens" : "")
        + (s.receives() ? " receives" : "")
        + (s.sends() ? " sends" : "");
  }

  @Test
  void aNodeCarriesWhatItRunsOrWouldTakeOver() {
    var show =
        Rig.show(
            """
            show: s
            nodes:
              a: {host: 10.0.0.1, cluster: 1, api: 3}
              b: {host: 10.0.0.2, cluster: 1, api: 3}
              w: {host: 10.0.0.3, cluster: 1, api: 3, witness: true}
            endpoints:
              every: {protocol: osc, listen: 9000, on: all}
              pinned: {protocol: osc, listen: 9001, on: b}
              listed: {protocol: osc, listen: 9002, on: [b, a]}
            """);
    assertThat(EndpointFactory.carriedBy("a", show))
        .extracting(ShowEndpoint::name)
        .containsExactly("every", "listed");
    assertThat(EndpointFactory.carriedBy("b", show))
        .extracting(ShowEndpoint::name)
        .containsExactly("every", "pinned", "listed");
    assertThat(EndpointFactory.carriedBy("w", show)).isEmpty();
  }

  @Test
  void aListenerBindsItsAddressOrElseThatOfItsNode() throws Exception {
    var port = freePort();
    var show =
        show(
            """
            own: {protocol: osc, listen: %d, bind: 127.0.0.9, on: a}
            nodes: {protocol: osc, listen: %d, on: a}
            """
                .formatted(port, port));
    for (var name : List.of("own", "nodes")) {
      var host = name.equals("own") ? "127.0.0.9" : "127.0.0.1";
      var io = open(show, name);
      send(host, port, OscCodec.encode("/hello", List.of()));
      await().until(() -> io.in() == 1);
    }
  }

  @Test
  void aSenderThatConnectsSaysFirstWhatTheShowTellsIt() throws Exception {
    var receiver = receiver("127.0.0.1");
    open(
        show(
            """
            out: {protocol: osc, send: 127.0.0.1:%d, on: a,
                  on-connect: [{address: /hello, args: [1, 0.5, a b, true]}, {address: /ready}]}
            """
                .formatted(receiver.getLocalPort())),
        "out");
    assertThat(received(receiver))
        .isEqualTo(OscCodec.encode("/hello", List.of(1, 0.5f, "a b", true)));
    assertThat(received(receiver)).isEqualTo(OscCodec.encode("/ready", List.of()));
  }

  /** Length-prefixed packets begin with their size, those of SLIP (RFC 1055) with END. */
  @ParameterizedTest
  @CsvSource({"tcp, 0", "tcp-slip, 192"})
  void aClientOverTcpFramesAsTheShowSays(String transport, int firstByte) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var show =
          show(
              """
              out: {protocol: osc, transport: %s, connect: 127.0.0.1:%d, on: a,
                    on-connect: [{address: /hello}]}
              """
                  .formatted(transport, server.getLocalPort()));
      open(show, "out");
      try (var accepted = server.accept()) {
        accepted.setSoTimeout(PATIENCE_MILLIS);
        assertThat(accepted.getInputStream().read()).isEqualTo(firstByte);
      }
    }
  }

  @Test
  void aSerialPortIsTheDeviceThatTheShowNames() {
    var show = show("port: {protocol: serial, device: /nowhere/tty, on: a}");
    var settings = settings(show, "port");
    assertThatThrownBy(() -> open(settings, io(settings)))
        .isInstanceOf(DeviceException.class)
        .extracting("reason")
        .isEqualTo("no such device");
  }

  @Test
  void aFullQueueLosesWhatTheShowSays() {
    var show =
        show(
            """
            oldest: {protocol: osc, send: 127.0.0.1:9001, queue: {size: 2}, on: a}
            latest: {protocol: osc, send: 127.0.0.1:9001, queue: {size: 2, full: latest}, on: a}
            """);
    for (var name : List.of("oldest", "latest")) {
      var io = io(settings(show, name));
      io.waiting();
      for (var i = 0; i < 5; i++) {
        io.deliver(Message.of("/fader/1", List.of(i)));
      }
      assertThat(io.dropped()).isEqualTo(name.equals("oldest") ? 3 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 'on: a'",
    "localhost, 'on: a'",
    "127.0.0.2, 'on: b'",
    "127.0.0.2, 'on: all'",
    "127.0.0.3, 'on: a, bind: 127.0.0.3'",
    "127.0.0.1, 'on: a, bind: 0.0.0.0'",
    "127.0.0.5, 'on: a, bind: 0.0.0.0'",
    "127.255.255.255, 'on: b, bind: 0.0.0.0'",
  })
  void whatGoesToAListenerOfThisShowSaysHowManyRoutesItHasCrossed(String target, String listener)
      throws Exception {
    var packet = sentTo(target, listener);
    assertThat(new String(packet, 0, 7, ISO_8859_1)).isEqualTo("#bundle");
    assertThat(ByteBuffer.wrap(packet).getLong(8)).as("one more than the hops").isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.4, 'on: a'",
    "127.0.0.1, 'on: b'",
    "127.0.0.1, 'on: a, bind: 127.0.0.3'",
    "127.0.0.1, 'on: a, transport: tcp'",
    "127.0.0.4, 'on: b, bind: 0.0.0.0'",
  })
  void whatGoesElsewhereIsThePlainMessage(String target, String listener) throws Exception {
    var packet = sentTo(target, listener);
    assertThat(packet).isEqualTo(OscCodec.encode("/fader/1", List.of(0.5f)));
  }

  /** What arrives at a target, where the show has a listener with that port and these keys. */
  private byte[] sentTo(String target, String keys) throws Exception {
    var receiver = receiver(target);
    var port = receiver.getLocalPort();
    var show =
        show(
            "in: {protocol: osc, listen: %d, %s}\nout: {protocol: osc, send: \"%s:%d\", on: a}"
                .formatted(port, keys, target, port));
    open(show, "out").deliver(CROSSED_ONE_ROUTE.keep());
    return received(receiver);
  }

  @ParameterizedTest
  @CsvSource({"'', 127.0.0.1", "'bind: 0.0.0.0', 127.0.0.5", "'bind: 127.0.0.3', 127.0.0.3"})
  void aLoopOverTheNetworkEnds(String keys, String target) throws Exception {
    var port = freePort();
    var endpoints =
        """
        in: {protocol: osc, listen: %d, on: a, %s}
        out: {protocol: osc, send: "%s:%d", on: a}
        """
            .formatted(port, keys, target, port);
    var rig = Rig.settled(show(endpoints, "loop: {from: in, to: out}"), "a");
    for (var endpoint : rig.node.endpoints()) {
      open(endpoint.settings(), endpoint.io());
    }
    var in = rig.node.endpoint("in").orElseThrow().io();
    send(target, port, OscCodec.encode("/round", List.of()));
    await().until(() -> in.dropped() == 1);
    assertThat(in.in()).isEqualTo(9);
  }

  @Test
  void aGroupOfWhichTheShowIsAMemberEndsALoopToo() throws Exception {
    var port = freePort();
    var endpoints =
        "both: {protocol: osc, listen: \"239.255.7.7:%d\", send: \"239.255.7.7:%d\", on: a}"
            .formatted(port, port);
    var rig = Rig.settled(show(endpoints, "loop: {from: both, to: both, echo: true}"), "a");
    var both = rig.node.endpoint("both").orElseThrow();
    open(both.settings(), both.io());
    both.io().deliver(Message.of("/round", List.of()));
    await().until(() -> both.io().dropped() == 1);
    assertThat(both.io().in()).isEqualTo(9);
  }

  @Test
  void aRequestIsMadeAsTheShowSays() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var show =
          show(
              """
              weather: {protocol: http, request: "http://127.0.0.1:%d/api", method: PUT, on: a,
                        headers: {X-Key: abc}}
              """
                  .formatted(server.getLocalPort()));
      open(show, "weather").deliver(Message.of("/here", List.of(1, "x")));
      try (var accepted = server.accept()) {
        accepted.setSoTimeout(PATIENCE_MILLIS);
        var request = new String(accepted.getInputStream().readNBytes(60), ISO_8859_1);
        assertThat(request).startsWith("PUT /api/here HTTP/1.1\r\n");
      }
    }
  }

  @Test
  void anMqttEndpointSaysItsNamesToTheBroker() throws Exception {
    try (var broker = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var endpoints =
          "iot: {protocol: mqtt, broker: \"mqtt://127.0.0.1:%d\", prefix: show, on: a}"
              .formatted(broker.getLocalPort());
      var settings = settings(show(endpoints), "iot");
      var opening = Thread.ofVirtual().start(() -> openIfPossible(settings));
      try (var client = broker.accept()) {
        var connect = new String(client.getInputStream().readNBytes(70), ISO_8859_1);
        assertThat(connect).contains("MQTT", "s-a-iot", "show/cuewire/a/iot");
      }
      opening.join();
    }
  }

  private static void openIfPossible(EndpointSettings settings) {
    try {
      settings.opener().open(io(settings), new NoEvents()).close();
    } catch (IOException refused) {
      return;
    }
  }

  @Test
  void aListenerForHttpTakesAMessage() throws Exception {
    var port = freePort();
    var io = open(show("web: {protocol: http, listen: %d, on: a}".formatted(port)), "web");
    try (var client = new Socket("127.0.0.1", port)) {
      var body = "{\"address\":\"/a\"}";
      var head = "POST /send HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length();
      client.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(ISO_8859_1));
      await().until(() -> io.in() == 1);
    }
  }

  @Test
  void aLoopThroughAWebSocketServerOfTheShowEnds() throws Exception {
    var port = freePort();
    var endpoints =
        """
        web: {protocol: websocket, listen: %d, on: a}
        remote: {protocol: websocket, connect: 127.0.0.1:%d, on: a}
        """
            .formatted(port, port);
    var routes = "there: {from: web, to: remote}\nback: {from: remote, to: web}\n";
    var rig = Rig.settled(show(endpoints, routes), "a");
    for (var endpoint : rig.node.endpoints()) {
      open(endpoint.settings(), endpoint.io());
    }
    var web = rig.node.endpoint("web").orElseThrow().io();
    var remote = rig.node.endpoint("remote").orElseThrow().io();
    remote.deliver(Message.of("/round", List.of()));
    await().until(() -> web.dropped() == 1);
    assertThat(web.in()).isEqualTo(9);
    web.deliver(Message.of("/and/back", List.of()));
    await().until(() -> remote.dropped() == 1);
    assertThat(remote.in()).isEqualTo(9);
  }

  private static Show show(String endpoints) {
    return show(endpoints, "");
  }

  private static Show show(String endpoints, String routes) {
    return Rig.show(
        """
        show: s
        nodes:
          a: {host: 127.0.0.1, cluster: 1, api: 3}
          b: {host: 127.0.0.2, cluster: 5, api: 7}
        endpoints:
        """
            + endpoints.strip().indent(2)
            + (routes.isEmpty() ? "" : "routes:\n" + routes.indent(2)));
  }

  private static EndpointSettings settings(Show show, String endpoint) {
    var node = show.nodes().get("a");
    return new EndpointFactory(show, node, Rig.TIME_TAGS, Rig.CONTROL, Path.of(""))
        .settings(show.endpoints().get(endpoint));
  }

  private static EndpointIo io(EndpointSettings settings) {
    return new EndpointIo(settings.name(), new Router(), settings.queue().get(), Clock.systemUTC());
  }

  private EndpointIo open(Show show, String endpoint) throws IOException {
    var settings = settings(show, endpoint);
    var io = io(settings);
    open(settings, io);
    return io;
  }

  private void open(EndpointSettings settings, EndpointIo io) throws IOException {
    var transport = settings.opener().open(io, new NoEvents());
    open.add(transport);
    transport.start();
  }

  private DatagramSocket receiver(String host) throws IOException {
    var receiver = new DatagramSocket(new InetSocketAddress(host, 0));
    receiver.setSoTimeout(PATIENCE_MILLIS);
    open.add(receiver);
    return receiver;
  }

  private static byte[] received(DatagramSocket receiver) throws IOException {
    var packet = new DatagramPacket(new byte[2048], 2048);
    receiver.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static void send(String host, int port, byte[] packet) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(packet, packet.length, new InetSocketAddress(host, port)));
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new DatagramSocket()) {
      return socket.getLocalPort();
    }
  }

  /** Nobody opens it again. */
  private static final class NoEvents implements Transport.Events {
    @Override
    public void lost(Failure failure) {}

    @Override
    public void troubled(Failure failure) {}

    @Override
    public void recovered() {}

    @Override
    public void crashed(Throwable bug) {}
  }
}
