package io.cuewire.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenes, the stop, parameters, moves: what a node answers, and what the commands make of it. */
class ShowCommandsTest {
  private final ScriptedNode node;

  ShowCommandsTest() throws IOException {
    node = new ScriptedNode();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private ProgramRun ask(String... words) {
    return ProgramRun.of(Map.of("CUEWIRE_AT", node.url()), false, words);
  }

  /** On a terminal whose user answers so. */
  private ProgramRun attended(String answer, List<String> questions, String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var session =
        new Session(
            Commands.ALL,
            Optional.of(question -> {
              questions.add(question);
              return answer;
            }),
            Optional.empty());
    var output =
        new Output(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true,
            false);
    var exit = new Cuewire(output, Map.of("CUEWIRE_AT", node.url()), session).run(words);
    return new ProgramRun(
        exit.code(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void sceneGoTellsHowEachNodeFired() {
    node.on(
        "POST /api/scenes/high_energy/go",
        200,
        """
        {"scene":"high_energy","sequence":7,"success":true,
         "nodes":{"foh":{"confirmed":true,"ms":0.8},"stage":{"confirmed":true,"ms":12.5}}}\
        """);
    var run = ask("scene", "go", "high_energy");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            scene high_energy, number 7

             NODE     MS  STATE      REASON
             foh     0.8  confirmed
             stage  12.5  confirmed
            """);
  }

  @Test
  void sceneGoNamesTheNodesThatDidNotConfirm() {
    node.on(
        "POST /api/scenes/dark/go",
        200,
        """
        {"scene":"dark","sequence":8,"success":false,
         "nodes":{"foh":{"confirmed":true,"ms":1},
                  "stage":{"confirmed":false,"error":"no answer within 2 s"}}}\
        """);
    var run = ask("scene", "go", "dark");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo("cuewire: done, but not confirmed by stage: no answer within 2 s\n");
  }

  @Test
  void sceneGoThatIsRefusedSaysWhy() {
    node.on("POST /api/scenes/dark/go", 409, "{\"error\":\"the emergency stop is in force\"}");
    var run = ask("scene", "go", "dark");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("cuewire: the emergency stop is in force\n");
  }

  @Test
  void sceneGoWithoutSuccessIsNoSuccess() {
    node.on(
        "POST /api/scenes/dark/go",
        200,
        """
        {"scene":"dark","sequence":8,"success":false,
         "nodes":{"stage":{"confirmed":false,"error":"no answer from stage"}}}\
        """);
    var run = ask("scene", "go", "dark");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "cuewire: scene dark: no node has confirmed it, not stage: no answer from stage\n");
  }

  @Test
  void estopNeverAsksAndNamesWhoDidNotConfirm() {
    node.on(
        "POST /api/emergency-stop",
        200,
        """
        {"latched":true,"confirmations":[
          {"endpoint":"td-left","node":"stage","state":"confirmed","ms":0.8},
          {"endpoint":"dimmers","node":"foh","state":"unconfirmed","error":"no such device"}]}\
        """);
    var questions = new ArrayList<String>();
    var run = attended("n", questions, "estop", "--reason", "smoke on stage");
    assertThat(questions).isEmpty();
    assertThat(node.asked)
        .containsExactly("POST /api/emergency-stop {\"reason\":\"smoke on stage\"}");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .isEqualTo(
            """
            EMERGENCY STOP is in force

             ENDPOINT  NODE   STATE         MS  REASON
             td-left   stage  confirmed    0.8
             dimmers   foh    unconfirmed    -  no such device
            """);
    assertThat(run.err())
        .isEqualTo("cuewire: done, but not confirmed by dimmers on foh: no such device\n");
  }

  @Test
  void estopThatDidNotLatchIsAFailure() {
    node.on("POST /api/emergency-stop", 200, "{\"latched\":false,\"confirmations\":[]}");
    assertThat(ask("estop").code()).isEqualTo(1);
  }

  @Test
  void estopClearLeavesIt() {
    node.on("DELETE /api/emergency-stop", 200, "{\"latched\":false,\"confirmations\":[]}");
    assertThat(ask("estop", "clear").out()).isEqualTo("the emergency stop is cleared\n");
  }

  @Test
  void estopClearThatLeavesItInForceIsAFailure() {
    node.on("DELETE /api/emergency-stop", 200, "{\"latched\":true,\"confirmations\":[]}");
    var run = ask("estop", "clear", "--yes");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("still in force");
  }

  @ParameterizedTest
  @CsvSource({"y,0,1", "YES,0,1", "n,1,0", "'',1,0"})
  void estopClearAsksOnATerminal(String answer, int code, int calls) {
    node.on("DELETE /api/emergency-stop", 200, "{\"latched\":false}");
    var questions = new ArrayList<String>();
    var run = attended(answer, questions, "estop", "clear");
    assertThat(questions).containsExactly("Leave the emergency stop? [y/N] ");
    assertThat(run.code()).isEqualTo(code);
    assertThat(node.asked).hasSize(calls);
  }

  @ParameterizedTest
  @ValueSource(strings = {"estop clear --yes", "node drain stage --yes", "show apply FILE --yes"})
  void nobodyIsAskedWhoHasSaidYes(String line, @TempDir Path folder) throws IOException {
    node.on("DELETE /api/emergency-stop", 200, "{\"latched\":false}");
    node.on("POST /api/nodes/stage/drain", 200, "{\"name\":\"stage\",\"state\":\"leaving\"}");
    node.on("PUT /api/show", 200, "show: x\n");
    var file = Files.writeString(folder.resolve("show.yaml"), "show: x\n");
    var questions = new ArrayList<String>();
    var words = line.replace("FILE", file.toString()).split(" ");
    assertThat(attended("n", questions, words).code()).isZero();
    assertThat(questions).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2.5   | 2.5
          5     | 5
          -0.25 | -0.25
          -3    | -3
          true  | true
          red   | "red"
          """)
  void setTypesTheValueLikeATextFrame(String word, String json) {
    node.on("PUT /api/parameters", 200, "{\"success\":true}");
    var run = ask("set", "/project1/geo1", "sx", word);
    assertThat(run.out()).isEqualTo("set /project1/geo1 sx to " + word + "\n");
    assertThat(node.asked)
        .containsExactly(
            "PUT /api/parameters {\"operator\":\"/project1/geo1\",\"parameter\":\"sx\",\"value\":"
                + json
                + "}");
  }

  @Test
  void setSendsNoMistypedOption() {
    assertThat(ask("set", "/project1/geo1", "sx", "--josn").code()).isEqualTo(2);
    assertThat(node.asked).isEmpty();
  }

  @Test
  void endpointMoveShowsWhereItRunsNow() {
    node.on(
        "POST /api/endpoints/td-left/move",
        200,
        "{\"name\":\"td-left\",\"protocol\":\"osc\",\"node\":\"stage\",\"state\":\"connected\"}");
    var run = ask("endpoint", "move", "td-left", "stage");
    assertThat(node.asked).containsExactly("POST /api/endpoints/td-left/move {\"node\":\"stage\"}");
    assertThat(run.out()).containsPattern("td-left +osc +stage +connected");
  }

  @Test
  void nodeDrainShowsTheNode() {
    node.on("POST /api/nodes/stage/drain", 200, "{\"name\":\"stage\",\"state\":\"leaving\"}");
    assertThat(ask("node", "drain", "stage").out()).containsPattern("stage +- +leaving");
  }

  @Test
  void showApplySendsTheFileAsItIs(@TempDir Path folder) throws IOException {
    node.on("PUT /api/show", 200, "show: x\n");
    var file = Files.writeString(folder.resolve("show.yaml"), "show: ${env:NOT_HERE}");
    var run = ask("show", "apply", file.toString());
    assertThat(node.asked).containsExactly("PUT /api/show show: ${env:NOT_HERE}");
    assertThat(run.out()).isEqualTo("the show runs as in " + file + "\n");
  }

  @Test
  void showApplyOfAnInvalidFileIsWrongUse(@TempDir Path folder) throws IOException {
    node.on("PUT /api/show", 400, "{\"error\":\"2:1: unknown key 'routs'\"}");
    var file = Files.writeString(folder.resolve("show.yaml"), "show: x\nrouts: {}\n");
    var run = ask("show", "apply", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("cuewire: 2:1: unknown key 'routs'\n");
    assertThat(ask("show", "apply", "no/such.yaml").err())
        .isEqualTo("cuewire: no/such.yaml cannot be read: no such file\n");
  }

  @Test
  void statusIsLoudAboutAStop() {
    node.on(
        "GET /api/status",
        200,
        """
        {"show":"club-night","node":"foh","cluster":"member","timestamp":1764000000.123,
         "scene":{"name":"dark","sequence":7,"since":1764000000.0},
         "emergency":{"latched":true,"since":1764000000.0,"reason":"fire","node":"stage-left",
           "by":"shell","confirmations":[
             {"endpoint":"td-left","node":"stage-left","state":"confirmed","ms":0.8},
             {"endpoint":"dimmers","node":"foh","state":"unconfirmed","error":"no such device"}],
           "refused":12},
         "nodes":[],"endpoints":[],"routes":3,"parameters":12,
         "messages":{"in":1,"out":2,"dropped":0}}\
        """);
    var out = ask("status").out();
    assertThat(out)
        .containsPattern("scene +dark, number 7, since ")
        .containsPattern("stop +EMERGENCY STOP since .* by shell on stage-left: fire; 12 refused")
        .contains("unconfirmed: dimmers on foh: no such device")
        .contains("3 routes, 12 parameters")
        .doesNotContain("td-left");
  }

  @Test
  void aChangeWhoseNodeDiesIsNotCalledUndone() {
    node.on("PUT /api/parameters", exchange -> exchange.close());
    var run = ask("set", "/a", "b", "1");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("went away: whether this was done is not known").hasLineCount(1);
    assertThat(node.asked).hasSize(1);
  }
}
