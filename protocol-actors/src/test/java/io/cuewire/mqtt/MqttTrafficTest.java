package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.cuewire.message.Message;
import io.cuewire.testing.Desk;
import io.cuewire.testing.ForeignProgram;
import io.cuewire.testing.Mosquitto;
import io.cuewire.testing.NeedsCommand;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.text.HandleRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between an endpoint and other clients of a real broker. */
@NeedsCommand(
    value = {"mosquitto", "mosquitto_pub", "mosquitto_sub"},
    packaged = "mosquitto, mosquitto-clients")
class MqttTrafficTest {
  private static Mosquitto broker;

  @BeforeAll
  static void startTheBroker() throws IOException {
    broker =
        Mosquitto.start("allow_anonymous true", "max_queued_messages 0", "set_tcp_nodelay true");
  }

  @AfterAll
  static void stopTheBroker() throws IOException {
    broker.close();
  }

  private static RunningEndpoint.Builder endpoint(String prefix) {
    return RunningEndpoint.on(broker.port()).prefix(prefix);
  }

  /** The next line that is none of those by which the subscriber was awaited. */
  private static String next(ForeignProgram subscriber) throws InterruptedException {
    while (true) {
      var line = subscriber.nextLine();
      if (!line.contains("ready")) {
        return line;
      }
    }
  }

  @Test
  void takesWhatMatchesItsWildcards() throws Exception {
    try (var endpoint = endpoint("in").subscribe("in/+/level", "in/deep/#", "else/#").run()) {
      endpoint.connected();
      broker.publish("in/a/level", "0.5");
      broker.publish("in/a/other", "not for it");
      broker.publish("in/deep/b/c", "[1,\"two\",3.0,true,null]");
      broker.publish("else/where", "plain text");
      broker.publish("in/deep/none", "");
      assertThat(endpoint.inbox().next(4))
          .containsExactly(
              "/a/level [0.5]",
              "/deep/b/c [1, two, 3.0, true, null]",
              "/else/where [plain text]",
              "/deep/none []");
      endpoint.inbox().assertEmpty();
      assertThat(endpoint.io().in()).isEqualTo(4);
      assertThat(endpoint.endpoint().peers())
          .extracting(p -> p.name() + " " + p.in())
          .containsExactly("127.0.0.1:" + broker.port() + " 4");
    }
  }

  @Test
  void publishesWithItsPrefixQosAndRetain() throws Exception {
    try (var subscriber = broker.subscriber("%t %q %r %p", "-t", "out/#", "-q", "2");
        var kept = endpoint("out").qos(2).retain().named("foh", "kept").run();
        var plain = endpoint("out").qos(0).named("foh", "plain").run()) {
      kept.connected();
      plain.connected();
      assertThat(List.of(next(subscriber), next(subscriber)))
          .containsExactlyInAnyOrder(
              "out/cuewire/foh/kept 1 0 online", "out/cuewire/foh/plain 1 0 online");
      kept.send("/fader/1", 0.5f);
      assertThat(next(subscriber)).isEqualTo("out/fader/1 2 0 0.5");
      plain.send("/fader/2", 1, "two", true);
      assertThat(next(subscriber)).isEqualTo("out/fader/2 0 0 [1,\"two\",true]");
      plain.send("/none");
      assertThat(next(subscriber)).isEqualTo("out/none 0 0 []");
      plain.send("/text", "5");
      assertThat(next(subscriber)).isEqualTo("out/text 0 0 5");
      plain.send("/name", "5");
      assertThat(next(subscriber)).isEqualTo("out/name 0 0 \"5\"");
      plain.send("/name", "two words");
      assertThat(next(subscriber)).isEqualTo("out/name 0 0 two words");
      plain.send("/a+b/#/\u0000\u0001", 1);
      assertThat(next(subscriber)).isEqualTo("out/a_b/_/__ 0 0 1");
      eventually().until(() -> plain.io().out() == 6 && kept.io().out() == 1);
      try (var late = broker.subscriber("%t %q %r %p", "-t", "out/fader/#", "-q", "2")) {
        assertThat(next(late)).isEqualTo("out/fader/1 2 1 0.5");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void carriesAThousandMessagesInOrderAndLosesNone(int qos) {
    carriesAThousand(endpoint("bulk" + qos).qos(qos), "bulk" + qos);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void keepsToABrokerThatTakesOneAtATime(int qos) throws IOException {
    try (var strict = Mosquitto.start("allow_anonymous true", "max_inflight_messages 1")) {
      carriesAThousand(RunningEndpoint.on(strict.port()).qos(qos), "show");
    }
  }

  private static void carriesAThousand(RunningEndpoint.Builder endpoint, String prefix) {
    try (var out = endpoint.prefix(prefix).named("foh", "out").run();
        var in = endpoint.subscribe(prefix + "/#").named("foh", "in").run()) {
      in.connected();
      out.connected();
      for (var n = 0; n < 1000; n++) {
        out.send("/n" + n % 7, n);
      }
      var expected = IntStream.range(0, 1000).mapToObj(n -> "/n" + n % 7 + " [" + n + "]").toList();
      assertThat(in.inbox().next(1000)).isEqualTo(expected);
      eventually().until(() -> out.io().out() == 1000);
      assertThat(out.io().dropped() + out.io().errors()).isZero();
      assertThat(out.states()).containsOnlyOnce("connected");
    }
  }

  @Test
  void survivesGarbage(@TempDir Path folder) throws Exception {
    var binary = folder.resolve("binary");
    Files.write(binary, new byte[] {(byte) 0xFF, 0, (byte) 0xC3, 1});
    try (var endpoint = endpoint("junk").subscribe("junk/#").run()) {
      endpoint.connected();
      ForeignProgram.run(
          broker
              .client("mosquitto_pub", "-t", "junk/binary", "-f", binary.toString())
              .toArray(String[]::new));
      var deep = "[".repeat(3000) + "]".repeat(3000);
      for (var payload :
          List.of("[1,", "{\"a\":{}}", "99999999999999999999", "[{}]", "1e999", "nul", deep)) {
        broker.publish("junk/p", payload);
      }
      broker.publish("junk/p", "fine");
      assertThat(endpoint.inbox().next(8))
          .containsExactly(
              "/p [[1,]",
              "/p [{\"a\":{}}]",
              "/p [99999999999999999999]",
              "/p [[{}]]",
              "/p [Infinity]",
              "/p [nul]",
              "/p [" + deep + "]",
              "/p [fine]");
      assertThat(endpoint.io().errors()).isEqualTo(1);
      assertThat(endpoint.io().lastError().orElseThrow()).contains("junk/binary", "not UTF-8");
      endpoint.connected();
    }
  }

  @Test
  void doesNotReadBackWhatItPublished() throws Exception {
    try (var subscriber = broker.subscriber("%t %p", "-t", "own/#");
        var endpoint = endpoint("own").subscribe("own/#", "$share/group/own/#").run()) {
      endpoint.connected();
      assertThat(next(subscriber)).isEqualTo("own/cuewire/foh/iot online");
      endpoint.send("/mine", 1);
      assertThat(next(subscriber)).isEqualTo("own/mine 1");
      broker.publish("own/cuewire/other/iot", "online");
      broker.publish("own/theirs", "2");
      assertThat(endpoint.inbox().next().toString()).isEqualTo("/theirs [2]");
      assertThat(endpoint.inbox().texts()).doesNotContain("/mine [1]");
    }
  }

  @Test
  void doesNotTakeARetainedPublicationOfItsFormerNode() {
    try (var foh = endpoint("moved").retain().subscribe("moved/#").run()) {
      foh.connected().send("/mine", 1);
      eventually().until(() -> foh.io().out() == 1);
    }
    try (var other = endpoint("moved").named("foh", "other").subscribe("moved/mine").run();
        var left = endpoint("moved").named("left", "iot").subscribe("moved/#").run()) {
      assertThat(other.inbox().next().toString()).isEqualTo("/mine [1]"); // it was retained
      left.connected();
      other.connected().send("/after", 2);
      assertThat(left.inbox().next().toString()).isEqualTo("/after [2]");
    }
  }

  @Test
  void aLoopOverTheBrokerEnds() throws Exception {
    var deskA = new Desk("a");
    var deskB = new Desk("b");
    try (var a = endpoint("loop").named("foh", "a").desk(deskA).subscribe("loop/#").run();
        var b = endpoint("loop").named("left", "b").desk(deskB).subscribe("loop/#").run()) {
      deskA.routes(RouteBuilder.from("a").to("a").echo());
      deskB.routes(RouteBuilder.from("b").to("b").echo());
      a.connected();
      b.connected();
      a.send("/round", 1);
      eventually().until(() -> a.io().dropped() + b.io().dropped() == 1);
      assertThat(a.io().in() + b.io().in()).isEqualTo(9);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-D publish response-topic answers/x -D publish correlation-data 42", ""})
  void answersRequestsOnTheResponseTopic(String properties) throws Exception {
    var more = properties.isEmpty() ? new String[0] : properties.split(" ");
    try (var subscriber = broker.subscriber("%t %D %p", "-t", "answers/#");
        var endpoint = endpoint("ask").subscribe("ask/#").run()) {
      endpoint.connected();
      broker.publish("ask/x", "{\"command\":\"scene_change\",\"scene_name\":\"high\"}", more);
      broker.publish("ask/x", "{\"command\":\"scene_change\",\"scene_name\":\"low\"}", more);
      broker.publish("ask/x", "{\"command\":\"dance\"}", more);
      eventually().until(() -> endpoint.io().errors() == 2);
      assertThat(endpoint.asked()).containsExactly("scene high", "scene low");
      eventually()
          .untilAsserted(() ->
              assertThat(endpoint.io().lastError().orElse(""))
                  .contains("unknown command \"dance\""));
      endpoint.inbox().assertEmpty();
      if (!properties.isEmpty()) {
        assertThat(next(subscriber))
            .isEqualTo(
                "answers/x 42 {\"command\":\"scene_change\",\"success\":true,\"scene_name\":\"high\"}");
        assertThat(next(subscriber)).contains("\"success\":false", "no scene 'low'");
        assertThat(next(subscriber)).contains("\"success\":false", "unknown command");
      }
    }
  }

  @Test
  void anAnswerIsNoRequest() throws Exception {
    try (var endpoint = endpoint("said").subscribe("said/#").run()) {
      endpoint.connected();
      var answer = "{\"command\":\"emergency_stop\",\"success\":true}";
      broker.publish("said/x", answer);
      assertThat(endpoint.inbox().next().toString()).isEqualTo("/x [" + answer + "]");
      assertThat(endpoint.asked()).isEmpty();
    }
  }

  @Test
  void saysThatARequestHasFailed() throws Exception {
    try (var subscriber = broker.subscriber("%p", "-t", "answers/bug");
        var endpoint = endpoint("bug").subscribe("bug/#").run()) {
      endpoint.connected();
      broker.publish(
          "bug/x",
          "{\"command\":\"scene_change\",\"scene_name\":\"bug\"}",
          "-D",
          "publish",
          "response-topic",
          "answers/bug");
      assertThat(next(subscriber)).startsWith("ERROR:internal error");
      assertThat(endpoint.io().errors()).isEqualTo(1);
    }
  }

  @Test
  void itsOwnRulesComeFirst() throws Exception {
    var rule = new HandleRule(Pattern.compile("^T=(.*)$"), "/temperature", List.of("$1"));
    try (var endpoint = endpoint("rules").subscribe("rules/#").handle(rule).run()) {
      endpoint.connected();
      broker.publish("rules/x", "T=21.5");
      broker.publish("rules/x", "U=21.5");
      assertThat(endpoint.inbox().next(2)).containsExactly("/temperature [21.5]", "/x [U=21.5]");
    }
  }

  @Test
  void takesRetainedMessagesAndSendsItsFirstOnes() throws Exception {
    for (var n = 0; n < 30; n++) {
      broker.publish("early/r" + n, String.valueOf(n), "-r");
    }
    try (var subscriber = broker.subscriber("%t %p", "-t", "early/hello");
        var endpoint =
            endpoint("early")
                .subscribe("early/#")
                .onConnect(Message.of("/hello", List.of(1)))
                .run()) {
      assertThat(endpoint.inbox().next(30)).contains("/r0 [0]", "/r29 [29]");
      assertThat(next(subscriber)).isEqualTo("early/hello 1");
    }
  }
}
