package io.cuewire.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

  @Test
  void becomesWhatJsonHas() {
    var args =
        Arrays.asList(
            1,
            2L,
            0.5f,
            0.25,
            "text",
            true,
            null,
            List.of(1, List.of('x')),
            new byte[] {1, 2, 3},
            OSCTimeTag64.valueOf(0xEC00000080000000L),
            new OSCColor(255, 128, 0, 15),
            new OSCMidiMessage((byte) 1, (byte) 0x90, (byte) 60, (byte) 0xFF),
            OSCImpulse.INSTANCE,
            OSCSymbol.valueOf("play"),
            Float.NaN,
            Double.POSITIVE_INFINITY);
    assertThat(Arguments.toJson(args))
        .containsExactly(
            1,
            2L,
            0.5f,
            0.25,
            "text",
            true,
            null,
            List.of(1, List.of("x")),
            "AQID",
            0xEC00000080000000L,
            "#ff80000f",
            "01903cff",
            "impulse",
            "play",
            "NaN",
            "Infinity");
  }

  @Test
  void takesNumbersFromJsonAsTheSmallestIntegerOrAFloat() {
    var values =
        Arrays.asList(
            5, 5L, 1L << 40, 0.5, new BigDecimal("1.25"), "s", false, null, List.of(1L, 2.5));
    assertThat(Arguments.fromJson(values))
        .containsExactly(5, 5, 1L << 40, 0.5f, 1.25f, "s", false, null, List.of(1, 2.5f));
  }

  @Test
  void refusesWhatHasNoOscForm() {
    assertThatThrownBy(() -> Arguments.fromJson(List.of(Map.of("a", 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an argument cannot be an object");
    assertThatThrownBy(() -> Arguments.fromJson(List.of(BigInteger.TWO.pow(64))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("18446744073709551616 does not fit into 64 bits");
  }

  @Test
  void readsNumbersAndBooleansFromWords() {
    assertThat(List.of("5", "-5", "+5", "2147483647", "2147483648", "-9223372036854775808"))
        .map(Arguments::fromWord)
        .containsExactly(5, -5, 5, 2147483647, 2147483648L, Long.MIN_VALUE);
    assertThat(List.of("0.5", ".5", "5.", "-1e3", "1E-3", "1.5e+2"))
        .map(Arguments::fromWord)
        .containsExactly(0.5f, 0.5f, 5f, -1000f, 0.001f, 150f);
    assertThat(List.of("true", "false")).map(Arguments::fromWord).containsExactly(true, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        ".",
        "e5",
        "True",
        "NaN",
        "Infinity",
        "0x10",
        "1f",
        "1d",
        "1_000",
        "5 ",
        "١",
        "99999999999999999999",
        "high_energy",
        "/a"
      })
  void takesAnyOtherWordAsAString(String word) {
    assertThat(Arguments.fromWord(word)).isEqualTo(word);
  }
}
