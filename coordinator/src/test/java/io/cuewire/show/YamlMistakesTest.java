package io.cuewire.show;

import static io.cuewire.show.Shows.problems;
import static io.cuewire.show.Shows.problemsAfter;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlMistakesTest {

  @Test
  void saysWhereTheTextIsNoYaml() {
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7411, api: 7421"))
        .containsExactly(
            "show.yaml:4:4: not YAML: expected ',' or '}', but got :; is all closed that begins in"
                + " line 3?");
    assertThat(problems(3, "a: {host: \"10.0.0.1, cluster: 7411, api: 7421}"))
        .containsExactly("show.yaml:3:13: not YAML: what begins here has no end, such as a quote");
    assertThat(problems("show: a\nnodes:\n\ta: {}\n"))
        .containsExactly("show.yaml:3:1: not YAML: a tab cannot indent; use spaces");
    assertThat(problems("show: a \u0001\n"))
        .containsExactly("show.yaml:1:9: the character U+0001 cannot stand in YAML");
  }

  @Test
  void saysThatAColonWantsASpace() {
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster:7411, api: 7421}"))
        .containsExactly("show.yaml:3:23: 'cluster:7411' is one word: write a space after the ':'");
  }

  @Test
  void wantsAGroupOfKeysInTheFile() {
    for (var text : new String[] {"", "# nothing\n", "- a\n", "text\n"}) {
      assertThat(problems(text))
          .singleElement()
          .asString()
          .startsWith("show.yaml:1:1: a show begins with 'show: NAME' and has 'nodes'");
    }
    assertThat(problemsAfter("---\nshow: second\n"))
        .containsExactly("show.yaml:10:1: a second show begins here; a file has one");
  }

  @Test
  void reportsDuplicateKeys() {
    assertThat(problemsAfter("endpoints: {}\n"))
        .containsExactly("show.yaml:10:1: 'endpoints' is given twice; the first is in line 5");
    assertThat(problems(3, "a: {host: 10.0.0.1, host: 10.0.0.3, cluster: 7411, api: 7421}"))
        .containsExactly("show.yaml:3:23: 'host' is given twice; the first is in line 3");
  }

  @Test
  void keysAreWords() {
    assertThat(problemsAfter("? [a, b]\n: c\n"))
        .containsExactly("show.yaml:10:3: a key is one word, not a list or a group");
    assertThat(problems(3, "a: {host: !text 10.0.0.1, cluster: 7411, api: 7421}"))
        .containsExactly("show.yaml:3:13: tags such as !text have no meaning here");
  }

  @Test
  void followsAliasesAndMergeKeys() {
    assertThat(
            problems(
                """
                show: merged
                nodes:
                  a: &first {host: 10.0.0.1, cluster: 7411, api: 7421}
                  b: {<<: *first, host: 10.0.0.2}
                endpoints:
                  out: {protocol: osc, send: 10.0.0.9:9001, on: &both [a, b]}
                  other: {protocol: osc, send: 10.0.0.9:9002, on: *both}
                """))
        .isEmpty();
  }

  @Test
  void refusesAliasesThatNeverEnd() {
    assertThat(problems(3, "a: &x {host: 10.0.0.1, cluster: 7411, api: [*x]}"))
        .containsExactly("show.yaml:3:47: '*x' stands inside of what it names");
    assertThat(problems(3, "a: &x {<<: *x}"))
        .containsExactly("show.yaml:3:14: '*x' stands inside of what it names");
    assertThat(problems("show: *a\n"))
        .containsExactly("show.yaml:1:7: not YAML: found undefined alias a");
  }

  @Test
  void refusesAliasesThatGrowBeyondMeasure() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x]\n");
    for (var i = 1; i <= 8; i++) {
      var alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", alias, alias, alias, alias, alias, alias)));
    }
    assertThat(problemsAfter(bomb.toString())).hasSizeLessThan(20).isNotEmpty();
  }

  @Test
  void refusesWhatIsNestedTooDeep() {
    assertThat(problems("show: " + "[".repeat(50_000)))
        .containsExactly("show.yaml:1:70: nested more than 64 levels deep");
  }

  @Test
  void replacesVariablesOfTheEnvironment() {
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7411, api: \"${env:API_PORT}\"}"))
        .isEmpty();
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7411, api: \"${env:NOPE}\"}"))
        .containsExactly("show.yaml:3:43: the environment variable NOPE is not set");
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7411, api: \"${env:WORD}\"}"))
        .containsExactly(
            "show.yaml:3:43: 'api' must be a port from 1 to 65535, not the value of ${env:WORD}");
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7411, api: ${env:API_PORT}}"))
        .containsExactly(
            "show.yaml:3:44: not YAML: expected ',' or '}', but got {; put ${env:NAME} in quotes");
    assertThat(problems(3, "a: {host: \"${env:A B}\", cluster: 7411, api: \"${env:X\"}"))
        .containsExactly(
            "show.yaml:3:13: 'A B' in ${env:…} cannot be a variable's name",
            "show.yaml:3:47: '${env:' without its '}'");
  }

  @Test
  void reportsEveryMistakeInTheOrderOfTheFile() {
    assertThat(
            problems(
                """
                show: many
                nodes:
                  a: {host: 10.0.0.1, cluster: 0, api: 7421}
                routes:
                  r: {from: x, to: y}
                endpoints:
                  in: {protocol: osc, listen: 9000, onn: a}
                """))
        .extracting(problem -> problem.substring(0, problem.indexOf(' ')))
        .containsExactly(
            "show.yaml:3:32:", "show.yaml:5:13:", "show.yaml:5:20:", "show.yaml:7:37:");
  }

  @Test
  void saysWhyAFileCannotBeRead(@TempDir Path folder) throws IOException {
    var missing = folder.resolve("missing.yaml");
    assertThat(read(missing)).isEqualTo(missing + ":1:1: there is no such file");

    var latin = folder.resolve("latin.yaml");
    Files.write(latin, "show: a\n# Gr\u00fc\u00dfe\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(read(latin)).isEqualTo(latin + ":2:5: not UTF-8: save the file in this encoding");

    var marked = folder.resolve("marked.yaml");
    Files.writeString(marked, "\uFEFF" + Shows.SMALL);
    assertThat(ShowReader.read(marked)).isInstanceOf(ShowReading.Valid.class);
  }

  private static String read(Path file) {
    return ((ShowReading.Invalid) ShowReader.read(file)).problems().getFirst().toString();
  }
}
