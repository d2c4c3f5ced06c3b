package io.cuewire.websocket;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cuewire.codec.Budget;
import io.cuewire.codec.OscCodec;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.testing.Desk;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.testing.Threads;
import io.cuewire.transport.Failure;
import io.cuewire.transport.OutboundQueue;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our client, and Node.js as its server. */
@NeedsCommand(
    value = {"node", "wscat"},
    packaged = "nodejs, node-ws")
class WebSocketClientTest {
  private static final Duration OFTEN = Duration.ofSeconds(1);

  private final int port = Ports.free();

  private NodePeer server() throws IOException, InterruptedException {
    return server("{}");
  }

  private NodePeer server(String options) throws IOException, InterruptedException {
    var server = NodePeer.start();
    server.run("global.server = serve(" + port + ", " + options + ")");
    server.expect("listening");
    return server;
  }

  private OpenSocket.Builder client() {
    return OpenSocket.on(port);
  }

  @Test
  void connectsToAPathAndCarriesMessagesBothWays() throws Exception {
    try (var server = server();
        var client = client().path("/show/control").connect()) {
      server.expect("connection /show/control");
      client.send("/a", 1.0f);
      assertThat(server.text())
          .isEqualTo(
              "{\"type\":\"message\",\"address\":\"/a\",\"args\":[1.0],"
                  + "\"source\":\"desk\",\"timestamp\":1764000000.123}");
      server.send("{\"type\":\"message\",\"address\":\"/b\",\"args\":[2]}");
      assertThat(client.inbox.next()).hasToString("/b [2]");
      assertThat(client.peers()).containsExactly("127.0.0.1:" + port);
      assertThat(client.io.in()).isEqualTo(1);
      eventually().untilAsserted(() -> assertThat(client.io.out()).isEqualTo(1));
    }
  }

  @Test
  void readsWhateverAServerSays() throws Exception {
    try (var server = server();
        var client = client().handle("^TEMP (.*)$", "/temperature", "$1").connect()) {
      server.expect("connection /");
      server.send("TEMP 21.5");
      server.send("<cue/>");
      server.send("/play 1 \"two words\"");
      server.send("{\"address\":\"/json\",\"args\":[3]}");
      server.send("{\"type\":\"event\",\"x\":1}");
      server.send("1,2");
      assertThat(client.inbox.next(6))
          .containsExactly(
              "/temperature [21.5]",
              "/xml [<cue/>]",
              "/play [1, two words]",
              "/json [3]",
              "/text [{\"type\":\"event\",\"x\":1}]",
              "/csv [1,2]");
      var packet = HexFormat.of().formatHex(OscCodec.encode("/osc", List.of(4)));
      server.run("ws.send(Buffer.from('" + packet + "', 'hex'))");
      assertThat(client.inbox.next()).hasToString("/osc [4]");
      server.run("ws.send(Buffer.from('garbage!'))");
      server.send("{\"type\":\"message\",\"address\":\"no slash\"}");
      eventually().until(() -> client.io.errors() == 2);
    }
  }

  @Test
  void answersRequestsAndNothingElse() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.expect("connection /");
      for (var chatter :
          List.of(
              "welcome",
              "periodic_status",
              "status_update",
              "control_response",
              "parameter_response")) {
        server.send("{\"type\":\"" + chatter + "\",\"address\":\"/no\",\"error\":\"x\"}");
      }
      server.send("CMD:STATUS");
      assertThat(server.text()).isEqualTo("STATUS:{\"show\":\"club-night\"}");
      server.send("{\"command\":\"scene_change\",\"scene_name\":\"intro\"}");
      assertThat(server.text())
          .isEqualTo("{\"command\":\"scene_change\",\"success\":true,\"scene_name\":\"intro\"}");
      client.inbox.assertEmpty();
      assertThat(client.io.in()).isEqualTo(2);
      assertThat(client.show.asked).containsExactly("scene intro");
    }
  }

  @Test
  void raisesTheStopThatItsServerIsIn() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.expect("connection /");
      server.send("{\"type\":\"emergency_stop\",\"timestamp\":1764000000.0}");
      eventually()
          .untilAsserted(() ->
              assertThat(client.show.origins).containsExactly("web " + client.peers().getFirst()));
      eventually().until(() -> client.io.lastError().orElse("").endsWith("not now"));
    }
  }

  @Test
  void countsAnErrorAndNeverAnswersIt() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.expect("connection /");
      server.send("{\"type\":\"error\",\"error\":\"unknown type 'x'\"}");
      server.send("CMD:STATUS");
      assertThat(server.text()).startsWith("STATUS:");
      assertThat(client.io.errors()).isEqualTo(1);
      assertThat(client.io.lastError().orElseThrow()).contains("unknown type 'x'");
      client.inbox.assertEmpty();
    }
  }

  @Test
  void saysFirstWhatIsToBeSaidOnConnectAndThenWhatHasWaited() throws Exception {
    try (var server = server();
        var client =
            client()
                .onConnect(Message.of("/text", List.of("LOGIN x")), Message.of("/on", List.of()))
                .waiting(Message.of("/waited", List.of()))
                .connect()) {
      client.send("/later");
      assertThat(server.text()).isEqualTo("LOGIN x");
      assertThat(server.text()).contains("\"/on\"");
      assertThat(server.text()).contains("\"/waited\"");
      assertThat(server.text()).contains("\"/later\"");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, authentication, the server answered 401",
    "403, refused, the server answered 403",
    "404, refused, the server answered 404"
  })
  void saysWhyTheServerRefusesIt(int status, String reason, String detail) throws Exception {
    try (var _ = server("{verifyClient: (info, done) => done(false, " + status + ")}")) {
      var failure = failure(client());
      assertThat(failure.reason()).isEqualTo(reason);
      assertThat(failure.detail()).contains(detail);
    }
  }

  private static Failure failure(OpenSocket.Builder client) {
    return Failure.of(catchThrowableOfType(IOException.class, client::connect), "there");
  }

  @Test
  void saysThatNobodyIsThere() {
    assertThat(failure(client()).reason()).isEqualTo("refused");
    assertThat(failure(client().host("no-such-host.invalid")).reason()).isEqualTo("unknown host");
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswerTheUpgrade() throws IOException {
    try (var mute = new ServerSocket(0, 1, Ports.local(0).getAddress())) {
      var failure = failure(OpenSocket.on(mute.getLocalPort()).name("gives-up"));
      assertThat(failure.reason()).isEqualTo("timeout");
      eventually().untilAsserted(() -> assertThat(Threads.named("gives-up")).isEmpty());
    }
  }

  @NeedsCommand(value = "openssl", packaged = "openssl")
  @Test
  void trustsNoServerThatNobodyVouchesFor(@TempDir Path folder) throws Exception {
    var key = folder.resolve("key.pem").toString();
    var certificate = folder.resolve("certificate.pem").toString();
    ForeignProgram.run(
        ("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -addext"
                + " subjectAltName=IP:127.0.0.1 -keyout "
                + key
                + " -out "
                + certificate)
            .split(" "));
    try (var server = NodePeer.start()) {
      server.run(
          "require('https').createServer({key: require('fs').readFileSync('%s'), cert:"
                  .formatted(key)
              + " require('fs').readFileSync('%s')}).listen(%d, () => console.log('secure'))"
                  .formatted(certificate, port));
      server.expect("secure");
      assertThat(failure(client().secure()).detail()).contains("certif");
    }
  }

  @Test
  void knowsThatItsServerIsGone() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.expect("connection /");
      server.run("ws.close(1000, 'bye')");
      eventually()
          .untilAsserted(
              () -> assertThat(client.events.losses()).containsExactly("closed by peer"));
    }
  }

  @Test
  void knowsThatItsServerAnswersNoPing() throws Exception {
    try (var server = server();
        var client = client().ping(OFTEN).connect()) {
      server.expect("ping");
      server.expect("ping");
      assertThat(client.events.losses()).isEmpty();
      server.run("ws._socket.pause()");
      eventually()
          .untilAsserted(() -> assertThat(client.events.losses()).containsExactly("timeout"));
    }
  }

  @Test
  void refusesAMessageThatIsTooLarge() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.run("ws.send('x'.repeat(2 << 20))");
      server.expect("close 1009 at most 1048576");
      eventually()
          .untilAsserted(
              () -> assertThat(client.events.losses()).containsExactly("closed by peer"));
      assertThat(client.io.errors()).isEqualTo(1);
    }
  }

  @Test
  void carriesAThousandMessagesInOrder() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.expect("connection /");
      server.run(
          "for (let i = 0; i < 1000; i++)"
              + " ws.send(JSON.stringify({type: 'message', address: '/n', args: [i]}))");
      for (var i = 0; i < 1000; i++) {
        assertThat(client.inbox.next()).hasToString("/n [" + i + "]");
        client.send("/n", i);
      }
      for (var i = 0; i < 1000; i++) {
        assertThat(server.text()).contains("\"args\":[" + i + "]");
      }
    }
  }

  @Test
  void leavesNothingBehind() throws Exception {
    try (var server = server()) {
      for (var round = 0; round < 5; round++) {
        try (var client = client().name("nothing-left").connect()) {
          server.expect("connection /");
          server.run("ws._socket.pause()");
          client.send("/n", "x".repeat(100_000));
          var begin = System.nanoTime();
          client.transport.close();
          assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(2));
          assertThat(client.events.losses()).isEmpty();
        }
      }
      eventually().untilAsserted(() -> assertThat(Threads.named("nothing-left")).isEmpty());
    }
  }

  @Test
  void aLoopThroughOurOwnServerEnds() throws Exception {
    var desk = new Desk("web", "client");
    try (var server = OpenSocket.on(port).name("web").router(desk.router()).listen();
        var client = client().name("client").router(desk.router()).connect()) {
      desk.connect("web", server.io).connect("client", client.io);
      desk.routes(RouteBuilder.from("web").to("client"), RouteBuilder.from("client").to("web"));
      eventually().until(() -> server.peers().size() == 1);
      client.io.deliver(Message.of("/round", List.of()));
      eventually().until(() -> server.io.dropped() == 1);
      assertThat(server.io.in()).isEqualTo(9);
      server.io.deliver(Message.of("/and/back", List.of()));
      eventually().until(() -> client.io.dropped() == 1);
      assertThat(client.io.in()).isEqualTo(9);
    }
  }

  @Test
  void sendsBareTextToOtherServersOnly() throws Exception {
    try (var ours = OpenSocket.on(port).name("ours").listen();
        var client = client().connect()) {
      client.send("/text", "GO 7");
      assertThat(ours.inbox.next()).hasToString("/text [GO 7]");
      assertThat(ours.io.errors()).isZero();
    }
    try (var server = server();
        var client = client().connect()) {
      client.send("/text", "GO 7");
      assertThat(server.text()).isEqualTo("GO 7");
    }
  }

  @Test
  void countsHopsWithAnotherCuewireOnly() throws Exception {
    try (var server = server();
        var client = client().connect()) {
      server.send("{\"type\":\"message\",\"address\":\"/a\",\"hops\":7}");
      assertThat(client.inbox.next().hops()).isEqualTo(1); // its own way to the inbox
      client.io.deliver(Message.of("/b", List.of()).hops(3));
      assertThat(server.text()).doesNotContain("hops");
    }
  }

  @Test
  void failsForGoodWhereItsLoginIsRefused() throws Exception {
    var kit = ActorTestKit.create();
    try (var blocking = Executors.newVirtualThreadPerTaskExecutor();
        var _ = server("{verifyClient: (info, done) => done(false, 401)}")) {
      var endpoint = endpoint(client());
      kit.spawn(Endpoints.create(List.of(endpoint), blocking))
          .tell(new Endpoints.Tell("web", new Want(Wanted.RUN)));
      eventually().untilAsserted(() -> state(endpoint, State.FAILED, "authentication"));
      assertThat(endpoint.state().attempts()).isEqualTo(1);
      assertThat(endpoint.io().errors()).isZero();
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void connectsAgainToAServerThatWasKilledAndSendsWhatHasWaited() throws Exception {
    var kit = ActorTestKit.create();
    try (var blocking = Executors.newVirtualThreadPerTaskExecutor()) {
      var endpoint = endpoint(client());
      var guardian = kit.spawn(Endpoints.create(List.of(endpoint), blocking));
      guardian.tell(new Endpoints.Tell("web", new Want(Wanted.RUN)));
      eventually().untilAsserted(() -> state(endpoint, State.BACKING_OFF, "refused"));
      try (var server = server()) {
        server.expect("connection /");
        eventually().until(() -> endpoint.state().state() == State.CONNECTED);
        server.run("process.kill(process.pid, 'SIGKILL')");
        eventually().until(() -> endpoint.state().state() != State.CONNECTED);
      }
      eventually().untilAsserted(() -> state(endpoint, State.BACKING_OFF, "refused"));
      endpoint.io().deliver(Message.of("/waited", List.of()));
      try (var server = server()) {
        eventually().until(() -> endpoint.state().state() == State.CONNECTED);
        assertThat(server.text()).contains("\"/waited\"");
      }
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static void state(Endpoint endpoint, State state, String reason) {
    assertThat(endpoint.state().state()).isEqualTo(state);
    assertThat(endpoint.state().reason()).contains(reason);
  }

  private static Endpoint endpoint(OpenSocket.Builder client) {
    var settings =
        new EndpointSettings(
            "web",
            "websocket",
            "to the server",
            false,
            true,
            true,
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), OptionalInt.empty()),
            () -> new OutboundQueue(100, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited()),
            Optional.empty(),
            Optional.empty(),
            client.clientOpener());
    return new Endpoint(settings, new Router(), Clock.systemUTC(), _ -> {});
  }
}
