package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.testing.ManualClock;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeersTest {
  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final Peers peers = new Peers(List.of(), clock, (_, _) -> {});

  private static InetSocketAddress sender(int number) {
    return new InetSocketAddress("10.0.0.1", 1000 + number);
  }

  /** Lets a sender be heard at a second. */
  private Peer hear(int number, long second) {
    var peer = peers.of(sender(number)).orElseThrow();
    peer.received(1000 * second);
    return peer;
  }

  @Test
  void knowsASenderAgain() {
    var one = hear(1, 1);
    var two = hear(2, 2);
    assertThat(hear(1, 3)).isSameAs(one);
    assertThat(hear(1, 4)).isSameAs(one);
    assertThat(one.in()).isEqualTo(3);
    assertThat(one.since()).isEqualTo(Instant.EPOCH);
    assertThat(peers.all()).containsExactlyInAnyOrder(one, two);
  }

  @Test
  void forgetsTheOneNotHeardForLongestWhenThereAreTooMany() {
    for (var i = 0; i < Peers.MAX; i++) {
      hear(i, i);
    }
    hear(0, 1_000);
    hear(Peers.MAX, 1_001);
    assertThat(peers.all())
        .hasSize(Peers.MAX)
        .extracting(Peer::name)
        .contains("10.0.0.1:1000", "10.0.0.1:" + (1000 + Peers.MAX))
        .doesNotContain("10.0.0.1:1001");
  }

  @Test
  void staysBoundedWhoeverSends() {
    IntStream.range(0, 10_000).forEach(i -> hear(i, i));
    assertThat(peers.all()).hasSize(Peers.MAX);
  }

  @Test
  void forgetsThoseFirstThatSentNothingButGarbage() {
    for (var i = 0; i < Peers.MAX - 1; i++) {
      hear(i, 1 + i);
    }
    peers.of(sender(5_000)); // and no message of it was received
    hear(6_000, 10_000);
    assertThat(peers.all())
        .extracting(Peer::name)
        .doesNotContain("10.0.0.1:6000")
        .contains("10.0.0.1:1000");
  }

  @Test
  void knowsNoSenderThatIsNotAllowed() {
    var some =
        new Peers(List.of(Cidr.parse("10.0.0.0/24"), Cidr.parse("::1")), clock, (_, _) -> {});
    assertThat(some.of(new InetSocketAddress("10.0.1.0", 1))).isEmpty();
    assertThat(some.of(new InetSocketAddress("10.0.1.0", 1))).isEmpty();
    assertThat(some.of(new InetSocketAddress("10.0.0.255", 1))).isPresent();
    assertThat(some.of(new InetSocketAddress("::1", 1))).isPresent();
    assertThat(some.of(new InetSocketAddress("10.0.1.0", 1))).isEmpty();
    assertThat(some.all()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 5000, 10.0.0.1:5000",
    "::1, 80, '[0:0:0:0:0:0:0:1]:80'",
  })
  void writesAddressesAsPeopleDo(String ip, int port, String expected) {
    assertThat(Peer.format(new InetSocketAddress(ip, port))).isEqualTo(expected);
  }

  @Test
  void writesANameThatIsNotResolved() {
    assertThat(Peer.format(InetSocketAddress.createUnresolved("desk.local", 80)))
        .isEqualTo("desk.local:80");
  }
}
