package io.cuewire.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.node.api.Access.Right;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String SEND = "{\"endpoint\":\"td-left\",\"address\":\"/a\"}";

  private final RehearsalNode open = new RehearsalNode();
  private final RehearsalNode locked =
      new RehearsalNode(Optional.of("op-secret"), Optional.of("view-secret"));

  private static Access access(RehearsalNode node, boolean loopback) {
    return new Access(node.show(), loopback);
  }

  private static boolean may(Access access, Right right, String token) {
    try {
      access.check(right, Optional.ofNullable(token).map(t -> "Bearer " + t));
      return true;
    } catch (ApiError e) {
      assertThat(e.status()).isEqualTo(401);
      assertThat(e.headers()).containsKey("WWW-Authenticate");
      return false;
    }
  }

  @Test
  void withoutTokensAnApiOnLoopbackIsOpen() {
    assertThat(may(access(open, true), Right.READ, null)).isTrue();
    assertThat(may(access(open, true), Right.CHANGE, null)).isTrue();
    assertThat(may(access(open, true), Right.EMERGENCY_STOP, null)).isTrue();
  }

  @Test
  void withoutTokensAnyOtherAnswersReadsAndTakesTheStop() {
    assertThat(may(access(open, false), Right.READ, null)).isTrue();
    assertThat(may(access(open, false), Right.CHANGE, null)).isFalse();
    assertThat(may(access(open, false), Right.CHANGE, "anything")).isFalse();
    assertThat(may(access(open, false), Right.EMERGENCY_STOP, null)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          op-secret,   true,  true,  true
          view-secret, true,  false, false
          op-secre,    false, false, false
          '',          false, false, false
          ,            false, false, false
          """)
  void withTokensEachMayWhatItsRoleMay(String token, boolean read, boolean change, boolean stop) {
    var access = access(locked, true);
    assertThat(may(access, Right.READ, token)).isEqualTo(read);
    assertThat(may(access, Right.CHANGE, token)).isEqualTo(change);
    assertThat(may(access, Right.EMERGENCY_STOP, token)).isEqualTo(stop);
  }

  @Test
  void aViewerReadsNoShowThatHoldsTokensAsPlainText() {
    assertThat(may(access(locked, true), Right.READ_SHOW, "view-secret")).isFalse();
    assertThat(may(access(locked, true), Right.READ_SHOW, "op-secret")).isTrue();
    assertThat(may(access(open, false), Right.READ_SHOW, null)).isTrue();
  }

  @Test
  void takesTheSchemeInAnyCaseAndNoOtherScheme() {
    var access = access(locked, true);
    assertThatCode(() -> access.check(Right.CHANGE, Optional.of("bearer op-secret")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> access.check(Right.READ, Optional.of("Basic op-secret")))
        .isInstanceOf(ApiError.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1:9999",
        "http://stage.local",
        "https://STAGE.local:1",
        "http://tablet.local:3000",
        "http://localhost:5173",
        "http://127.0.0.9",
        "http://[::1]:8080"
      })
  void pagesOfTheShowAndOfThisMachineMay(String origin) {
    assertThat(open.show().origins().isForeign(origin)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://tablet.local.evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example#tablet.local",
        "http://tablet.local@evil.example",
        "null",
        "not a url"
      })
  void allOthersMayNot(String origin) {
    assertThat(open.show().origins().isForeign(origin)).isTrue();
  }

  @Test
  void theServerKeepsToIt() throws IOException, InterruptedException {
    try (var api =
            ApiServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), locked);
        var client = HttpClient.newHttpClient()) {
      var uri = "http://127.0.0.1:" + api.port();
      var send = HttpRequest.newBuilder(URI.create(uri + "/api/send"));
      send.POST(BodyPublishers.ofString(SEND));

      var nobody = client.send(send.build(), BodyHandlers.ofString());
      assertThat(nobody.statusCode()).isEqualTo(401);
      assertThat(nobody.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer");

      send.header("Authorization", "Bearer op-secret");
      assertThat(client.send(send.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      var foreign = send.copy().header("Origin", "http://evil.example").build();
      HttpResponse<String> refused = client.send(foreign, BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).startsWith("{\"error\":\"pages of http://evil.example may not");
      assertThat(locked.sent).hasSize(1);

      var known = send.copy().header("Origin", "http://tablet.local").build();
      assertThat(
              client
                  .send(known, BodyHandlers.ofString())
                  .headers()
                  .firstValue("Access-Control-Allow-Origin"))
          .contains("http://tablet.local");
      var metrics = HttpRequest.newBuilder(URI.create(uri + "/metrics")).build();
      assertThat(client.send(metrics, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    }
  }
}
