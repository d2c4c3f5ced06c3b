package io.cuewire.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.node.api.ApiServer;
import io.cuewire.node.api.Json;
import io.cuewire.node.api.RehearsalNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private RehearsalNode node = new RehearsalNode();
  private ApiServer api;
  private String url;

  @BeforeEach
  void start() throws IOException {
    api = ApiServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
    url = "http://127.0.0.1:" + api.port();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void startWithTokens() throws IOException {
    api.close();
    node = new RehearsalNode(Optional.of("op-secret"), Optional.of("view-secret"));
    start();
  }

  private ProgramRun ask(String... args) {
    return ProgramRun.of(Map.of("CUEWIRE_AT", url), false, args);
  }

  private ProgramRun askWith(String line) {
    return ask(line.split(" "));
  }

  @Nested
  class Showing {
    @Test
    void theStatusWithWhyThingsAreAsTheyAre() {
      var run = ask("status");
      assertThat(run.code()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out().lines())
          .anyMatch(line -> line.matches("show +club-night"))
          .anyMatch(line -> line.matches("asked +foh, member, at \\d\\d:\\d\\d:\\d\\d"))
          .anyMatch(line -> line.matches("coordinator +foh"))
          .anyMatch(line -> line.matches("stop +no"))
          .anyMatch(
              line -> line.matches(" stage +stage.local +unreachable .* runs another version.*"))
          .anyMatch(
              line -> line.matches(" td-left +osc +stage +backing-off .* unreachable, attempt 4"));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            nodes      |  NODE   HOST         STATE
            endpoints  |  ENDPOINT     PROTOCOL  NODE   STATE
            routes     |  ROUTE   FROM         MATCH      TO       CHANGES
            scenes     |  SCENE
            history    |  TIME      NODE  ENDPOINT          ADDRESS    ARGS  PEER
            parameters |  OPERATOR        PARAMETER  VALUE  SINCE     NODE
            """,
        ignoreLeadingAndTrailingWhitespace = false)
    void listsAsTables(String command, String head) {
      assertThat(ask(command.strip()).out().stripLeading()).startsWith(head.stripLeading());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"status", "nodes", "endpoints", "routes", "parameters", "scenes", "history"})
    void asJsonAndNothingElse(String command) {
      var run = ask(command, "--json");
      assertThat(run.code()).isZero();
      assertThat(run.err()).isEmpty();
      var parsed = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
      assertThat(parsed.isContainerNode()).isTrue();
      assertThat(run.out()).doesNotContain("E9").doesNotContain("E+");
    }

    @Test
    void theShowAsAFile() {
      assertThat(ask("show", "export").out()).startsWith("show: club-night\n");
    }

    @Test
    void theHistoryThatWasAskedFor() {
      assertThat(askWith("history --match /dim").out()).contains("/dim").doesNotContain("fader");
      assertThat(askWith("history --endpoint nobody").out()).isEqualTo("no messages\n");
      assertThat(askWith("history --limit 1 --json").out()).doesNotContain("fader");
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() {
      node.rename("td-left", "td\u001b[2J\u202e\u009b");
      assertThat(ask("endpoints").out())
          .contains("td\\u001b[2J\\u202e\\u009b")
          .doesNotContain("\u001b");
      assertThat(ask("endpoints", "--json").out()).doesNotContain("\u001b", "\u009b");
    }

    @Test
    void namesInAnyScriptKeepTheColumns() {
      node.rename("td-left", "照明卓-左-Größe");
      var lines = ask("endpoints").out().lines().toList();
      assertThat(lines.get(2)).startsWith(" 照明卓-左-Größe  osc "); // 4 characters are 2 wide
      assertThat(lines.get(1)).startsWith(" touchosc-in      osc ");
    }

    @Test
    void longNamesAreCut() {
      node.rename("td-left", "x".repeat(200));
      assertThat(ask("endpoints").out().lines()).allMatch(line -> line.length() < 200);
    }

    @Test
    void inColourOnlyWhatNeedsAHand() {
      var run = ProgramRun.of(Map.of("CUEWIRE_AT", url), true, "endpoints");
      assertThat(run.out()).contains("\u001b[33m backing-off").doesNotContain("m listening");
    }
  }

  @Nested
  class Changing {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            send td-left /a                        | td-left /a []
            send td-left /a 5 0.5 true word        | td-left /a [5, 0.5, true, word]
            send td-left /a -0.5 -3                | td-left /a [-0.5, -3]
            send td-left /a -- -0.5 --text         | td-left /a [-0.5, --text]
            send --peer 10.0.0.7:9000 td-left /a 1 | td-left /a [1] to 10.0.0.7:9000
            send td-left /a -1 --json              | td-left /a [-1]
            send td-left /a @@x @y                 | td-left /a [@@x, @y]
            """)
    void sendsWhatWasTyped(String line, String sent) {
      assertThat(askWith(line).code()).isZero();
      assertThat(node.sent).containsExactly(sent);
    }

    @Test
    void sendsNoMistypedOption() {
      var run = askWith("send td-left /a --josn");
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("unknown option '--josn'");
      assertThat(node.sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            send td-left /a -hot   | Unknown option: '-hot'
            send td-left /a 1e400  | 1e400 is too large for a float
            set /a b 4e38          | 4e38 is too large for a float
            """)
    void sendsNothingElseThanWhatWasTyped(String line, String why) {
      var run = askWith(line);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains(why);
      assertThat(node.sent).isEmpty();
    }

    @Test
    void stopsForAnyReason() {
      assertThat(ask("estop", "--reason", "@docs").out()).contains("is in force");
      assertThat(ask("status").out()).contains("@docs");
    }

    @Test
    void addsAndRemovesARoute() {
      var add =
          askWith(
              "route add dim --from touchosc-in --to td-left,touchosc-in --match /1/* --address"
                  + " /dim --args $1,-5 --input 0,1 --output 0,100 --scale -2.55 --offset -1"
                  + " --clamp -255,255 --echo");
      assertThat(add.err()).isEmpty();
      assertThat(add.code()).isZero();
      assertThat(askWith("routes").out())
          .contains(
              " dim     touchosc-in  /1/*       td-left, touchosc-in  address=/dim args=[\"$1\",-5]");
      assertThat(askWith("route remove dim").out()).isEqualTo("removed route dim\n");
      assertThat(askWith("route remove dim").err()).isEqualTo("cuewire: there is no route 'dim'\n");
    }

    @ParameterizedTest
    @CsvSource({"restart,listening", "enable,listening", "disable,stopped"})
    void changesAnEndpoint(String verb, String state) {
      var run = ask("endpoint", verb, "td-left");
      assertThat(run.code()).isZero();
      assertThat(run.out()).contains(state);
    }
  }

  @Nested
  class Failing {
    @Test
    void withThreeWhenANodeDoesNotConfirmAChange() {
      node.unconfirmed.add("stage");
      var run = ask("endpoint", "restart", "td-left");
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err()).isEqualTo("cuewire: done, but not confirmed by stage\n");
    }

    @Test
    void withFourWhenNoNodeAnswers() throws IOException {
      var nobody = "http://127.0.0.1:" + api.port();
      api.close();
      var run = ProgramRun.of("status", "--at", nobody);
      assertThat(run.code()).isEqualTo(4);
      assertThat(run.err())
          .startsWith("cuewire: no node answered at " + nobody + ": is one running? start one with")
          .hasLineCount(1);
    }

    @Test
    void withFourWhenSomethingElseAnswers() throws IOException {
      try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> answerGarbage(other));
        var run = ProgramRun.of("status", "--at", "127.0.0.1:" + other.getLocalPort());
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("is not a Cuewire node").hasLineCount(1);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send a /a", "set /a b 1", "estop clear", "route remove dim"})
    void withoutSendingASecondTimeWhenTheConnectionBreaks(String line) throws IOException {
      try (var other = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
        var requests = new AtomicInteger();
        Thread.ofVirtual().start(() -> hangUpOnAll(other, requests));
        var run = ProgramRun.of((line + " --at 127.0.0.1:" + other.getLocalPort()).split(" "));
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("whether this was done is not known").hasLineCount(1);
        assertThat(requests).hasValue(1);
      }
    }

    private static void hangUpOnAll(ServerSocket server, AtomicInteger requests) {
      while (!server.isClosed()) {
        try (var socket = server.accept()) {
          socket.getInputStream().read(new byte[1000]);
          requests.incrementAndGet();
        } catch (IOException e) {
          return; // closed
        }
      }
    }

    private static void answerGarbage(ServerSocket server) {
      try (var socket = server.accept()) {
        socket.getInputStream().read(new byte[1000]);
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\noops"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            send nobody /a                   | 1 | there is no endpoint 'nobody'
            send broken /a                   | 1 | internal error, see the node's log
            send td-left a                   | 1 | 'address' must start with '/'
            history --match nope             | 1 | 'match': an address starts with '/'
            route add x --from a --to nobody | 1 | route 'x' leads to unknown endpoints
            """,
        quoteCharacter = '`')
    void withOneAndTheReason(String line, int code, String reason) {
      var run = askWith(line);
      assertThat(run.err()).isEqualTo("cuewire: " + reason + "\n");
      assertThat(run.code()).isEqualTo(code);
      assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "stauts",
          "status --nope",
          "status extra",
          "send td-left",
          "route add x --from a",
          "route add x --from a --to b --clamp 1",
          "route add x --from a --to b --scale two",
          "route",
          "endpoint",
          "node",
          "node --show x.yaml",
          "demo --nodes 0",
          "demo --nodes 10",
          "demo --for long",
          "history --limit many",
          "--at nowhere:x status",
          "--at http://a/b status",
          "check"
        })
    void withTwoWhenUsedWrongly(String line) {
      var run = askWith(line);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).startsWith("cuewire: ").hasLineCount(1);
    }

    @Test
    void withASuggestionForATypo() {
      assertThat(ask("stauts").err()).contains("did you mean status?");
    }
  }

  @Nested
  class FindingTheNode {
    @Test
    void optionsMayStandBeforeOrAfterTheCommand() {
      assertThat(ProgramRun.of("--at", url, "nodes").code()).isZero();
      assertThat(ProgramRun.of("nodes", "--at", url).code()).isZero();
      assertThat(ProgramRun.of("endpoint", "--at", url, "restart", "td-left").code()).isZero();
      assertThat(ProgramRun.of("--json", "nodes", "--at", url + "/").out()).startsWith("[");
    }

    @Test
    void anAddressWithoutAProtocolWillDo() {
      assertThat(ProgramRun.of("nodes", "--at", "127.0.0.1:" + api.port()).code()).isZero();
    }

    @Test
    void theCommandLineCountsMoreThanTheEnvironment() {
      var environment = Map.of("CUEWIRE_AT", "http://127.0.0.1:1");
      assertThat(ProgramRun.of(environment, false, "nodes", "--at", url).code()).isZero();
    }

    @Test
    void withATokenFromTheCommandLineOrTheEnvironment() throws IOException {
      startWithTokens();
      var send = List.of("send", "td-left", "/a");
      var nobody = ask("send", "td-left", "/a");
      assertThat(nobody.code()).isEqualTo(1);
      assertThat(nobody.err()).startsWith("cuewire: a token is needed").hasLineCount(1);
      assertThat(askWith("nodes --token wrong").err()).contains("this token is not known");
      assertThat(askWith("nodes --token view-secret").code()).isZero();
      var viewer = new ArrayList<>(send);
      viewer.addAll(List.of("--token", "view-secret"));
      assertThat(ask(viewer.toArray(String[]::new)).err()).contains("may only read");
      var environment = Map.of("CUEWIRE_AT", url, "CUEWIRE_TOKEN", "op-secret");
      assertThat(ProgramRun.of(environment, false, send.toArray(String[]::new)).code()).isZero();
      assertThat(node.sent).hasSize(1);
      assertThat(askWith("route remove faders --token view-secret").err())
          .contains("may only read");
    }
  }
}
