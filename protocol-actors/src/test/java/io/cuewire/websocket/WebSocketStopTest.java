package io.cuewire.websocket;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.endpoint.State;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.Ports;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop over WebSockets, the other side being Node.js. */
@NeedsCommand(value = "node", packaged = "nodejs, node-ws")
@Timeout(60)
class WebSocketStopTest {
  private final int port = Ports.free();

  private LiveEndpoint server() {
    var server = LiveEndpoint.listener(OpenSocket.on(port).serverOpener());
    server.await(State.LISTENING);
    return server;
  }

  private static JsonNode frame(NodePeer peer) throws InterruptedException {
    return JsonText.parse(peer.text()).orElseThrow();
  }

  private static String type(NodePeer peer) throws InterruptedException {
    return frame(peer).path("type").asText();
  }

  @Test
  void tellsEveryClientOnceBesideOneThatNeverReads() throws Exception {
    try (var server = server();
        var deaf = NodePeer.client(port);
        var one = NodePeer.client(port);
        var other = NodePeer.client(port)) {
      deaf.run("ws.pause()");
      var text = "x".repeat(10_000);
      IntStream.range(0, 300).forEach(i -> server.send("/n", i, text));
      eventually().until(() -> server.endpoint().io().out() >= 600);
      server.stop();
      server.endpoint().io().deliverEvenStopped(Message.of("/gain", List.of(0)));
      for (var reader : List.of(one, other)) {
        var next = frame(reader);
        while (next.path("address").asText().equals("/n")) {
          next = frame(reader);
        }
        assertThat(next.path("type").asText()).isEqualTo("emergency_stop");
        assertThat(next.path("timestamp").asDouble()).isGreaterThan(1.7e9);
        assertThat(frame(reader).path("address").asText()).isEqualTo("/gain");
      }
    }
  }

  @Test
  void confirmsWhenAllClientsHaveIt() throws Exception {
    try (var server = server();
        var client = NodePeer.client(port)) {
      server.stop();
      assertThat(server.confirmed()).isPositive();
      assertThat(type(client)).isEqualTo("emergency_stop");
    }
  }

  @Test
  void tellsWhoeverConnectsLaterAndAnswersAllTheSame() throws Exception {
    try (var server = server()) {
      server.stop();
      try (var late = NodePeer.client(port)) {
        assertThat(type(late)).isEqualTo("emergency_stop");
        server.send("/refused");
        late.send("{\"type\":\"request_status\"}");
        assertThat(type(late)).isEqualTo("status_update");
        assertThat(server.endpoint().io().refused()).isEqualTo(1);
        server.endStop();
        server.send("/after");
        assertThat(frame(late).path("address").asText()).isEqualTo("/after");
      }
    }
  }

  @Test
  void sendsItFirstToAServerThatComesLate() throws Exception {
    try (var client = LiveEndpoint.client(OpenSocket.on(port).clientOpener())) {
      client.awaitBackingOff("refused");
      client.send("/waits");
      client.stop();
      client.awaitUnconfirmed("refused");
      try (var server = NodePeer.start()) {
        server.run("serve(" + port + ")");
        assertThat(type(server)).isEqualTo("emergency_stop");
        client.confirmed();
        client.endStop();
        client.send("/after");
        assertThat(frame(server).path("address").asText()).isEqualTo("/after");
      }
    }
  }
}
