package io.cuewire.osc;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.OutboundQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an OSC endpoint needs to open.
 *
 * @param bind the local address; port 0 for a sender, whose interface it names
 * @param group the multicast group that a UDP listener joins
 * @param target where a sender sends, or the server that a TCP client connects to
 * @param toOurselves whether the target is a listener of this show
 * @param budget of what waits in memory
 * @param onConnect sent whenever the connection is made
 */
public record OscSettings(
    Transport transport,
    InetSocketAddress bind,
    boolean listens,
    Optional<InetAddress> group,
    Optional<InetSocketAddress> target,
    boolean toOurselves,
    Budget budget,
    List<Cidr> allow,
    List<Message> onConnect,
    Supplier<OutboundQueue> queue) {

  /** What carries the packets. */
  public enum Transport {
    UDP,
    TCP,
    TCP_SLIP
  }
}
