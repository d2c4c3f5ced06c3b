package io.cuewire.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.illposed.osc.argument.OSCImpulse;
import io.cuewire.message.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormatTest {
  private static String written(String address, Object... args) {
    return TextFormat.write(Message.of(address, Arrays.asList(args)));
  }

  private static List<Object> read(String text) {
    return TextFormat.read(text).args();
  }

  @Test
  void writesTheAddressAndTheArgumentsWithSpacesBetween() {
    assertThat(written("/a")).isEqualTo("/a");
    assertThat(written("/a", 5, 0.5f, "word", true, false)).isEqualTo("/a 5 0.5 word true false");
    assertThat(written("/a", 1L << 40, 2.5)).isEqualTo("/a 1099511627776 2.5");
  }

  @Test
  void writesFloatsInTheirShortestExactFormAndNeverAsIntegers() {
    assertThat(written("/a", 1f, 0.1f, -0f, 1e10f, 1e-10f, 1.0, 0.1))
        .isEqualTo("/a 1.0 0.1 -0.0 1.0E10 1.0E-10 1.0 0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "two words",
        "5",
        "-5",
        "+5",
        "0.5",
        ".5",
        "5.",
        "1e3",
        "true",
        "false",
        "a\"b",
        "back\\slash",
        "tab\tbed",
        "line\nCMD:EMERGENCY_STOP",
        "nul\0",
        "\u2028",
        "é 中 🎬"
      })
  void quotesWhatWouldNotComeBackAsItIs(String text) {
    var written = written("/a", text);
    assertThat(written).startsWith("/a \"").endsWith("\"").doesNotContain("\n", "\0", "\t");
    assertThat(read(written)).containsExactly(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"word", "/looks/like/an/address", "5a", "a,b", "é", "True", "NaN", "{}"})
  void leavesOtherWordsBare(String text) {
    assertThat(written("/a", text)).isEqualTo("/a " + text);
    assertThat(read("/a " + text)).containsExactly(text);
  }

  @Test
  void writesTheWholeTextOfTextXmlAndCsv() {
    assertThat(written("/text", "anything \"at all\"")).isEqualTo("anything \"at all\"");
    assertThat(written("/xml", "<a b=\"c\"/>")).isEqualTo("<a b=\"c\"/>");
    assertThat(written("/csv", "1,2")).isEqualTo("1,2");
    assertThat(written("/text", "a", "b")).as("two strings").isEqualTo("/text a b");
    assertThat(written("/text", 5)).as("no string").isEqualTo("/text 5");
  }

  @Test
  void givesTheNearestFormToWhatTextCannotCarry() {
    assertThat(written("/a", 1, List.of(2, List.of("x y")), 3)).isEqualTo("/a 1 2 \"x y\" 3");
    assertThat(written("/a", OSCImpulse.INSTANCE, null)).isEqualTo("/a true null");
    assertThat(written("/a", new byte[] {1, 2, 3})).isEqualTo("/a AQID");
    assertThat(written("/a", 'c', '5')).isEqualTo("/a c \"5\"");
    assertThat(written("/a", Float.NaN, Double.NEGATIVE_INFINITY)).isEqualTo("/a NaN -Infinity");
    assertThat(written("/a b\nc")).isEqualTo("/a_b_c");
  }

  @Test
  void readsWordsByTheirLooks() {
    assertThat(read("/a 5 0.5 word true false")).containsExactly(5, 0.5f, "word", true, false);
    assertThat(read("/a 2147483648 -9223372036854775808"))
        .containsExactly(1L << 31, Long.MIN_VALUE);
    assertThat(read("/a 1e3 .5 5.")).containsExactly(1000f, 0.5f, 5f);
    assertThat(TextFormat.read("/a   5\t 6  ")).hasToString("/a [5, 6]");
  }

  @Test
  void takesQuotesThatAreNoneLiterally() {
    assertThat(read("/say it's \"so\" a\"b \"open"))
        .containsExactly("it's", "so", "a\"b", "\"open");
    assertThat(read("/say \"a\"b \"\\x\" \"")).containsExactly("\"a\"b", "\"\\x\"", "\"");
  }

  @Test
  void readsWhateverComesWithoutAnException() {
    var random = new Random(8);
    for (var i = 0; i < 20_000; i++) {
      var text = new StringBuilder("/");
      for (var length = random.nextInt(30); length > 0; length--) {
        text.append(" \"\\/a5.-e\t".charAt(random.nextInt(10)));
      }
      var message = TextFormat.read(text.toString());
      assertThat(read(TextFormat.write(message))).as("%s", text).isEqualTo(message.args());
    }
  }
}
