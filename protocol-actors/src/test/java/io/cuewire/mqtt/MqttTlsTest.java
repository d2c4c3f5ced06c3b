package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.State;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.Mosquitto;
import io.cuewire.testing.NeedsCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with a real broker and an authority of the tests' own. */
@NeedsCommand(
    value = {"mosquitto", "openssl"},
    packaged = "mosquitto, openssl")
class MqttTlsTest {
  private static Path folder;
  private static Mosquitto broker;

  @BeforeAll
  static void startTheBroker() throws Exception {
    folder = Files.createTempDirectory("mosquitto");
    authority("ca");
    authority("stranger");
    certificate("server", "rsa:2048", "subjectAltName=IP:127.0.0.1");
    certificate("rsa", "rsa:2048", "subjectAltName=DNS:client");
    certificate("ec", "ec", "subjectAltName=DNS:client");
    broker =
        Mosquitto.startIn(
            folder,
            "allow_anonymous true",
            "cafile FOLDER/ca.pem",
            "certfile FOLDER/server.pem",
            "keyfile FOLDER/server.key",
            "require_certificate true");
  }

  @AfterAll
  static void stopTheBroker() throws IOException {
    broker.close();
  }

  private static void authority(String name) throws Exception {
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=%s -keyout %s -out %s"
            .formatted(name, file(name + ".key"), file(name + ".pem")));
  }

  private static void certificate(String name, String key, String names) throws Exception {
    var curve = key.equals("ec") ? " -pkeyopt ec_paramgen_curve:prime256v1" : "";
    openssl(
        "req -newkey %s%s -nodes -subj /CN=%s -keyout %s -out %s"
            .formatted(key, curve, name, file(name + ".key"), file(name + ".csr")));
    Files.writeString(file(name + ".ext"), names);
    openssl(
        "x509 -req -days 2 -in %s -CA %s -CAkey %s -CAcreateserial -extfile %s -out %s"
            .formatted(
                file(name + ".csr"),
                file("ca.pem"),
                file("ca.key"),
                file(name + ".ext"),
                file(name + ".pem")));
  }

  private static void openssl(String arguments) throws Exception {
    ForeignProgram.run(("openssl " + arguments).split(" "));
  }

  private static Path file(String name) {
    return folder.resolve(name);
  }

  private static RunningEndpoint run(String ca, String own) {
    return RunningEndpoint.on(broker.port())
        .subscribe("show/#")
        .tls(
            Optional.of(file(ca)), Optional.of(file(own + ".pem")), Optional.of(file(own + ".key")))
        .run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void talksToABrokerThatItsAuthorityKnows(String own) {
    try (var endpoint = run("ca.pem", own)) {
      endpoint.connected().send("/fader/1", 0.5f);
      eventually().until(() -> endpoint.io().out() == 1);
    }
  }

  @Test
  void doesNotTrustABrokerThatItsAuthorityDoesNotKnow() {
    try (var endpoint = run("stranger.pem", "rsa")) {
      endpoint.awaitState(State.BACKING_OFF, "certificate");
    }
  }

  @Test
  void needsACertificateWhereTheBrokerWantsOne() {
    try (var endpoint =
        RunningEndpoint.on(broker.port())
            .tls(Optional.of(file("ca.pem")), Optional.empty(), Optional.empty())
            .run()) {
      endpoint.awaitState(State.BACKING_OFF, "certificate");
    }
  }

  @Test
  void doesNotTrustACertificateForAnotherHost() {
    try (var endpoint =
        RunningEndpoint.on(broker.port())
            .host("localhost")
            .tls(
                Optional.of(file("ca.pem")),
                Optional.of(file("rsa.pem")),
                Optional.of(file("rsa.key")))
            .run()) {
      endpoint.awaitState(State.BACKING_OFF, "certificate");
    }
  }

  @Test
  void saysWhichFileIsMissing() {
    try (var endpoint = run("nothing.pem", "rsa")) {
      endpoint.awaitState(State.BACKING_OFF, "certificate");
      eventually().until(() -> endpoint.io().lastError().orElse("").contains("nothing.pem"));
    }
  }

  @Test
  void saysThatAKeyIsDamaged() throws IOException {
    Files.copy(file("rsa.pem"), file("cut.pem"));
    var key = Files.readString(file("rsa.key"));
    var end = key.indexOf("\n-----END");
    Files.writeString(file("cut.key"), key.substring(0, 102) + key.substring(end));
    try (var endpoint = run("ca.pem", "cut")) {
      endpoint.awaitState(State.BACKING_OFF, "certificate");
      eventually()
          .untilAsserted(() ->
              assertThat(endpoint.io().lastError().orElse("")).contains("cut.key is damaged"));
    }
  }

  @Test
  void saysThatABrokerWithoutTlsHasNone() throws IOException {
    try (var plain = Mosquitto.start();
        var endpoint =
            RunningEndpoint.on(plain.port())
                .tls(Optional.of(file("ca.pem")), Optional.empty(), Optional.empty())
                .run()) {
      endpoint.awaitState(State.BACKING_OFF, "tls");
    }
  }
}
