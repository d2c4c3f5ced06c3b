package io.cuewire.osc;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.routing.RoutingSnapshot;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Wire;
import java.nio.ByteBuffer;

/**
 * OSC packets as messages. A message that goes to a listener of this same show carries the number
 * of routes it has crossed, so that a loop over the network ends: as a bundle whose time tag is
 * that number plus one, a date in 1900 that every receiver takes as "now".
 */
final class OscWire implements Wire {
  private static final long IMMEDIATELY = 1;

  private final boolean toOurselves;
  private final TimeTags timeTags;

  /**
   * @param toOurselves whether what is sent arrives at a listener of this show
   */
  OscWire(boolean toOurselves, TimeTags timeTags) {
    this.toOurselves = toOurselves;
    this.timeTags = timeTags;
  }

  @Override
  public Reader reader(EndpointIo io) {
    return new OscReader(io);
  }

  @Override
  public ByteBuffer encode(Message message) {
    if (!toOurselves || message.hops() == 0) {
      return message.osc();
    }
    var size = message.oscLength();
    var bundle = ByteBuffer.allocate(OscCodec.BUNDLE_HEADER + 4 + size);
    OscCodec.putBundleHeader(bundle, IMMEDIATELY + message.hops(), size);
    return bundle.put(message.osc()).flip();
  }

  /** Reads for one thread. */
  private final class OscReader implements Reader, OscCodec.Messages {
    private final EndpointIo io;
    private final Message message = new Message();
    private Peer peer;

    OscReader(EndpointIo io) {
      this.io = io;
    }

    @Override
    public void read(ByteBuffer buffer, int from, int to, Peer sender) {
      var defect = OscCodec.defect(buffer, from, to);
      if (!defect.isEmpty()) {
        io.malformed(defect, sender);
        return;
      }
      peer = sender;
      OscCodec.unpack(buffer, from, to, this);
    }

    @Override
    public void message(ByteBuffer buffer, int from, int to, long timeTag) {
      message.wrap(buffer, from, to, hops(timeTag));
      if (timeTag >>> 32 == 0 || timeTags.isPast(timeTag)) {
        io.received(message, peer);
      } else {
        later(timeTag, message.keep(), peer);
      }
      buffer.clear(); // whoever sent the message has set its limit
    }

    private static int hops(long timeTag) {
      return timeTag > IMMEDIATELY && timeTag <= IMMEDIATELY + RoutingSnapshot.MAX_HOPS
          ? (int) (timeTag - IMMEDIATELY)
          : 0;
    }

    private void later(long timeTag, Message early, Peer sender) {
      if (!timeTags.schedule(timeTag, early.oscLength(), () -> io.received(early, sender))) {
        io.lost("too many messages with a time tag in the future are waiting");
      }
    }
  }
}
