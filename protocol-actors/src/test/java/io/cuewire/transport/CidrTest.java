package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  private static boolean contains(String block, String address) {
    return Cidr.parse(block).contains(InetAddress.ofLiteral(address));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "10.0.0.0/8, 10.255.1.2",
    "10.1.2.3/8, 10.9.9.9",
    "192.168.4.0/22, 192.168.7.255",
    "192.168.4.128/25, 192.168.4.200",
    "0.0.0.0/0, 1.2.3.4",
    "1.2.3.4/32, 1.2.3.4",
    "::1, ::1",
    "fe80::/10, febf::1",
    "2001:db8::/33, 2001:db8:7fff::1",
    "::/0, 2001::1",
  })
  void containsTheAddressesOfItsBlock(String block, String address) {
    assertThat(contains(block, address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2",
    "10.0.0.0/8, 11.0.0.0",
    "192.168.4.0/22, 192.168.8.0",
    "192.168.4.128/25, 192.168.4.127",
    "1.2.3.4/31, 1.2.3.6",
    "fe80::/10, fec0::1",
    "2001:db8::/33, 2001:db8:8000::1",
    "0.0.0.0/0, 2001::1",
    "::/0, 1.2.3.4",
  })
  void containsNoOther(String block, String address) {
    assertThat(contains(block, address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.256", "host", "10.0.0.0/", "10.0.0.0/x", "::1/129"})
  void refusesWhatIsNoBlock(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1"})
  void saysWhichPrefixesThereAre(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .hasMessage("the prefix of " + text + " is not within 0..32");
  }
}
