package io.cuewire.show;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Show files for tests, and what reading them says. */
final class Shows {
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OPERATOR_TOKEN", "operator's secret",
          "VIEWER_TOKEN", "viewer's secret",
          "PASSWORD", "s3cret",
          "API_PORT", "7421",
          "WORD", "hello",
          "EMPTY", "");

  /** A small show without mistakes, in nine lines. */
  static final String SMALL =
      """
      show: small
      nodes:
        a: {host: 10.0.0.1, cluster: 7411, api: 7421}
        b: {host: 10.0.0.2, cluster: 7411, api: 7421}
      endpoints:
        in: {protocol: osc, listen: 9000, on: a}
        out: {protocol: osc, send: 10.0.0.9:9001, on: b}
      routes:
        r: {from: in, to: out}
      """;

  private Shows() {}

  /** The example shows that a user gets, and those of the tests. */
  static List<Path> examples() {
    return List.of(
        Path.of("../deploy/shows/training.yaml"),
        Path.of("../deploy/shows/three-machines.yaml"),
        Path.of("../deploy/shows/every-protocol.yaml"),
        Path.of("../deploy/shows/hub.yaml"),
        resource("contract.yaml"),
        resource("everything.yaml"));
  }

  static Path resource(String name) {
    return Path.of("src/test/resources/io/cuewire/show").resolve(name);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static Show valid(String text) {
    return switch (ShowReader.read("show.yaml", text, ENVIRONMENT)) {
      case ShowReading.Valid(var show) -> show;
      case ShowReading.Invalid(var problems) -> throw new AssertionError(problems);
    };
  }

  /** What is wrong with a whole file. */
  static List<String> problems(String text) {
    return switch (ShowReader.read("show.yaml", text, ENVIRONMENT)) {
      case ShowReading.Valid _ -> List.of();
      case ShowReading.Invalid(var problems) -> problems.stream().map(Problem::toString).toList();
    };
  }

  /** What is wrong with the small show when this line (and its two spaces) is another. */
  static List<String> problems(int line, String replacement) {
    return problems(with(line, replacement));
  }

  /** What is wrong with the small show when this follows, from line 10 on. */
  static List<String> problemsAfter(String more) {
    return problems(SMALL + more);
  }

  static String with(int line, String replacement) {
    var lines = new ArrayList<>(SMALL.lines().toList());
    lines.set(line - 1, "  " + replacement);
    return String.join("\n", lines) + "\n";
  }
}
