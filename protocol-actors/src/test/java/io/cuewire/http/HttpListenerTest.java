package io.cuewire.http;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.codec.Budget;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.Threads;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Origins;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listener, asked by curl and by sockets that behave badly. */
@NeedsCommand(value = "curl", packaged = "curl")
class HttpListenerTest {
  private static final String PAGE = "<h1>Größe</h1>";

  @TempDir private Path outside;
  private Path web;
  private final int port = Ports.free();
  private HttpEndpoint server;

  @BeforeEach
  void open() throws IOException {
    web = Files.createDirectory(outside.resolve("web"));
    Files.writeString(outside.resolve("secret.txt"), "secret");
    Files.writeString(web.resolve("index.html"), PAGE);
    Files.writeString(web.resolve("a b.txt"), "ä");
    Files.writeString(web.resolve("app.js"), "go()");
    Files.writeString(web.resolve("look.css"), "b{}");
    Files.writeString(web.resolve("cue.json"), "{}");
    Files.write(web.resolve("logo.png"), new byte[] {1, 2, 3});
    Files.writeString(web.resolve("digits.txt"), "0123456789");
    Files.createDirectory(web.resolve("empty"));
    Files.createDirectories(web.resolve("send"));
    Files.writeString(web.resolve("send/index.html"), "not this");
    Files.writeString(web.resolve("status"), "not this");
    Files.createSymbolicLink(web.resolve("out"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(web.resolve("up"), outside);
    Files.createSymbolicLink(web.resolve("inside.txt"), web.resolve("digits.txt"));
    server = HttpEndpoint.open(HttpEndpoint.listener(port, web));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Curl curl(String path, String... args) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(args));
    all.add("http://127.0.0.1:" + port + path);
    return Curl.run(all.toArray(String[]::new));
  }

  private Curl post(String json, String... args) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(args));
    all.addAll(List.of("-H", "Content-Type: application/json", "-d", json));
    return curl("/send", all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html;charset=utf-8, <h1>Größe</h1>",
    "/index.html, text/html;charset=utf-8, <h1>Größe</h1>",
    "/a%20b.txt, text/plain;charset=utf-8, ä",
    "/app.js, text/javascript;charset=utf-8, go()",
    "/look.css, text/css;charset=utf-8, b{}",
    "/cue.json, application/json, {}",
    "/logo.png, image/png, '\u0001\u0002\u0003'",
    "/inside.txt, text/plain;charset=utf-8, 0123456789",
    "/./empty/../digits.txt, text/plain;charset=utf-8, 0123456789",
  })
  void servesFilesWithTheirTypes(String path, String type, String body) throws Exception {
    var answer = curl(path);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualToIgnoringCase(type);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    var answer = curl("/digits.txt", "--head");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("10");
    assertThat(answer.body()).isEmpty();
    assertThat(curl("/status", "--head").status()).isEqualTo(200);
  }

  @Test
  void sendsAPartThatIsAskedFor() throws Exception {
    var answer = curl("/digits.txt", "-r", "2-4");
    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(answer.body()).isEqualTo("234");
    assertThat(curl("/digits.txt", "-r", "50-").status()).isEqualTo(416);
  }

  @Test
  void saysThatAFileHasNotChangedAndShowsAChangeAtOnce() throws Exception {
    var first = curl("/digits.txt");
    var etag = first.header("ETag");
    assertThat(curl("/digits.txt", "-H", "If-None-Match: " + etag).status()).isEqualTo(304);
    var since = "If-Modified-Since: " + first.header("Last-Modified");
    assertThat(curl("/digits.txt", "-H", since).status()).isEqualTo(304);
    Files.writeString(web.resolve("digits.txt"), "changed");
    var second = curl("/digits.txt", "-H", "If-None-Match: " + etag);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.body()).isEqualTo("changed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/empty/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/..;/secret.txt",
        "/empty/..;x/../secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/digits.txt%00",
        "/%00/../secret.txt",
        "//../secret.txt",
        "/out",
        "/up/secret.txt",
        "/up/",
        "/empty/",
        "/nothing.html",
      })
  void givesNothingElse(String path) throws Exception {
    var answer = curl(path);
    assertThat(answer.status()).isBetween(400, 404);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.body())
        .startsWith("{\"error\":\"")
        .doesNotContain("secret\n", web.toString());
  }

  @Test
  void takesAMessage() throws Exception {
    var answer = post("{\"address\":\"/a/b\",\"args\":[1,0.5,\"x\",true,null,5000000000]}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.body()).isEqualTo("{\"success\":true}");
    var message = server.inbox().next();
    assertThat(message.address()).isEqualTo("/a/b");
    assertThat(message.args()).containsExactly(1, 0.5f, "x", true, null, 5_000_000_000L);
    assertThat(post("{\"address\":\"/bare\"}").status()).isEqualTo(200);
    assertThat(server.inbox().next()).hasToString("/bare []");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "",
        "[]",
        "null",
        "{}",
        "{\"address\":5}",
        "{\"address\":\"a\"}",
        "{\"address\":\"/a b\"}",
        "{\"address\":\"/a\",\"args\":[{}]}",
        "{\"address\":\"/a\",\"args\":[123456789012345678901234567890]}",
        "{\"address\":\"/a\"} trailing",
      })
  void refusesWhatIsNoMessage(String body) throws Exception {
    var answer = post(body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).matches("\\{\"error\":\".+\"}");
    assertThat(server.io().errors()).isOne();
    assertThat(server.io().lastError().orElseThrow()).contains("malformed packet from 127.0.0.1:");
    server.inbox().assertEmpty();
  }

  @Test
  void refusesABodyThatIsNotUtf8() throws Exception {
    var file = outside.resolve("latin1");
    Files.write(file, "{\"address\":\"/ä\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(curl("/send", "--data-binary", "@" + file).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Type: text/plain", "Transfer-Encoding: chunked"})
  void takesABodyOfAMebibyteAndNotMore(String header) throws Exception {
    var file = outside.resolve("body");
    var frame = "{\"address\":\"/big\",\"args\":[\"\"]}";
    var text = "x".repeat((1 << 20) - frame.length());
    Files.writeString(file, frame.replace("\"\"", "\"" + text + "\""));
    assertThat(curl("/send", "-H", header, "--data-binary", "@" + file).status()).isEqualTo(200);
    assertThat(server.inbox().next().args()).containsExactly(text);
    Files.writeString(file, frame.replace("\"\"", "\"" + text + "y\""));
    var answer = curl("/send", "-H", header, "--data-binary", "@" + file);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("longer than 1048576 bytes");
    server.inbox().assertEmpty();
  }

  @Test
  void givesWayWhereTooMuchWaitsInMemory() throws Exception {
    var budget = new Budget(100);
    var settings =
        new HttpListenerSettings(
            Ports.local(Ports.free()), Optional.empty(), List.of(), new Origins(Set.of()), budget);
    try (var small = HttpEndpoint.open(settings)) {
      var url = "http://127.0.0.1:" + settings.bind().getPort() + "/send";
      var args = "\"" + "x".repeat(100) + "\"";
      var large = Curl.run("-d", "{\"address\":\"/a\",\"args\":[" + args + "]}", url);
      assertThat(large.status()).isEqualTo(503);
      assertThat(Curl.run("-d", "{\"address\":\"/a\"}", url).status()).isEqualTo(200);
      assertThat(small.inbox().next()).hasToString("/a []");
    }
  }

  @Test
  void answersTheStatusAndKnowsOtherMethodsByTheirName() throws Exception {
    var status = curl("/status");
    assertThat(status.body()).isEqualTo(HttpEndpoint.STATUS);
    assertThat(status.header("Content-Type")).isEqualTo("application/json");
    assertThat(curl("/send").status()).isEqualTo(405);
    assertThat(curl("/send").header("Allow")).isEqualTo("POST");
    assertThat(curl("/send", "--head").status()).isEqualTo(405);
    assertThat(curl("/send", "-X", "DELETE").status()).isEqualTo(405);
    assertThat(curl("/status", "-d", "x").status()).isEqualTo(405);
    assertThat(curl("/elsewhere", "-d", "x").status()).isEqualTo(404);
    assertThat(curl("/index.html", "-d", "x").status()).isEqualTo(404);
  }

  @Test
  void takesNoMessageFromAForeignPage() throws Exception {
    var answer = post("{\"address\":\"/a\"}", "-H", "Origin: http://evil.example");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("http://evil.example");
    server.inbox().assertEmpty();
    assertThat(server.io().errors()).isOne();
    assertThat(post("{\"address\":\"/a\"}", "-H", "Origin: http://stage.local:8081").status())
        .isEqualTo(200);
    assertThat(curl("/", "-H", "Origin: http://evil.example").head())
        .doesNotContainIgnoringCase("Access-Control");
  }

  @Test
  void letsAPageOfTheShowSendFromAnotherPort() throws Exception {
    var page = "http://stage.local:8081";
    var asked = new String[] {"-X", "OPTIONS", "-H", "Access-Control-Request-Method: POST", "-H"};
    var leave = curl("/send", with(asked, "Origin: " + page));
    assertThat(leave.status()).isEqualTo(204);
    assertThat(leave.header("Access-Control-Allow-Origin")).isEqualTo(page);
    assertThat(leave.header("Access-Control-Allow-Methods")).isEqualTo("POST");
    assertThat(leave.header("Access-Control-Allow-Headers")).contains("Content-Type");
    var sent = post("{\"address\":\"/a\"}", "-H", "Origin: " + page);
    assertThat(sent.header("Access-Control-Allow-Origin")).isEqualTo(page);
    assertThat(sent.header("Vary")).isEqualTo("Origin");
    assertThat(curl("/status", "-H", "Origin: " + page).header("Access-Control-Allow-Origin"))
        .isEqualTo(page);
    for (var path : List.of("/send", "/status")) {
      assertThat(curl(path, with(asked, "Origin: http://evil.example")).status()).isEqualTo(405);
      assertThat(curl(path, "-H", "Origin: http://evil.example").head())
          .doesNotContainIgnoringCase("Access-Control");
    }
  }

  private static String[] with(String[] args, String last) {
    return Stream.concat(Arrays.stream(args), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void namesWhoIsConnectedNow() throws Exception {
    var body = "{\"address\":\"/a\"}";
    var request = "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s";
    try (var sender = socket(request.formatted(body.length(), body))) {
      assertThat(sender.getInputStream().read()).isEqualTo('H');
      assertThat(server.transport().peers())
          .singleElement()
          .satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("127.0.0.1:" + sender.getLocalPort());
            assertThat(peer.in()).isOne();
          });
    }
    eventually().until(() -> server.transport().peers().isEmpty());
  }

  @Test
  void answersOnlyAddressesThatAreAllowed() throws Exception {
    server.close();
    server = HttpEndpoint.open(HttpEndpoint.listener(port, web, "127.0.0.2"));
    for (var i = 0; i < 300; i++) { // more than it takes at a time
      try (var foreign = socket()) {
        assertThat(foreign.getInputStream().read()).as("closed at once").isEqualTo(-1);
      }
    }
    assertThat(server.io().dropped()).isEqualTo(300);
    var friend = post("{\"address\":\"/a\"}", "--interface", "127.0.0.2");
    assertThat(friend.status()).isEqualTo(200);
    assertThat(server.io().in()).isEqualTo(1);
  }

  @Test
  void closesWhoIsTooManyAndSaysSo() throws Exception {
    var crowd = new ArrayList<Socket>();
    for (var i = 0; i < 256; i++) {
      crowd.add(socket());
    }
    eventually().until(() -> server.transport().peers().size() == 256);
    try (var late = socket()) {
      assertThat(late.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(server.io().dropped()).isEqualTo(1);
    crowd.removeLast().close();
    eventually().until(() -> server.transport().peers().size() == 255);
    eventually().until(() -> post("{\"address\":\"/a\"}").status() == 200);
    for (var socket : crowd) {
      socket.close();
    }
    eventually().until(() -> server.transport().peers().isEmpty());
  }

  @Test
  void keepsAConnectionForManyMessagesInTheirOrder() throws Exception {
    var args = new ArrayList<String>();
    for (var i = 0; i < 200; i++) {
      args.addAll(List.of("-d", "{\"address\":\"/n\",\"args\":[" + i + "]}"));
      args.addAll(List.of("http://127.0.0.1:" + port + "/send", "--next", "-s"));
    }
    Curl.run(args.subList(0, args.size() - 2).toArray(String[]::new));
    for (var i = 0; i < 200; i++) {
      assertThat(server.inbox().next()).hasToString("/n [" + i + "]");
    }
    eventually().until(() -> server.transport().peers().isEmpty());
  }

  @Test
  void countsWhatManySendAtOnce() throws Exception {
    var senders = new ArrayList<CompletableFuture<Void>>();
    for (var i = 0; i < 8; i++) {
      senders.add(CompletableFuture.runAsync(this::sendTwice));
    }
    CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new)).get();
    assertThat(server.io().in()).isEqualTo(16);
  }

  private void sendTwice() {
    try {
      post("{\"address\":\"/a\"}");
      post("{\"address\":\"/a\"}");
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void answersOthersWhileSomeBehaveBadly() throws Exception {
    try (var silent = socket();
        var halfHead = socket("POST /send HTTP/1.1\r\nHos");
        var halfBody =
            socket("POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{\"addr");
        var garbage = socket("\u0001\u0002 garbage\r\n\r\n")) {
      var answer = new String(garbage.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("{\"error\":");
      assertThat(server.io().errors()).isOne();
      for (var i = 0; i < 20; i++) {
        assertThat(post("{\"address\":\"/still\"}").status()).isEqualTo(200);
      }
      assertThat(List.of(silent, halfHead, halfBody)).noneMatch(Socket::isClosed);
    }
    assertThat(server.io().in()).isEqualTo(20);
    assertThat(server.events().bugs()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /send HTTP/1.1\r\n\r\n",
        "GET /status HTTP/9.9\r\nHost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\r\n\r\n",
      })
  void outlivesWhatIsNoHttp(String text) throws Exception {
    try (var socket = socket(text)) {
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 200");
    }
    assertThat(post("{\"address\":\"/after\"}").status()).isEqualTo(200);
    assertThat(server.events().bugs()).isEmpty();
    assertThat(server.events().losses()).isEmpty();
  }

  @Test
  void forgetsABodyWhoseSenderHasGone() throws Exception {
    try (var socket = socket("POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")) {
      eventually().until(() -> !Threads.named("http-in request").isEmpty());
      socket.setSoLinger(true, 0);
    }
    eventually().untilAsserted(() -> assertThat(Threads.named("http-in request")).isEmpty());
    assertThat(server.events().bugs()).isEmpty();
    assertThat(server.io().in()).isZero();
  }

  private Socket socket(String... text) throws IOException {
    var socket = new Socket(Ports.local(port).getAddress(), port);
    socket.setSoTimeout(10_000);
    for (var part : text) {
      socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
    }
    return socket;
  }

  @Test
  void freesItsPortAndThreadsAtOnceWhateverItsClientsDo() throws Exception {
    Files.write(web.resolve("film.mov"), new byte[20 << 20]);
    try (var halfBody = socket("POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{");
        var neverReads = socket("GET /film.mov HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3));
        var idle = socket()) {
      assertThat(neverReads.getInputStream().read()).isEqualTo('H');
      eventually().until(() -> !Threads.named("http-in request").isEmpty());
      var before = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      assertThat(Ports.isFree(port)).isTrue();
      eventually().untilAsserted(() -> assertThat(Threads.named("http-in")).isEmpty());
      var answer =
          new String(halfBody.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).as("an error, or nothing").doesNotContain(" 200 ");
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(server.events().losses()).isEmpty();
    assertThat(server.events().bugs()).isEmpty();
  }

  @Test
  void opensItsPortAgainFiftyTimes() throws Exception {
    for (var round = 0; round < 50; round++) {
      server.close();
      server.reopen();
      if (round % 10 == 0) {
        assertThat(post("{\"address\":\"/a\"}").status()).isEqualTo(200);
      }
    }
    server.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("http-in")).isEmpty());
  }

  @Test
  void saysThatTheFolderIsMissingOrThePortTaken() {
    var missing = HttpEndpoint.listener(Ports.free(), web.resolve("missing"));
    assertThatThrownBy(() -> HttpEndpoint.open(missing))
        .isInstanceOfSatisfying(
            IOException.class,
            e ->
                assertThat(Failure.of(e, "web"))
                    .isEqualTo(
                        new Failure(
                            "no such folder",
                            "web: no such folder (" + web.resolve("missing") + ")")));
    assertThatThrownBy(() -> HttpEndpoint.open(HttpEndpoint.listener(port, web)))
        .isInstanceOfSatisfying(
            IOException.class,
            e -> assertThat(Failure.of(e, "web").reason()).isEqualTo("port in use"));
    server.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("http-in")).isEmpty());
  }
}
