package io.cuewire.websocket;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cuewire.codec.Budget;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.Threads;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our server, and Node.js as its clients. */
@NeedsCommand(
    value = {"node", "wscat"},
    packaged = "nodejs, node-ws")
class WebSocketServerTest {
  private static final Duration RARELY = Duration.ofMinutes(1);
  private static final Duration OFTEN = Duration.ofSeconds(1);

  /** Requests, and what each is answered. */
  private static final List<List<String>> ANSWERS =
      List.of(
          List.of(
              "{'type':'control','action':'scene_change','scene_name':'intro'}",
              "{'type':'control_response','action':'scene_change','success':true,"
                  + "'scene_name':'intro'}"),
          List.of(
              "{'type':'control','action':'scene_change','scene_name':'x'}",
              "{'type':'control_response','action':'scene_change','success':false,"
                  + "'scene_name':'x','error':'no such scene'}"),
          List.of(
              "{'type':'control','action':'scene_change'}",
              "{'type':'control_response','action':'scene_change','success':false,"
                  + "'error':'`scene_name` is missing or no text'}"),
          List.of(
              "{'type':'control','action':'emergency_stop'}",
              "{'type':'control_response','action':'emergency_stop','success':false,"
                  + "'error':'not now'}"),
          List.of(
              "{'type':'control','action':'dance'}",
              "{'type':'error','error':'unknown action `dance`'}"),
          List.of(
              "{'type':'parameter','operator':'/p/geo1','parameter':'sx','value':2.5}",
              "{'type':'parameter_response','operator':'/p/geo1','parameter':'sx','value':2.5,"
                  + "'success':true}"),
          List.of(
              "{'type':'parameter','operator':'/p/geo1','parameter':'locked','value':'a'}",
              "{'type':'parameter_response','operator':'/p/geo1','parameter':'locked',"
                  + "'value':'a','success':false,'error':'it is locked'}"),
          List.of(
              "{'type':'parameter','operator':'/p/geo1','parameter':'sx'}",
              "{'type':'parameter_response','operator':'/p/geo1','parameter':'sx',"
                  + "'success':false,'error':'`value` must be a number, a text, true or false'}"),
          List.of(
              "{'type':'message','args':[1]}",
              "{'type':'error','error':'`address` must be a text that begins with `/`'}"),
          List.of(
              "{'type':'message','address':'/a','args':[{}]}",
              "{'type':'error','error':'an argument cannot be an object'}"),
          List.of("{'type':'unheard'}", "{'type':'error','error':'unknown type `unheard`'}"),
          List.of(
              "{'address':'/a','args':[1]}",
              "{'type':'error','error':'`type` is missing or no text'}"),
          List.of(
              "{'type':'message',",
              "{'type':'error','error':'a JSON object is expected, such as"
                  + " {\\'type\\':\\'request_status\\'}'}"));

  private static String json(String text) {
    return text.replace('\'', '"').replace('`', '\'');
  }

  @Test
  void welcomesAClientAndCarriesMessagesBothWays() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.start()) {
      client.run("connect('ws://127.0.0.1:" + server.port + "/any/path')");
      assertThat(client.text())
          .matches("\\{\"type\":\"welcome\",\"server\":\"web\",\"timestamp\":\\d{10}\\.\\d{3}}");
      client.run("console.log('extensions:' + ws.extensions)");
      assertThat(client.line("extensions:")).as("compression costs memory").isEmpty();
      client.send(json("{'type':'message','address':'/1/fader1','args':[0.5,3,'x',true]}"));
      var message = server.inbox.next();
      assertThat(message).hasToString("/1/fader1 [0.5, 3, x, true]");
      assertThat(message.source()).isEqualTo("web");
      server.send("/a", 1.0f, new byte[] {1, 2});
      assertThat(client.text())
          .isEqualTo(
              json(
                  "{'type':'message','address':'/a','args':[1.0,'AQI='],"
                      + "'source':'desk','timestamp':1764000000.123}"));
      eventually().untilAsserted(() -> assertThat(server.io.history().since(0)).hasSize(2));
      assertThat(server.io.out()).isEqualTo(1);
      assertThat(server.io.in()).isEqualTo(1);
    }
  }

  @Test
  void answersToTheLetterAndKeepsTheConnection() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      for (var each : ANSWERS) {
        client.send(json(each.getFirst()));
        assertThat(client.text()).as(each.getFirst()).isEqualTo(json(each.getLast()));
      }
      client.send(json("{'type':'request_status'}"));
      assertThat(client.text())
          .matches(
              "\\{\"type\":\"status_update\",\"timestamp\":\\d{10}\\.\\d{3},"
                  + "\"status\":\\{\"show\":\"club-night\"}}");
      assertThat(server.show.asked)
          .containsExactly(
              "scene intro", "scene x", "stop", "/p/geo1 sx = 2.5", "/p/geo1 locked = a");
      assertThat(server.show.origins).containsExactly("web " + server.peers().getFirst());
      assertThat(server.io.errors()).isEqualTo(8);
      client.send(json("{'type':'message','address':'/still/there'}"));
      assertThat(server.inbox.next()).hasToString("/still/there []");
    }
  }

  @Test
  void neverAnswersAnError() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      client.send(json("{'type':'error','error':'no'}"));
      client.send(json("{'type':'unheard'}"));
      assertThat(client.text()).contains("unheard");
      assertThat(server.io.errors()).isEqualTo(1);
    }
  }

  @Test
  void recognisesItsOwnRulesFirst() throws Exception {
    try (var server = OpenSocket.server().handle("^GO (\\d+)$", "/cue/{1}", "$1").listen();
        var client = NodePeer.client(server.port)) {
      client.send("GO 7");
      assertThat(server.inbox.next()).hasToString("/cue/7 [7]");
    }
  }

  @Test
  void readsOscPacketsInBinaryFrames() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      var packet = HexFormat.of().formatHex(OscCodec.encode("/fader/1", List.of(0.5f)));
      client.run("ws.send(Buffer.from('" + packet + "', 'hex'))");
      assertThat(server.inbox.next()).hasToString("/fader/1 [0.5]");
      var bundle = "2362756e646c6500" + "0000000000000001" + "00000014" + packet;
      client.run("ws.send(Buffer.from('" + bundle + "', 'hex'))");
      assertThat(server.inbox.next()).hasToString("/fader/1 [0.5]");
      client.run("ws.send(Buffer.from('garbage!'))");
      assertThat(client.text())
          .startsWith(json("{'type':'error','error':'a binary frame must hold one OSC packet: "));
      assertThat(server.io.errors()).isEqualTo(1);
    }
  }

  @Test
  void putsFragmentsTogether() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      client.run(
          "ws.send('{\"type\":\"message\",\"addr', {fin: false});"
              + " ws.ping('between');"
              + " ws.send('ess\":\"/caf\\u00e9\",\"ar', {fin: false});"
              + " ws.send('gs\":[1]}', {fin: true})");
      client.expect("pong between");
      assertThat(server.inbox.next()).hasToString("/café [1]");
      var large = "x".repeat(100);
      client.run(
          "ws.send(JSON.stringify({type: 'message', address: '/large', args: ['"
              + large
              + "'.repeat(10000)]}))");
      assertThat(server.inbox.next().args()).isEqualTo(List.of(large.repeat(10_000)));
    }
  }

  @Test
  void closesOnAMessageThatIsTooLarge() throws Exception {
    try (var server = OpenSocket.server().listen();
        var one = NodePeer.client(server.port);
        var friend = NodePeer.client(server.port)) {
      one.run("ws.send('x'.repeat(3 << 20))");
      one.expect("close 1009 at most 1048576");
      eventually().until(() -> server.transport.peers().size() == 1);
      assertThat(server.io.errors()).isEqualTo(1);
      assertThat(server.io.lastError().orElseThrow()).contains("more than 1048576 bytes");
      friend.send(json("{'type':'message','address':'/friend'}"));
      assertThat(server.inbox.next()).hasToString("/friend []");
    }
  }

  @Test
  void saysThatItHasNoMemoryForAMessage() throws Exception {
    try (var server = OpenSocket.server().incoming(new Budget(50_000)).listen();
        var client = NodePeer.client(server.port)) {
      client.run("ws.send('x'.repeat(100000))");
      client.expect("close 1013 no memory");
      assertThat(server.io.errors()).isZero();
      assertThat(server.io.dropped()).isEqualTo(1);
    }
  }

  @Test
  void letsGoOfAClientThatDoesNotFinishItsMessage() throws Exception {
    try (var server = OpenSocket.server().ping(OFTEN).listen();
        var client = NodePeer.client(server.port)) {
      client.run("ws.send('{', {fin: false})");
      client.expect("ping");
      eventually().until(() -> server.peers().isEmpty());
    }
  }

  @Test
  void keepsAClientWhoseUnfinishedMessageIsAnotherOneEachTime() throws Exception {
    try (var server = OpenSocket.server().ping(OFTEN).listen();
        var client = NodePeer.client(server.port)) {
      for (var i = 0; i < 6; i++) {
        client.run("ws.send('{\"type\":\"message\",\"address\":', {fin: false})");
        client.expect("ping");
        client.run("ws.send('\"/a\"}')");
        assertThat(server.inbox.next()).hasToString("/a []");
      }
    }
  }

  @Test
  void survivesGarbage() throws Exception {
    try (var server = OpenSocket.server().listen();
        var hostile = NodePeer.client(server.port);
        var friend = NodePeer.client(server.port);
        var noHttp = new Socket("127.0.0.1", server.port)) {
      noHttp.getOutputStream().write("\0\1\2garbage\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      hostile.run("ws._socket.write(Buffer.from('ffffffffffffffff', 'hex'))");
      hostile.line("close 1002");
      eventually().until(() -> server.transport.peers().size() == 1);
      assertThat(server.io.errors()).isEqualTo(1);
      friend.send(json("{'type':'message','address':'/friend'}"));
      assertThat(server.inbox.next()).hasToString("/friend []");
      assertThat(server.events.bugs()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example, 403",
    "'null', 403",
    "http://tablet.local:3000, 101",
    "http://localhost:5173, 101",
    "http://127.0.0.9, 101",
  })
  void letsOnlyPagesOfTheShowIn(String origin, int status) throws Exception {
    try (var server = OpenSocket.server().listen()) {
      assertThat(upgrade(server.port, "/", "Origin: " + origin)).isEqualTo(status);
      assertThat(server.io.dropped()).isEqualTo(status == 403 ? 1 : 0);
    }
  }

  @Test
  void forgetsClientsThatAreGoneAtOnce() throws Exception {
    try (var server = OpenSocket.server().listen()) {
      for (var i = 0; i < 50; i++) {
        assertThat(upgrade(server.port, "/")).isEqualTo(101);
      }
      eventually().untilAsserted(() -> assertThat(server.peers()).isEmpty());
    }
  }

  /** The status that answers an upgrade. */
  private static int upgrade(int port, String path, String... headers) throws Exception {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      var request =
          "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  .formatted(path)
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
              + String.join("\r\n", headers)
              + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      return Integer.parseInt(line.substring("HTTP/1.1 ".length()));
    }
  }

  @Test
  void servesItsPathOnly() throws Exception {
    try (var server = OpenSocket.server().path("/control").listen();
        var http = HttpClient.newHttpClient()) {
      assertThat(upgrade(server.port, "/control")).isEqualTo(101);
      assertThat(upgrade(server.port, "/control?token=1")).isEqualTo(101);
      assertThat(upgrade(server.port, "/")).isEqualTo(404);
      var page = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + "/control"));
      assertThat(http.send(page.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(426);
    }
  }

  @Test
  void refusesAddressesThatAreNotAllowed() throws Exception {
    try (var server = OpenSocket.server().allow("127.0.0.2").listen()) {
      try (var foreign = new Socket("127.0.0.1", server.port)) {
        foreign.setSoTimeout(10_000);
        assertThat(foreign.getInputStream().read()).as("closed at once").isEqualTo(-1);
      }
      assertThat(server.io.dropped()).isEqualTo(1);
      assertThat(server.peers()).isEmpty();
    }
  }

  @Test
  void closesWhoIsTooManyAndSaysSo() throws Exception {
    try (var server = OpenSocket.server().listen();
        var crowd = new Crowd(server.port, 320)) {
      crowd.assertOpen();
      try (var late = new Socket("127.0.0.1", server.port)) {
        late.setSoTimeout(3000); // silent callers are let go after four seconds
        assertThat(late.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(server.io.dropped()).isEqualTo(1);
    }
  }

  /** Callers that say nothing. */
  private record Crowd(List<Socket> sockets) implements AutoCloseable {
    Crowd(int port, int size) throws IOException {
      this(new ArrayList<>());
      for (var i = 0; i < size; i++) {
        sockets.add(new Socket("127.0.0.1", port));
      }
    }

    void assertOpen() throws IOException {
      var last = sockets.getLast();
      last.setSoTimeout(100);
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> last.getInputStream().read());
    }

    @Override
    public void close() throws IOException {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void sendsToOneClientWhenAskedTo() throws Exception {
    try (var server = OpenSocket.server().listen();
        var one = NodePeer.client(server.port)) {
      eventually().until(() -> server.peers().size() == 1);
      var peer = server.peers().getFirst();
      try (var other = NodePeer.client(server.port)) {
        assertThat(server.transport.sendTo(peer, Message.of("/you", List.of()))).isTrue();
        assertThat(server.transport.sendTo("127.0.0.1:1", Message.of("/you", List.of()))).isFalse();
        server.send("/all");
        assertThat(one.text()).contains("/you");
        assertThat(one.text()).contains("/all");
        assertThat(other.text()).contains("/all");
      }
      eventually().untilAsserted(() -> assertThat(server.peers()).containsExactly(peer));
    }
  }

  @Test
  void pingsAndLetsGoOfAClientThatDoesNotAnswer() throws Exception {
    try (var server = OpenSocket.server().ping(OFTEN).listen();
        var alive = NodePeer.client(server.port);
        var frozen = NodePeer.client(server.port)) {
      frozen.run("ws._socket.pause()");
      eventually().until(() -> server.peers().size() == 1);
      for (var i = 0; i < 4; i++) {
        alive.expect("ping");
      }
      assertThat(server.peers()).hasSize(1);
    }
  }

  @Test
  void tellsItsStatusNowAndThen() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      assertThat(client.line("text "))
          .isEqualTo(json("{'type':'periodic_status','data':{'show':'club-night'}}"));
      assertThat(server.io.out()).isZero();
    }
  }

  @Test
  void carriesAThousandMessagesInOrder() throws Exception {
    try (var server = OpenSocket.server().listen();
        var client = NodePeer.client(server.port)) {
      client.run(
          "for (let i = 0; i < 1000; i++)"
              + " ws.send(JSON.stringify({type: 'message', address: '/n', args: [i]}))");
      for (var i = 0; i < 1000; i++) {
        assertThat(server.inbox.next()).hasToString("/n [" + i + "]");
        server.send("/n", i);
      }
      for (var i = 0; i < 1000; i++) {
        assertThat(client.text()).contains("\"args\":[" + i + "]");
      }
      assertThat(server.io.dropped()).isZero();
    }
  }

  @Test
  void aSlowClientGetsTheNewestAndDisturbsNobody() throws Exception {
    try (var server = OpenSocket.server().queue(64).ping(RARELY).listen();
        var slow = NodePeer.client(server.port);
        var quick = NodePeer.client(server.port)) {
      slow.run("ws._socket.pause(); console.log('paused')");
      slow.expect("paused");
      var payload = "x".repeat(10_000);
      server.send("/once", 1);
      for (var i = 0; i < 2000; i++) { // 20 MB, more than sockets take
        server.send("/a", i, payload);
        server.send("/b", i, payload);
        if (i % 10 == 0) { // it shall not be slow itself
          seen(quick, "/a", i);
        }
      }
      seen(quick, "/b", 1999);
      eventually().until(() -> server.io.dropped() > 0);
      slow.run("ws._socket.resume()");
      seen(slow, "/once", 1);
      var before = -1;
      var last = -1;
      var other = -1;
      while (last < 1999 || other < 1999) { // which of the two comes first depends on the reader
        var seen = slow.line("text " + json("{'type':'message','address':'/"));
        var number = number(seen.substring(seen.indexOf('[') + 1));
        if (seen.startsWith("a")) {
          before = last;
          last = number;
        } else {
          other = number;
        }
      }
      assertThat(before).as("what the sockets held").isBetween(1, 1900);
    }
  }

  private static void seen(NodePeer client, String address, int number) throws Exception {
    client.line(
        "text " + json("{'type':'message','address':'%s','args':[%d").formatted(address, number));
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(0, text.indexOf(',')));
  }

  @Test
  void servesTwoHundredClientsWithFewThreadsAndLittleMemory() throws Exception {
    try (var server = OpenSocket.server().name("crowded").listen();
        var crowd = NodePeer.start();
        var warm = NodePeer.client(server.port)) {
      warm.send(json("{'type':'message','address':'/warm'}"));
      server.inbox.next();
      var before = usedMemory();
      crowd.run("crowd('ws://127.0.0.1:" + server.port + "', 200, 10)");
      crowd.expect("welcomed");
      eventually().until(() -> server.peers().size() == 201);
      for (var i = 0; i < 10; i++) {
        server.send("/to/all", i);
      }
      crowd.expect("served");
      assertThat(usedMemory() - before).as("bytes").isLessThan(20_000_000);
      assertThat(platformThreads("crowded")).isLessThanOrEqualTo(8);
      assertThat(server.io.dropped()).isZero();
      crowd.run("process.exit()");
      eventually().until(() -> server.peers().size() == 1);
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long platformThreads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().contains(name) || t.getName().contains("Scheduler"))
        .count();
  }

  @Test
  void freesThePortAndEndsItsThreadsAtOnceEvenIfAClientDoesNotRead() throws Exception {
    var port = Ports.free();
    try (var polite = NodePeer.start()) {
      for (var round = 0; round < 5; round++) {
        try (var server = OpenSocket.on(port).name("no-thread-left").listen();
            var neverReads = new Socket()) {
          neverReads.setReceiveBufferSize(4096);
          neverReads.connect(new InetSocketAddress("127.0.0.1", port));
          neverReads
              .getOutputStream()
              .write(
                  ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          + "Sec-WebSocket-Version: 13\r\n"
                          + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                      .getBytes(StandardCharsets.UTF_8));
          polite.run("connect('ws://127.0.0.1:" + port + "')");
          polite.text();
          eventually().until(() -> server.peers().size() == 2);
          for (var i = 0; i < 200; i++) {
            server.send("/n", i, "x".repeat(10_000));
          }
          seen(polite, "/n", 199); // so that it has room for the farewell
          var begin = System.nanoTime();
          server.transport.close();
          assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(2));
          assertThat(Ports.isFree(port)).isTrue();
          polite.line("close 1001");
        }
      }
    }
    eventually().untilAsserted(() -> assertThat(Threads.named("no-thread-left")).isEmpty());
  }

  @Test
  void saysThatItsPortIsInUse() throws Exception {
    try (var server = OpenSocket.server().listen()) {
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> OpenSocket.on(server.port).listen());
    }
  }
}
