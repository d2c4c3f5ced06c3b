package io.cuewire.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WellFormedTest {
  @Test
  void halvesOfAPairBecomeQuestionMarks() {
    assertThat(WellFormed.of("a\ud83db\ude00")).isEqualTo("a?b?");
    assertThat(WellFormed.of("Bühne \ud83d\ude00")).isEqualTo("Bühne \ud83d\ude00");
  }

  @Test
  void jsonHasNoneEither() {
    var json = JsonText.parse("{\"command\":\"\\ud83d\",\"args\":[\"x\\ude00\"]}").orElseThrow();
    assertThat(json.path("command").textValue()).isEqualTo("?");
    assertThat(JsonText.arguments(json.path("args"))).containsExactly("x?");
  }
}
