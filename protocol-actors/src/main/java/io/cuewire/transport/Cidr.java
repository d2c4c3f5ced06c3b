package io.cuewire.transport;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A block of IP addresses.
 *
 * @param prefix leading bits that count
 */
public record Cidr(InetAddress network, int prefix) {

  /**
   * @throws IllegalArgumentException when it is neither an address nor {@code ADDRESS/BITS}
   */
  public static Cidr parse(String text) {
    var slash = text.indexOf('/');
    var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    var bits = address.getAddress().length * 8;
    var prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("the prefix of " + text + " is not within 0.." + bits);
    }
    return new Cidr(address, prefix);
  }

  public boolean contains(InetAddress address) {
    var ours = network.getAddress();
    var theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    var whole = prefix / 8;
    if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
      return false;
    }
    var rest = prefix % 8;
    return rest == 0 || ((ours[whole] ^ theirs[whole]) & (0xFF << (8 - rest)) & 0xFF) == 0;
  }
}
