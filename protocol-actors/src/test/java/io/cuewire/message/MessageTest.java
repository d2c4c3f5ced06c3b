package io.cuewire.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.testing.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final byte[] FADER = Bytes.of("/fader\0\0", ",f\0\0", 0.5f);
  private static final byte[] PUSH = Bytes.of("/push\0\0\0", ",i\0\0", 1);

  private static Message wrapped(byte[] packet) {
    return new Message().wrap(ByteBuffer.wrap(packet), 0, packet.length, 0);
  }

  @Test
  void decodesTheBytesItHolds() {
    var message = wrapped(FADER);
    assertThat(message.address()).isEqualTo("/fader");
    assertThat(message.args()).containsExactly(0.5f);
    assertThat(message.addressLength()).isEqualTo(6);
  }

  @Test
  void encodesTheValuesItHolds() {
    var message = Message.of("/fader", List.of(0.5f));
    assertThat(Bytes.of(message.osc())).isEqualTo(FADER);
    assertThat(message.oscLength()).isEqualTo(FADER.length);
    assertThat(message.addressLength()).isEqualTo(6);
  }

  @Test
  void isReadAgainAndAgain() {
    var message = wrapped(FADER);
    assertThat(Bytes.of(message.osc())).isEqualTo(FADER);
    assertThat(Bytes.of(message.osc())).isEqualTo(FADER);
    assertThat(message.args()).containsExactly(0.5f);
  }

  @Test
  void becomesTheNextMessageOfAReader() {
    var message = wrapped(FADER);
    assertThat(message.address()).isEqualTo("/fader");
    assertThat(message.addressLength()).isEqualTo(6);

    message.wrap(ByteBuffer.wrap(Bytes.of(0, PUSH)), 4, 4 + PUSH.length, 3);
    assertThat(message.address()).isEqualTo("/push");
    assertThat(message.args()).containsExactly(1);
    assertThat(message.addressLength()).isEqualTo(5);
    assertThat(message.oscFrom()).isEqualTo(4);
    assertThat(message.hops()).isEqualTo(3);
    assertThat(Bytes.of(message.osc())).isEqualTo(PUSH);
  }

  @Test
  void keepsItsOwnCopyWhenTheReadersBufferIsUsedAgain() {
    var buffer = ByteBuffer.allocate(64).put(FADER);
    var message = new Message().wrap(buffer, 0, FADER.length, 2);
    var kept = message.keep();
    var keptDecoded = Message.of("/x", List.of(1)).keep();

    Arrays.fill(buffer.array(), (byte) 0);
    message.wrap(buffer.clear().put(PUSH), 0, PUSH.length, 0);

    assertThat(kept).hasToString("/fader [0.5]");
    assertThat(Bytes.of(kept.osc())).isEqualTo(FADER);
    assertThat(kept.hops()).isEqualTo(2);
    assertThat(keptDecoded).hasToString("/x [1]");
  }

  @Test
  void changesIntoAnotherMessageOnTheSameWay() {
    var message = wrapped(FADER).hops(4);
    var changed = message.changed("/dim", List.of(128));
    assertThat(changed).hasToString("/dim [128]");
    assertThat(changed.hops()).isEqualTo(4);
    assertThat(message).hasToString("/fader [0.5]");
  }
}
