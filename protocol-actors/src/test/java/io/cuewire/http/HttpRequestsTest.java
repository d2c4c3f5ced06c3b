package io.cuewire.http;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.message.Message;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.testing.Threads;
import io.cuewire.transport.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client, answered by Python's HTTP server. */
@NeedsCommand(value = "python3", packaged = "python3")
class HttpRequestsTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  private final int port = Ports.free();
  private final String url = "http://127.0.0.1:" + port;
  private EchoServer server;
  private HttpEndpoint client;

  @BeforeEach
  void start() throws Exception {
    server = EchoServer.start(port);
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    server.close();
  }

  private HttpEndpoint open(HttpRequestSettings settings) throws IOException {
    client = HttpEndpoint.open(settings);
    return client;
  }

  private HttpEndpoint open(String method) throws IOException {
    return open(HttpEndpoint.requests(url, method));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void sendsAMessageWithItsArgumentsAsBody(String method) throws Exception {
    open(method).send("/fan/speed", 3, 0.5f, "a \"b\" ö", true, null);
    var request = server.next();
    assertThat(request.get("method").asText()).isEqualTo(method);
    assertThat(request.get("path").asText()).isEqualTo("/fan/speed");
    assertThat(request.get("body").asText()).isEqualTo("[3,0.5,\"a \\\"b\\\" ö\",true,null]");
    assertThat(request.at("/headers/Content-Type").asText()).isEqualTo("application/json");
    assertThat(request.at("/headers/Host").asText()).isEqualTo("127.0.0.1:" + port);
    var reply = client.inbox().next();
    assertThat(reply.address()).isEqualTo("/fan/speed");
    assertThat(reply.args())
        .containsExactly(200, method + " /fan/speed [3,0.5,\"a \\\"b\\\" ö\",true,null]");
    assertThat(reply.source()).isEqualTo("http-out");
    assertThat(client.io().out()).isOne();
    assertThat(client.transport().peers()).extracting(Peer::out).containsExactly(1L);
  }

  @Test
  void sendsTheArgumentsOfAGetInItsQuery() throws Exception {
    open("GET").send("/weather", "Zürich & co", 1);
    var request = server.next();
    assertThat(request.get("path").asText())
        .isEqualTo("/weather?args=%5B%22Z%C3%BCrich%20%26%20co%22%2C1%5D");
    assertThat(request.get("body").asText()).isEmpty();
    assertThat(request.get("headers").has("Content-Type")).isFalse();
    assertThat(client.inbox().next().args().getFirst()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "'', /a b/ö, /a%20b/%C3%B6",
    "/, /a, /a",
    "/api/v1, /a, /api/v1/a",
    "/api/v1/, /a%20?x#y;z, /api/v1/a%2520%3Fx%23y%3Bz",
    "/api?key=1%202, /a, /api/a?key=1%202",
    "/api, /a/./b, ''",
    "/api, /../admin, ''",
    "/api, /a/.., ''",
    "'', @127.0.0.2/a, ''",
  })
  void appendsTheAddressToTheBaseUrl(String base, String address, String path) throws Exception {
    open(HttpEndpoint.requests(url + base, "POST")).send(address);
    client.send("/next");
    if (path.isEmpty()) {
      eventually().until(() -> client.io().errors() == 1);
      eventually()
          .untilAsserted(() ->
              assertThat(client.io().lastError().orElse(""))
                  .startsWith(address + " is no path below"));
    } else {
      assertThat(server.next().get("path").asText()).isEqualTo(path);
    }
    assertThat(server.next().get("path").asText()).contains("/next");
  }

  @Test
  void sendsTheConfiguredHeadersAndShowsThemNowhere() throws Exception {
    var headers =
        Map.of("Authorization", "Bearer s3cret", "Host", "stage", "content-type", "text/x");
    var settings = HttpEndpoint.requests(url, "POST", headers, SOON);
    open(settings).send("/a");
    var sent = server.next().get("headers");
    assertThat(sent.get("Authorization").asText()).isEqualTo("Bearer s3cret");
    assertThat(sent.get("Host").asText()).isEqualTo("stage");
    assertThat(sent.toString()).containsOnlyOnce("text/x").doesNotContain("application/json");
    client.send("/status/401");
    eventually().until(() -> client.events().troubles().contains("answered 401"));
    client.send("/slow");
    eventually().until(() -> client.events().losses().equals(List.of("timeout")));
    assertThat(settings.toString() + client.io().lastError()).doesNotContain("s3cret");
  }

  @Test
  void keepsOneConnectionForAThousandRequestsInTheirOrder() throws Exception {
    open("POST");
    for (var i = 0; i < 1000; i++) {
      client.send("/n", i);
    }
    var first = server.next();
    assertThat(first.get("body").asText()).isEqualTo("[0]");
    for (var i = 1; i < 1000; i++) {
      var request = server.next();
      assertThat(request.get("body").asText()).isEqualTo("[" + i + "]");
      assertThat(request.get("port")).isEqualTo(first.get("port"));
    }
    for (var i = 0; i < 1000; i++) {
      assertThat(client.inbox().next().args()).containsExactly(200, "POST /n [" + i + "]");
    }
    assertThat(client.io().dropped() + client.io().errors()).isZero();
  }

  @Test
  void connectsAgainWhereTheServerClosesEachConnection() throws Exception {
    open("POST");
    for (var i = 0; i < 50; i++) {
      client.send("/closing", i);
    }
    for (var i = 0; i < 50; i++) {
      assertThat(server.next().get("body").asText()).isEqualTo("[" + i + "]");
      assertThat(client.inbox().next().args()).containsExactly(200, "bye");
    }
    assertThat(client.events().losses()).isEmpty();
  }

  @Test
  void isTroubledByAnAnswerThatIsAnErrorAndGoesOn() throws Exception {
    open("POST").send("/status/404");
    client.send("/status/404");
    client.send("/status/503");
    client.send("/status/401");
    client.send("/fine");
    client.send("/fine");
    assertThat(client.inbox().next(6))
        .containsExactly(
            "/status/404 [404, no 404]",
            "/status/404 [404, no 404]",
            "/status/503 [503, no 503]",
            "/status/401 [401, no 401]",
            "/fine [200, POST /fine []]",
            "/fine [200, POST /fine []]");
    assertThat(client.events().troubles())
        .containsExactly("answered 404", "answered 503", "answered 401", "recovered");
    assertThat(client.events().losses()).isEmpty();
  }

  @Test
  void readsTheCharsetOfAnAnswerAndCutsOneThatIsTooLong() throws Exception {
    open("GET").send("/latin1");
    assertThat(client.inbox().next().args()).containsExactly(200, "Größe");
    client.send("/huge");
    assertThat(client.inbox().next().args()).containsExactly(200, "x".repeat(1 << 20));
    assertThat(client.io().errors()).isOne();
    client.send("/after");
    assertThat(client.inbox().next().args().getFirst()).isEqualTo(200);
    assertThat(client.events().losses()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 302, 'GET /there '",
    "GET, 308, 'GET /there '",
    "POST, 307, POST /there [1]",
    "POST, 308, POST /there [1]",
    "POST, 302, elsewhere",
    "POST, 303, elsewhere",
  })
  void followsARedirectThatKeepsTheRequest(String method, int status, String body)
      throws Exception {
    open(method).send("/redirect/" + status + "/there", 1);
    var reply = client.inbox().next();
    assertThat(reply.address()).isEqualTo("/redirect/" + status + "/there");
    assertThat(reply.args())
        .containsExactly(
            body.equals("elsewhere") ? status : 200,
            body.replace("? ", " ").replace("there ", "there "));
  }

  @Test
  void followsRedirectsOnlySoOften() throws Exception {
    open("GET").send("/redirect/302" + "/redirect/302".repeat(20) + "/end");
    assertThat(client.inbox().next().args()).containsExactly(302, "elsewhere");
  }

  @Test
  @NeedsCommand(value = "ncat", packaged = "ncat")
  void tellsNoSecretToAnotherServer() throws Exception {
    var other = Ports.free();
    try (var elsewhere = ForeignProgram.start("ncat", "-l", "-k", "127.0.0.2", "" + other)) {
      var headers = Map.of("Authorization", "Bearer s3cret");
      open(HttpEndpoint.requests(url, "GET", headers, Duration.ofSeconds(5)));
      eventually().until(() -> accepts("127.0.0.2", other));
      client.send("/away/" + other + "/x");
      assertThat(server.next().get("headers").toString()).contains("s3cret");
      var lines = new StringBuilder();
      for (var line = elsewhere.nextLine(); !line.isBlank(); line = elsewhere.nextLine()) {
        lines.append(line);
      }
      assertThat(lines.toString()).startsWith("GET /x HTTP/1.1").doesNotContain("s3cret");
    }
  }

  private static boolean accepts(String host, int port) {
    try (var socket = new Socket(host, port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/slow, timeout",
    "/half, timeout",
    "/drop, closed by peer",
    "/nonsense, protocol error"
  })
  void doesNotRepeatARequestThatMayHaveBeenCarriedOut(String address, String reason)
      throws Exception {
    open(HttpEndpoint.requests(url, "POST", Map.of(), SOON)).send(address);
    client.send("/next");
    eventually().untilAsserted(() -> assertThat(client.events().losses()).containsExactly(reason));
    assertThat(client.io().errors()).isOne();
    assertThat(server.next().get("path").asText()).isEqualTo(address);
    client.close();
    client.reopen();
    assertThat(client.inbox().next().address()).isEqualTo("/next");
    assertThat(server.next().get("path").asText()).isEqualTo("/next");
    assertThat(client.events().troubles())
        .as("in doubt until it has answered")
        .containsExactly(reason, "recovered");
    assertThat(client.io().dropped()).isZero();
  }

  @Test
  void keepsWhatCertainlyWasNotCarriedOut() throws Exception {
    server.close();
    eventually().until(() -> Ports.isFree(port));
    open("POST").send("/a", 1);
    client.send("/b", 2);
    eventually().until(() -> client.events().losses().equals(List.of("refused")));
    client.close();
    assertThat(client.io().errors()).isZero();
    assertThatThrownBy(client::reopen).isInstanceOf(ConnectException.class);
    client.send("/c", 3);
    server = EchoServer.start(port);
    client.reopen();
    for (var body : List.of("[1]", "[2]", "[3]")) {
      assertThat(server.next().get("body").asText()).isEqualTo(body);
    }
    assertThat(client.inbox().next(3)).hasSize(3);
    assertThat(client.events().troubles()).isEmpty();
    assertThat(client.io().dropped() + client.io().errors()).isZero();
  }

  @Test
  void saysThatTheHostIsUnknown() throws Exception {
    open(HttpEndpoint.requests("http://no-such-host.invalid", "POST")).send("/a");
    eventually().until(() -> client.events().losses().equals(List.of("unknown host")));
    assertThat(client.io().errors()).isZero();
  }

  @Test
  @NeedsCommand(value = "openssl", packaged = "openssl")
  void trustsNoCertificateThatNobodyKnows(@TempDir Path folder) throws Exception {
    var pem = folder.resolve("both.pem").toString();
    ForeignProgram.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-keyout",
        folder.resolve("key").toString(),
        "-out",
        folder.resolve("crt").toString());
    Files.writeString(
        Path.of(pem),
        Files.readString(folder.resolve("key")) + Files.readString(folder.resolve("crt")));
    var securePort = Ports.free();
    try (var secure = EchoServer.start(securePort, pem)) {
      open(HttpEndpoint.requests("https://127.0.0.1:" + securePort, "POST")).send("/a");
      eventually().until(() -> client.events().losses().equals(List.of("certificate")));
      assertThat(secure.hasRequest()).isFalse();
      assertThat(client.io().errors()).isZero();
      client.close();
      client.reopen();
      eventually().until(() -> client.events().losses().size() == 2);
      assertThat(client.events().troubles()).containsExactly("certificate");
    }
  }

  @Test
  void sendsFirstWhatIsToBeSentOnEachConnection() throws Exception {
    open(HttpEndpoint.requests(url, "POST", Message.of("/hello", List.of(1))));
    client.send("/a");
    assertThat(client.inbox().next(2).getFirst()).startsWith("/hello [200");
    client.close();
    server.close();
    eventually().until(() -> Ports.isFree(port));
    for (var attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(client::reopen).isInstanceOf(ConnectException.class);
    }
    server = EchoServer.start(port);
    client.reopen();
    client.send("/b");
    assertThat(client.inbox().next(2))
        .extracting(t -> t.substring(0, 3))
        .containsExactly("/he", "/b ");
  }

  @Test
  void endsALoopOfReplies() throws Exception {
    open("POST");
    client.desk().connect("http-out", client.io());
    client.desk().routes(RouteBuilder.from("http-out").to("http-out").echo());
    client.send("/round");
    eventually().until(() -> client.io().dropped() == 1);
    assertThat(client.io().in()).isEqualTo(9);
  }

  @Test
  void endsAtOnceWhileARequestIsNotAnswered() throws Exception {
    open("POST").send("/slow");
    assertThat(server.next().get("path").asText()).isEqualTo("/slow");
    var before = System.nanoTime();
    client.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    eventually().untilAsserted(() -> assertThat(Threads.named("http-out")).isEmpty());
    assertThat(client.io().errors()).isOne();
    assertThat(client.events().losses()).isEmpty();
    client.reopen();
    client.send("/next");
    assertThat(server.next().get("path").asText()).as("not once more").isEqualTo("/next");
  }
}
