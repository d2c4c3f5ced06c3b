package io.cuewire.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shell with lines from a list instead of a keyboard. */
@Timeout(60)
class ShellTest {
  private final ScriptedNode foh;
  private final ScriptedNode stage;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Output output = new Output(stream(out), stream(err), false, false);

  ShellTest() throws IOException {
    foh = new ScriptedNode();
    stage = new ScriptedNode().inShow("stage", foh.port()).on("GET /api/routes", 200, "[]");
    foh.inShow("foh", foh.port(), stage.port())
        .on("GET /api/routes", 200, "[{\"name\":\"faders\"},{\"name\":\"knobs\"}]")
        .on(
            "GET /api/endpoints",
            200,
            "[{\"name\":\"desk\"},{\"name\":\"desk\"},{\"name\":\"td\"}]")
        .on("GET /api/nodes", 200, "[{\"name\":\"foh\"},{\"name\":\"stage\"}]")
        .on("GET /api/scenes", 200, "[{\"name\":\"dark\"},{\"name\":\"bad\\u001b\"}]")
        .on(
            "GET /api/parameters",
            200,
            """
            [{"operator":"/geo1","parameter":"sx"},{"operator":"/geo1","parameter":"sy"},
             {"operator":"/cam","parameter":"tx"}]\
            """);
  }

  @AfterEach
  void stop() {
    foh.close();
    stage.close();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** What is typed, one line after the other. */
  private final class Typed implements Lines {
    private final List<Object> script;
    final List<String> prompts = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    private boolean attended;
    private BooleanSupplier interrupt = () -> false;

    /**
     * @param script lines, and what is done between them
     */
    Typed(Object... script) {
      this.script = new ArrayList<>(List.of(script));
    }

    @Override
    public Optional<String> next(String prompt) {
      prompts.add(prompt);
      while (!script.isEmpty()) {
        var next = script.removeFirst();
        if (next instanceof String line) {
          return Optional.of(line);
        }
        ((Runnable) next).run();
      }
      return Optional.empty();
    }

    @Override
    public String ask(String question) {
      prompts.add(question);
      return "n";
    }

    @Override
    public boolean attended() {
      return attended;
    }

    @Override
    public void tell(String line) {
      told.add(line);
    }

    @Override
    public void prompt(String prompt) {}

    @Override
    public void complete(Completion completion) {}

    @Override
    public void onInterrupt(BooleanSupplier interrupt) {
      this.interrupt = interrupt;
    }

    @Override
    public void close() {}
  }

  private Exit run(Typed lines, String... options) {
    var said = new ClientOptions();
    said.json = List.of(options).contains("--json");
    var session = new Session(Commands.ALL, Optional.empty(), Optional.empty());
    var invocation = new Invocation(output, Map.of("CUEWIRE_AT", foh.url()), said, session);
    return new Shell(invocation, lines).run();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          routes              | 0
          routes;nope         | 2
          nope;routes         | 0
          nope;# a comment;;  | 2
          nope;exit;routes    | 2
          quit                | 0
          send a "b           | 2
          shell               | 2
          demo                | 2
          """)
  void endsWithHowTheLastCommandWent(String lines, int code) {
    assertThat(run(new Typed((Object[]) lines.split(";"))).code()).isEqualTo(code);
  }

  @Test
  void takesTheWordsOfTheCommandLine() {
    foh.on("POST /api/send", 200, "{\"success\":true}");
    run(new Typed("send td /a 'two words' \"\" -0.5 \"5\"", "cuewire routes", "help send"));
    assertThat(foh.asked)
        .contains(
            "POST /api/send {\"endpoint\":\"td\",\"address\":\"/a\","
                + "\"args\":[\"two words\",\"\",-0.5,5]}");
    assertThat(out()).contains("faders").contains("Usage: cuewire send");
    assertThat(err()).isEmpty();
  }

  @Test
  void runsSeveralLinesThatWerePasted() {
    run(new Typed("routes\nscenes"));
    assertThat(out()).contains("faders").contains("dark");
  }

  @Test
  void printsJsonWhenItWasStartedSo() {
    run(new Typed("routes"), "--json");
    assertThat(out()).startsWith("[");
  }

  @Test
  void thePromptTellsTheStopTheSceneAndTheCluster() {
    foh.on(
        "GET /api/status",
        200,
        """
        {"node":"foh","cluster":"isolated","scene":{"name":"dark"},"emergency":{"latched":true}}\
        """);
    var lines = new Typed();
    lines.attended = true;
    run(lines);
    assertThat(lines.prompts).containsExactly("foh isolated dark EMERGENCY STOP> ");
  }

  @Test
  void asksThroughItsOwnLines() {
    var lines = new Typed("estop clear");
    lines.attended = true;
    assertThat(run(lines)).isEqualTo(Exit.FAILED);
    assertThat(lines.prompts).contains("Leave the emergency stop? [y/N] ");
    assertThat(foh.asked).noneMatch(asked -> asked.startsWith("DELETE"));
  }

  @Test
  void goesOnWithAnotherNodeWhenItsOwnDies() {
    var lines = new Typed("routes", (Runnable) foh::close, "routes", "nodes --at " + stage.url());
    assertThat(run(lines)).isEqualTo(Exit.FAILED); // the script of stage has no nodes
    assertThat(out()).endsWith("no routes\n");
    assertThat(lines.told)
        .containsExactly("foh does not answer; going on with stage at " + stage.url());
  }

  @Test
  void aChangeThatWasNotSentYetIsMadeByAnotherNode() {
    stage.on("PUT /api/parameters", 200, "{\"success\":true}");
    var lines = new Typed((Runnable) foh::close, "set /geo1 sx 1");
    assertThat(run(lines)).as(this::err).isEqualTo(Exit.DONE);
    assertThat(stage.asked).anyMatch(asked -> asked.startsWith("PUT /api/parameters"));
  }

  @Test
  void aChangeWhoseNodeDiesMeanwhileIsNotRepeated() {
    foh.on(
        "PUT /api/parameters",
        exchange -> {
          exchange.close();
          foh.close();
        });
    var lines = new Typed("set /geo1 sx 1", "routes");
    assertThat(run(lines)).isEqualTo(Exit.DONE);
    assertThat(err()).contains("whether this was done is not known").hasLineCount(1);
    assertThat(lines.told).hasSize(1);
    assertThat(stage.asked).noneMatch(asked -> asked.startsWith("PUT"));
    assertThat(out()).endsWith("no routes\n");
  }

  @Test
  void ctrlCEndsTheCommandAndNotTheShell() {
    var hangs = new CountDownLatch(1);
    foh.on("GET /api/nodes", _ -> awaitQuietly(hangs));
    var lines = new Typed("nodes", "routes");
    Thread.startVirtualThread(() -> {
      await().until(() -> foh.asked.contains("GET /api/nodes"));
      assertThat(lines.interrupt.getAsBoolean()).isTrue();
    });
    assertThat(run(lines)).isEqualTo(Exit.DONE);
    hangs.countDown();
    assertThat(err()).isEqualTo("cuewire: interrupted\n");
    assertThat(out()).contains("faders");
    assertThat(lines.interrupt.getAsBoolean()).isFalse();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> tab(String line) {
    var words = new ArrayList<>(List.of(line.split(" ", -1)));
    var word = words.removeLast();
    var nodes = new ShowNodes(URI.create(foh.url()), Optional.empty(), _ -> {});
    var session = new Session(Commands.IN_SHELL, Optional.empty(), Optional.of(nodes));
    var program = new Cuewire(output, Map.of(), session).commands();
    return new Completion(program, new LiveShow(nodes, Optional.empty())).candidates(words, word);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'st'                            | status
          'e'                             | endpoint endpoints estop exit
          'help ro'                       | route routes
          'endpoint '                     | disable enable move restart
          'endpoint restart '             | desk td
          'endpoint move td '             | foh stage
          'endpoint move td foh '         | ''
          'node '                         | drain
          'node drain s'                  | stage
          'route remove k'                | knobs
          'route add x --from d'          | desk
          'route add x --from desk,t'     | desk,td
          'scene go '                     | dark
          'set /g'                        | /geo1
          'set /geo1 '                    | sx sy
          'set /geo1 sx '                 | ''
          'estop '                        | clear
          'estop clear --y'               | --yes
          'history --f'                   | --follow
          'history --follow --endpoint d' | desk
          'send t'                        | td
          'nope '                         | ''
          """)
  void tabOffers(String line, String offered) {
    assertThat(String.join(" ", tab(line).stream().sorted().toList())).isEqualTo(offered);
  }

  @Test
  void tabDoesNotWaitForANodeThatHangs() {
    var hangs = new CountDownLatch(1);
    foh.on("GET /api/scenes", _ -> awaitQuietly(hangs));
    var begin = System.nanoTime();
    assertThat(tab("scene go ")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    hangs.countDown();
    foh.close();
    assertThat(tab("scene go ")).isEmpty();
  }
}
