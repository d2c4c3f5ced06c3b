package io.cuewire.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShowWriterTest {

  static List<Path> examples() {
    return Shows.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void readsBackAsAnEqualShow(Path example) {
    var show = Shows.valid(Shows.text(example));
    var again = Shows.valid(ShowWriter.write(show));
    assertThat(again).isEqualTo(show);
    assertThat(again.nodes().keySet()).containsExactlyElementsOf(show.nodes().keySet());
    assertThat(ShowWriter.write(again)).isEqualTo(ShowWriter.write(show));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void neverWritesASecretInClear(Path example) {
    assertThat(ShowWriter.write(Shows.valid(Shows.text(example))))
        .doesNotContain("secret", "s3cret");
  }

  @Test
  void leavesOutWhatIsDefault() {
    var show =
        Shows.valid(
            """
            show: defaults
            nodes: {a: {host: 10.0.0.1, cluster: 7411, link: 7412, api: 7421, bind: 10.0.0.1}}
            endpoints:
              out: {protocol: osc, send: 10.0.0.9:9001, on: a, transport: udp, queue: {size: 1024}}
            routes:
              r: {from: "*", match: "//", to: out, echo: false}
            emergency: {block: all, repeat: 3}
            """);
    assertThat(ShowWriter.write(show))
        .isEqualTo(
            """
            show: defaults

            nodes:
              a: {host: 10.0.0.1, cluster: 7411, api: 7421}

            endpoints:
              out: {protocol: osc, send: 10.0.0.9:9001, on: a}

            routes:
              r: {from: "*", to: out}
            """);
  }

  @Test
  void writesLongEntriesOnSeveralLines() {
    var show =
        Shows.valid(
            Shows.SMALL
                + """
                scenes:
                  go:
                    - send: {to: out, address: /a, args: [1, 0.5, "x y"]}
                    - wait: 90s
                """);
    assertThat(ShowWriter.write(show))
        .endsWith(
            """
            scenes:
              go:
                - send: {to: out, address: /a, args: [1, 0.5, "x y"]}
                - wait: 90s
            """);
  }

  @Test
  void keepsTheEnvironmentsFormWhereAValueIsDefaultOrSingle() {
    var text =
        """
        show: s
        nodes: {a: {host: 10.0.0.1, cluster: 7411, api: 7421}}
        endpoints:
          out: {protocol: osc, send: 10.0.0.9:9001, on: ["${env:NODE}"]}
        emergency: {repeat: "${env:REPEAT}"}
        """;
    var environment = Map.of("NODE", "a", "REPEAT", "3");
    var show = ((ShowReading.Valid) ShowReader.read("s", text, environment)).show();
    var written = ShowWriter.write(show);
    assertThat(written).contains("[\"${env:NODE}\"]", "{repeat: \"${env:REPEAT}\"}");
    assertThat(ShowReader.read("s", written, environment)).isEqualTo(new ShowReading.Valid(show));
  }

  @Test
  void writesARouteThatWasChangedWhileTheShowRan() {
    var show = Shows.valid(Shows.with(9, "r: {from: in, to: out, args: [\"${env:PASSWORD}\"]}"));
    var changed = new Route("r", List.of("in"), "/x", List.of("out"), Transformation.NONE, false);
    assertThat(ShowWriter.write(show.withRoute(changed)))
        .contains("r: {from: in, match: /x, to: out}");
    assertThat(ShowWriter.write(show.withoutRoute("r"))).doesNotContain("PASSWORD");
  }

  @Test
  void quotesTextThatYamlWouldTakeForSomethingElse() {
    var words =
        "[\"5\", \"1e3\", \"true\", \"NULL\", \"\", \" a\", \"a: b\", \"#a\", \"\\t\\u0085\\U0001F3AD\"]";
    var show = Shows.valid(Shows.with(9, "r: {from: in, to: out, args: " + words + "}"));
    assertThat(Shows.valid(ShowWriter.write(show))).isEqualTo(show);
  }
}
