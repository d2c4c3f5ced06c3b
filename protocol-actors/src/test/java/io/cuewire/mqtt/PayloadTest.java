package io.cuewire.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.message.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
  private static String written(String address, Object... args) {
    return Payload.write(Message.of(address, Arrays.asList(args)));
  }

  @Test
  void isTheBareValueOrAnArray() {
    assertThat(written("/a", 5)).isEqualTo("5");
    assertThat(written("/a", 0.1f)).isEqualTo("0.1");
    assertThat(written("/a", 1.0f)).isEqualTo("1.0");
    assertThat(written("/a", true)).isEqualTo("true");
    assertThat(written("/a", (Object) null)).isEqualTo("null");
    assertThat(written("/a", "two words")).isEqualTo("two words");
    assertThat(written("/a")).isEqualTo("[]");
    assertThat(written("/a", 1, "b")).isEqualTo("[1,\"b\"]");
    assertThat(written("/a", List.of(1, 2))).isEqualTo("[[1,2]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "-0.5",
        "1e3",
        "true",
        "null",
        "\"quoted\"",
        "[1]",
        " 5 ",
        "{\"command\":\"stop\"}"
      })
  void quotesATextThatWouldBeReadAsSomethingElse(String text) {
    assertThat(written("/a", text)).startsWith("\"").isNotEqualTo(text);
  }

  @Test
  void isTheBareTextOfAnAnswer() {
    var answer = "{\"command\":\"emergency_stop\",\"success\":true}";
    assertThat(written("/a", answer)).isEqualTo(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/text", "/xml", "/csv"})
  void neverQuotesTheAddressesOfText(String address) {
    assertThat(written(address, "5")).isEqualTo("5");
    assertThat(written(address, "5", 6)).isEqualTo("[\"5\",6]");
  }

  @Test
  void readsWhatItWrites() {
    var args = new ArrayList<List<?>>();
    for (var text :
        List.of(
            "",
            "5",
            "+5",
            "true",
            "null",
            "NaN",
            "\"q",
            "[1",
            "{}",
            "{\"command\":1}",
            "a\nb",
            " ",
            "\\",
            "ü")) {
      args.add(List.of(text));
      args.add(List.of(text, text));
    }
    args.addAll(
        List.of(
            List.of(),
            List.of(1),
            List.of(1L << 40),
            List.of(0.5f),
            List.of(true, false),
            Arrays.asList(null, "x"),
            List.of(List.of(1, List.of("a")))));
    for (var each : args) {
      assertThat(Payload.read(Payload.write(Message.of("/a", each)))).isEqualTo(each);
    }
  }
}
