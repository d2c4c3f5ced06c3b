package io.cuewire.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {
  @ParameterizedTest
  @CsvSource({
    "show, /fader/1, show/fader/1",
    "a/b, /fader/1, a/b/fader/1",
    "'', /fader/1, fader/1",
    "show, /a+b/#, show/a_b/_",
    "show, '/two words', 'show/two words'",
    "'', /, _"
  })
  void areThePrefixAndTheAddress(String prefix, String address, String topic) {
    assertThat(new Topics(prefix).topic(address)).isEqualTo(topic);
  }

  @Test
  void holdNothingOverWhichABrokerEndsTheConnection() {
    var address = "/\0\u0001\u007F\u0085\uD800x\uFFFF\uFDD0\uD83F\uDFFE/\uD83D\uDE00ü";
    assertThat(new Topics("").topic(address)).isEqualTo("_____x___/\uD83D\uDE00ü");
  }

  @ParameterizedTest
  @CsvSource({
    "show, show/fader/1, /fader/1",
    "show, showroom/1, /showroom/1",
    "show, show, /show",
    "show, other/x, /other/x",
    "'', fader/1, /fader/1",
    "'', /fader/1, /fader/1",
    "'', $SYS/uptime, /$SYS/uptime"
  })
  void areReadWithoutThePrefix(String prefix, String topic, String address) {
    assertThat(new Topics(prefix).address(topic)).isEqualTo(address);
  }

  @Test
  void ofTheStatusAreNoMessages() {
    assertThat(new Topics("show").status("foh", "iot")).isEqualTo("show/cuewire/foh/iot");
    assertThat(new Topics("").status("foh", "iot")).isEqualTo("cuewire/foh/iot");
    assertThat(new Topics("show").isStatus("show/cuewire/left/iot")).isTrue();
    assertThat(new Topics("show").isStatus("cuewire/left/iot")).isFalse();
    assertThat(new Topics("").isStatus("cuewire/left/iot")).isTrue();
  }
}
