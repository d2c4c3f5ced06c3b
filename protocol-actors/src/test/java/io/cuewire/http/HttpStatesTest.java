package io.cuewire.http;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.endpoint.Endpoints.Tell;
import io.cuewire.endpoint.Opener;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import io.cuewire.testing.Threads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an HTTP endpoint says of itself, run by its actor, while servers come and go. */
@NeedsCommand(value = "python3", packaged = "python3")
class HttpStatesTest {
  private static final Duration TRUE_WITHIN = Duration.ofSeconds(2);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final int port = Ports.free();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    blocking.close();
    eventually().untilAsserted(() -> assertThat(Threads.named("states")).isEmpty());
  }

  private Endpoint run(boolean listens, Opener opener) {
    var settings =
        new EndpointSettings(
            "states",
            "http",
            "http",
            listens,
            true,
            !listens,
            new Backoff(Duration.ofMillis(50), Duration.ofMillis(300), OptionalInt.empty()),
            HttpEndpoint::queue,
            Optional.empty(),
            Optional.empty(),
            opener);
    var endpoint = new Endpoint(settings, new Router(), Clock.systemUTC(), _ -> {});
    kit.spawn(Endpoints.create(List.of(endpoint), blocking))
        .tell(new Tell("states", new Want(Wanted.RUN)));
    return endpoint;
  }

  private Endpoint client() {
    return client(Duration.ofSeconds(5));
  }

  private Endpoint client(Duration timeout) {
    var url = "http://127.0.0.1:" + port;
    var settings = HttpEndpoint.requests(url, "POST", Map.of(), timeout);
    return run(false, HttpProtocol.opener(settings));
  }

  private static void send(Endpoint endpoint, String address, Object... args) {
    endpoint.io().deliver(Message.of(address, Arrays.asList(args)));
  }

  private static void awaitState(Endpoint endpoint, State state, String... reason) {
    eventually()
        .atMost(TRUE_WITHIN)
        .untilAsserted(() -> {
          assertThat(endpoint.state().state()).isEqualTo(state);
          assertThat(endpoint.state().reason()).isEqualTo(Arrays.stream(reason).findFirst());
        });
  }

  @Test
  void isConnectedUntilARequestFailsAndAgainWhenTheServerTakesConnections() throws Exception {
    var endpoint = client();
    awaitState(endpoint, State.CONNECTED);
    send(endpoint, "/first", 1);
    awaitState(endpoint, State.BACKING_OFF, "refused");
    eventually().until(() -> endpoint.state().attempts() > 3);
    assertThat(endpoint.state().state()).as("no flapping").isNotEqualTo(State.CONNECTED);
    send(endpoint, "/second", 2);
    try (var server = EchoServer.start(port)) {
      awaitState(endpoint, State.CONNECTED);
      assertThat(server.next().get("body").asText()).isEqualTo("[1]");
      assertThat(server.next().get("body").asText()).isEqualTo("[2]");
    }
  }

  @Test
  void isStaleWhileAnswersAreErrors() throws Exception {
    try (var server = EchoServer.start(port)) {
      var endpoint = client();
      awaitState(endpoint, State.CONNECTED);
      send(endpoint, "/status/503");
      awaitState(endpoint, State.STALE, "answered 503");
      send(endpoint, "/status/404");
      awaitState(endpoint, State.STALE, "answered 404");
      send(endpoint, "/fine");
      awaitState(endpoint, State.CONNECTED);
      assertThat(server.next().get("path").asText()).isEqualTo("/status/503");
    }
  }

  @Test
  void isNotConnectedAgainBeforeAServerThatWasSilentAnswers() throws Exception {
    try (var server = EchoServer.start(port)) {
      var endpoint = client(Duration.ofSeconds(1));
      awaitState(endpoint, State.CONNECTED);
      send(endpoint, "/slow");
      awaitState(endpoint, State.STALE, "timeout");
      assertThat(endpoint.state().attempts()).isOne();
      send(endpoint, "/fine");
      awaitState(endpoint, State.CONNECTED);
      assertThat(server.next().get("path").asText()).isEqualTo("/slow");
    }
  }

  @Test
  void tellsTheTruthWhileItsServerIsKilledAndReturnsTwentyTimesUnderTraffic(@TempDir Path folder)
      throws Exception {
    var log = Files.createFile(folder.resolve("bodies.log"));
    var endpoint = client();
    awaitState(endpoint, State.CONNECTED);
    var sent = new AtomicInteger();
    try (var traffic = Executors.newSingleThreadScheduledExecutor()) {
      traffic.scheduleAtFixedRate(
          () -> send(endpoint, "/n", sent.getAndIncrement()), 0, 20, TimeUnit.MILLISECONDS);
      for (var round = 0; round < 20; round++) {
        try (var server = EchoServer.start(port, log.toString())) {
          awaitState(endpoint, State.CONNECTED);
          assertThat(server.next().get("path").asText()).isEqualTo("/n");
        }
        eventually().atMost(TRUE_WITHIN).until(() -> endpoint.state().state() == State.BACKING_OFF);
      }
    }
    try (var server = EchoServer.start(port, log.toString())) {
      var io = endpoint.io();
      send(endpoint, "/n", sent.getAndIncrement());
      eventually().until(() -> io.out() + io.errors() == sent.get());
      awaitState(endpoint, State.CONNECTED);
      eventually().until(server::hasRequest);
      assertThat(io.errors()).as("at most the request under way at a kill").isLessThanOrEqualTo(20);
      assertThat(io.dropped()).isZero();
      var numbers = Files.readAllLines(log).stream().map(HttpStatesTest::number).toList();
      assertThat(numbers).as("in order, none twice").isSorted().doesNotHaveDuplicates();
      assertThat(numbers.size()).isBetween((int) io.out(), sent.get());
    }
  }

  private static int number(String body) {
    return Integer.parseInt(body.substring(1, body.length() - 1));
  }

  @Test
  void listensOnceTheFolderIsThere(@TempDir Path parent) throws Exception {
    var folder = parent.resolve("web");
    var settings = HttpEndpoint.listener(port, folder);
    var endpoint =
        run(true, (io, events) -> HttpListener.open(settings, io, HttpEndpoint.SHOW, events));
    awaitState(endpoint, State.BACKING_OFF, "no such folder");
    Files.createDirectory(folder);
    awaitState(endpoint, State.LISTENING);
  }
}
