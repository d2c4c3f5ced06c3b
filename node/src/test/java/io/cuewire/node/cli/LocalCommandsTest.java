package io.cuewire.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.node.api.Json;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading.Valid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What works without a node. */
class LocalCommandsTest {

  @Test
  void checkAcceptsAValidShow(@TempDir Path folder) throws IOException {
    var file = folder.resolve("show.yaml");
    Files.writeString(file, new DemoPlan(DemoPlan.find(3, 1).machines(), 9000, 9999).show());
    var run = ProgramRun.of("check", file.toString());
    assertThat(run.out())
        .isEqualTo(file + ": show demo is valid: 3 nodes, 5 endpoints, 3 routes, 0 scenes\n");
    assertThat(run.code()).isZero();
  }

  @Test
  void checkNamesEveryProblemWithItsPlace(@TempDir Path folder) throws IOException {
    var file = folder.resolve("show.yaml");
    Files.writeString(file, "show: x\nnodes: 5\nrouts: {}\n");
    var run = ProgramRun.of("check", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(line -> line.startsWith(file + ":"))
        .anyMatch(line -> line.startsWith(file + ":3:1: "));
  }

  @Test
  void checkOfNoFileIsAnInvalidFile() {
    assertThat(ProgramRun.of("check", "no/such/file.yaml").code()).isEqualTo(2);
  }

  @Test
  void schemaPrintsJson() {
    var run = ProgramRun.of("schema");
    assertThat(run.code()).isZero();
    assertThat(Json.parse(run.out().getBytes(StandardCharsets.UTF_8)).has("$schema")).isTrue();
  }

  static Stream<List<String>> everyCommand() {
    var paths = new ArrayList<List<String>>();
    collect(List.of(), Commands.ALL, paths);
    return paths.stream();
  }

  private static void collect(
      List<String> above, List<Command> commands, List<List<String>> paths) {
    for (var command : commands) {
      var path = new ArrayList<>(above);
      path.add(command.name());
      paths.add(path);
      collect(path, command.commands(), paths);
    }
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandHasHelpWithAnExampleAndAVersion(List<String> path) {
    var help = run(path, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out())
        .startsWith("Usage: cuewire " + String.join(" ", path))
        .contains("Example: cuewire " + String.join(" ", path));
    var version = run(path, "--version");
    assertThat(version.code()).isZero();
    assertThat(version.out()).startsWith("cuewire ").hasLineCount(1);
  }

  private static ProgramRun run(List<String> path, String option) {
    return ProgramRun.of(Stream.concat(path.stream(), Stream.of(option)).toArray(String[]::new));
  }

  @Test
  void theHelpListsEveryCommand() {
    var help = ProgramRun.of("--help").out();
    assertThat(help).contains("Example: cuewire demo");
    for (var command : Commands.ALL) {
      var listed = help.lines().anyMatch(line -> line.startsWith("  " + command.name() + " "));
      assertThat(listed).as(command.name()).isTrue();
    }
    assertThat(ProgramRun.of().code()).isEqualTo(2);
    assertThat(ProgramRun.of().out()).isEqualTo(help);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9})
  void theDemosShowIsValid(int nodes) {
    var plan = DemoPlan.find(nodes, 9999);
    assertThat(plan.machines()).hasSize(nodes);
    assertThat(ShowReader.read("demo.yaml", plan.show(), Map.of())).isInstanceOf(Valid.class);
  }
}
