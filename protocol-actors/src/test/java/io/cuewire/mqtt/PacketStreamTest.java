package io.cuewire.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketStreamTest {
  private static PacketStream stream(String hex) {
    var bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    return new PacketStream(new ByteArrayInputStream(bytes), 200);
  }

  @Test
  void passesOnWhatComes() throws IOException {
    var hex = "d0 00 30 03 00 01 61 30 80 01" + " 07".repeat(128);
    var bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    assertThat(stream(hex).readAllBytes()).isEqualTo(bytes);
    var stream = stream(hex);
    assertThat(stream.read(new byte[5], 0, 0)).isZero();
    for (var b : bytes) {
      assertThat(stream.read()).isEqualTo(b & 0xFF);
    }
    assertThat(stream.read()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "30 80", "30 02", "30 02 00"})
  void tellsOfAnEndWithinAPacket(String hex) {
    assertThatThrownBy(() -> stream(hex).readAllBytes()).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30 c9 01", "30 ff ff ff 7f", "30 ff ff ff ff"})
  void doesNotBeginAPacketThatIsTooLarge(String hex) {
    assertThatThrownBy(() -> stream(hex).read()).hasMessageContaining("bytes");
  }
}
