package io.cuewire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.State;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop as a request to Python's HTTP server. */
@NeedsCommand(value = "python3", packaged = "python3")
@Timeout(60)
class HttpStopTest {
  private final int port = Ports.free();

  private LiveEndpoint client(String path) {
    var settings = HttpEndpoint.requests("http://127.0.0.1:" + port + path, "GET");
    var endpoint = LiveEndpoint.client(HttpProtocol.opener(settings));
    endpoint.await(State.CONNECTED);
    return endpoint;
  }

  private static String request(EchoServer server) throws InterruptedException {
    var request = server.next();
    return request.get("method").asText() + " " + request.get("path").asText();
  }

  @Test
  void postsItWhileTheServerLetsAnotherRequestWait() throws Exception {
    try (var server = EchoServer.start(port);
        var endpoint = client("")) {
      endpoint.send("/slow");
      assertThat(request(server)).startsWith("GET /slow");
      IntStream.range(0, 100).forEach(i -> endpoint.send("/n", i));
      endpoint.stop();
      var stop = server.next();
      assertThat(stop.get("method").asText()).isEqualTo("POST");
      assertThat(stop.get("path").asText()).isEqualTo("/emergency_stop");
      assertThat(stop.get("body").asText()).isEqualTo("[1]");
      assertThat(endpoint.confirmed()).isLessThan(2000);
      assertThat(endpoint.endpoint().io().dropped()).isEqualTo(100);
      endpoint.inbox().assertEmpty(); // its answer raises nothing
    }
  }

  @Test
  void isUnconfirmedWhereTheAnswerIsAnError() throws Exception {
    try (var server = EchoServer.start(port);
        var endpoint = client("/status/500")) {
      endpoint.stop();
      endpoint.awaitUnconfirmed("answered 500");
      assertThat(request(server)).isEqualTo("POST /status/500/emergency_stop");
      endpoint.await(State.STALE);
    }
  }

  @Test
  void isConfirmedLateWhenTheServerComes() throws Exception {
    try (var endpoint = client("")) {
      endpoint.stop();
      endpoint.awaitUnconfirmed("refused");
      try (var server = EchoServer.start(port)) {
        assertThat(request(server)).isEqualTo("POST /emergency_stop");
        endpoint.confirmed();
        endpoint.send("/refused");
        endpoint.endStop();
        endpoint.send("/after");
        assertThat(request(server)).startsWith("GET /after");
      }
    }
  }
}
