package io.cuewire.transport;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The last {@value #SLOTS} messages of an endpoint, as OSC bytes in memory that is used again:
 * recording allocates nothing once warm, waits for nobody, and skips a slot another thread is in.
 */
public final class History {
  private static final int SLOTS = 256;
  private static final int MAX_BYTES = 1024;

  /**
   * One message that passed.
   *
   * @param sequence grows by one with each message of this endpoint
   * @param timestamp milliseconds since the epoch
   * @param args as {@code Arguments} types them; of a message over {@value #MAX_BYTES} bytes only
   *     its size, in words
   */
  public record Entry(
      long sequence,
      long timestamp,
      boolean in,
      String address,
      List<Object> args,
      Optional<String> peer) {}

  private static final class Slot {
    private byte[] bytes = new byte[0];
    private int length;
    private long timestamp;
    private boolean in;
    private Optional<Peer> peer = Optional.empty();
  }

  private final Clock clock;
  private final AtomicLong next = new AtomicLong();
  private final Slot[] slots = new Slot[SLOTS];

  /** For each slot the sequence of what it holds plus one, 0 while empty, -1 while written. */
  private final AtomicLongArray stamps = new AtomicLongArray(SLOTS);

  History(Clock clock) {
    this.clock = clock;
    for (var i = 0; i < SLOTS; i++) {
      slots[i] = new Slot();
    }
  }

  void record(boolean in, Message message, Optional<Peer> peer) {
    var sequence = next.getAndIncrement();
    var index = (int) (sequence % SLOTS);
    var stamp = stamps.get(index);
    if (stamp < 0 || !stamps.compareAndSet(index, stamp, -1)) {
      return;
    }
    var slot = slots[index];
    slot.length = message.oscLength();
    var kept = Math.min(slot.length, MAX_BYTES);
    if (slot.bytes.length < kept) {
      slot.bytes = new byte[(kept + 63) & ~63];
    }
    message.oscBuffer().get(message.oscFrom(), slot.bytes, 0, kept);
    slot.timestamp = clock.millis();
    slot.in = in;
    slot.peer = peer;
    stamps.set(index, sequence + 1);
  }

  /** The sequence that the next message will get. */
  public long next() {
    return next.get();
  }

  /** What is still there of the messages from {@code sequence} on, oldest first. */
  public List<Entry> since(long sequence) {
    var entries = new ArrayList<Entry>();
    var end = next.get();
    for (var s = Math.max(sequence, end - SLOTS); s < end; s++) {
      if (s >= 0) {
        read(s).ifPresent(entries::add);
      }
    }
    return entries;
  }

  private Optional<Entry> read(long sequence) {
    var index = (int) (sequence % SLOTS);
    if (stamps.get(index) != sequence + 1) {
      return Optional.empty();
    }
    var slot = slots[index];
    var bytes = slot.bytes.clone();
    var length = slot.length;
    var timestamp = slot.timestamp;
    var in = slot.in;
    var peer = slot.peer;
    if (stamps.get(index) != sequence + 1) {
      return Optional.empty(); // written anew while it was read
    }
    return Optional.of(entry(sequence, timestamp, in, bytes, length, peer.map(Peer::name)));
  }

  private static Entry entry(
      long sequence, long timestamp, boolean in, byte[] bytes, int length, Optional<String> peer) {
    var buffer = ByteBuffer.wrap(bytes);
    if (length <= MAX_BYTES) {
      return new Entry(
          sequence,
          timestamp,
          in,
          OscCodec.address(buffer, 0),
          OscCodec.arguments(buffer, 0, length),
          peer);
    }
    bytes[bytes.length - 1] = 0; // an end, should the address not have one
    return new Entry(
        sequence,
        timestamp,
        in,
        OscCodec.address(buffer, 0),
        List.of("(" + length + " bytes)"),
        peer);
  }
}
