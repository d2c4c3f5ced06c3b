package io.cuewire.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cuewire.control.Event;
import io.cuewire.control.Status.Messages;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventStreamTest {
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration NEVER = Duration.ofDays(1);

  private final RehearsalNode node = new RehearsalNode();
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private ApiServer api;

  @BeforeEach
  void start() throws IOException {
    start(NEVER);
  }

  private void start(Duration ping) throws IOException {
    api = ApiServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node, ping);
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    api.close();
  }

  private WebSocket connect(String query, String... origin) {
    var builder = client.newWebSocketBuilder();
    for (var page : origin) {
      builder.header("Origin", page);
    }
    var uri = URI.create("ws://127.0.0.1:" + api.port() + "/api/events" + query);
    var socket = builder.buildAsync(uri, new Listener()).join();
    await().until(() -> node.subscribers() > 0);
    return socket;
  }

  private final class Listener implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      events.add(text.toString());
      return WebSocket.Listener.super.onText(socket, text, last);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add("closed " + code);
      return WebSocket.Listener.super.onClose(socket, code, reason);
    }
  }

  private String next() throws InterruptedException {
    return events.poll(10, TimeUnit.SECONDS);
  }

  private static Event status() {
    return new Event.StatusEvent("foh", "member", RehearsalNode.NOW, new Messages(1, 2, 0));
  }

  private static Event message(String address) {
    return new Event.MessageEvent(RehearsalNode.entry("in", address, 0.5f));
  }

  @Test
  void streamsEveryKindOfEvent() throws InterruptedException {
    connect("");
    node.emit(message("/1/fader1"));
    assertThat(next())
        .isEqualTo(
            """
            {"event":"message","timestamp":1764000000.120,"node":"foh","endpoint":"touchosc-in",\
            "direction":"in","address":"/1/fader1","args":[0.5],"peer":"10.0.0.9:50000"}\
            """);
    node.emit(new Event.EndpointEvent(node.status().endpoints().getFirst()));
    assertThat(next()).startsWith("{\"event\":\"endpoint\",\"name\":\"touchosc-in\"");
    node.emit(new Event.NodeEvent(node.status().nodes().getFirst()));
    assertThat(next()).startsWith("{\"event\":\"node\",\"name\":\"foh\"");
    node.emit(status());
    assertThat(next())
        .isEqualTo(
            """
            {"event":"status","node":"foh","cluster":"member","timestamp":1764000000.120,\
            "messages":{"in":1,"out":2,"dropped":0},"dropped":0}\
            """);
  }

  @Test
  void streamsOnlyTheMessagesThatWereAskedFor() throws InterruptedException {
    connect("?match=/1/*&endpoint=touchosc-in");
    node.emit(message("/2/fader1"));
    node.emit(new Event.MessageEvent(RehearsalNode.entry("out", "/1/fader1")));
    node.emit(message("/1/fader2"));
    node.emit(status());
    assertThat(next()).contains("/1/fader2");
    assertThat(next()).contains("\"event\":\"status\"");
  }

  @Test
  void endsItsSubscriptionWithTheConnection() {
    connect("").sendClose(WebSocket.NORMAL_CLOSURE, "");
    await().until(() -> node.subscribers() == 0);
  }

  @Test
  void refusesPagesThatAreForeign() {
    assertThatThrownBy(() -> connect("", "http://evil.example"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    connect("", "http://tablet.local:8080");
  }

  @Test
  void saysThatTheNodeGoesAway() throws InterruptedException {
    connect("");
    api.close();
    assertThat(next()).startsWith("closed 1001");
  }

  @Test
  void dropsMessagesForAClientThatDoesNotReadAndCountsThem() throws IOException {
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      handshake(socket);
      await().until(() -> node.subscribers() == 1);
      var longest = 0L;
      for (var i = 0; i < 200_000; i++) {
        var before = System.nanoTime();
        node.emit(message("/1/fader1"));
        longest = Math.max(longest, System.nanoTime() - before);
      }
      node.emit(status()); // has a place of its own
      assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(1));
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var frame = readFrame(in);
      while (!frame.contains("\"event\":\"status\"")) {
        frame = readFrame(in);
      }
      var dropped = Long.parseLong(frame.replaceAll(".*\"dropped\":(\\d+)}$", "$1"));
      assertThat(dropped).isBetween(10_000L, 200_000L);
    }
  }

  @Test
  void triesTheConnectionAndEndsItWhenNobodyAnswers() throws IOException {
    api.close();
    start(OFTEN);
    try (var socket = new Socket()) {
      handshake(socket);
      var rest = socket.getInputStream().readAllBytes(); // returns when the node ends it
      assertThat(rest).startsWith(0x89, 0x00); // RFC 6455 §5.5.2: an empty ping
    }
    await().until(() -> node.subscribers() == 0);
  }

  @Test
  void keepsAConnectionThatAnswers() throws IOException, InterruptedException {
    api.close();
    start(OFTEN);
    var pings = new LinkedBlockingQueue<String>();
    client
        .newWebSocketBuilder()
        .buildAsync(
            URI.create("ws://127.0.0.1:" + api.port() + "/api/events"),
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onPing(WebSocket socket, java.nio.ByteBuffer message) {
                pings.add("ping");
                return WebSocket.Listener.super.onPing(socket, message);
              }
            })
        .join();
    for (var i = 0; i < 4; i++) {
      assertThat(pings.poll(10, TimeUnit.SECONDS)).isEqualTo("ping");
    }
    assertThat(node.subscribers()).isEqualTo(1);
  }

  private void handshake(Socket socket) throws IOException {
    socket.connect(new InetSocketAddress("127.0.0.1", api.port()));
    socket
        .getOutputStream()
        .write(
            """
            GET /api/events HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """
                .getBytes(StandardCharsets.US_ASCII));
    assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 101");
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.read());
    }
    return head.toString();
  }

  /** The payload of an unmasked frame (RFC 6455 §5.2) of less than 64 KiB. */
  private static String readFrame(DataInputStream in) throws IOException {
    in.readByte();
    var length = in.readUnsignedByte();
    var payload = new byte[length == 126 ? in.readUnsignedShort() : length];
    in.readFully(payload);
    return new String(payload, StandardCharsets.UTF_8);
  }
}
