package io.cuewire.message;

import io.cuewire.codec.OscCodec;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * One unit of control, whatever protocol it came by: an OSC-shaped address and typed arguments. It
 * holds OSC bytes, decoded values, or both, and makes the one from the other when asked.
 *
 * <p>A reading thread reuses one instance for everything it reads ({@link #wrap}); what it hands
 * out is valid during the call. Who wants it longer takes {@link #keep}. Not thread-safe.
 */
public final class Message {
  private static final List<Object> NOT_DECODED = List.of();

  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private int from;
  private int to;
  private int addressLength = -1;
  private String address = "";
  private List<Object> args = NOT_DECODED;
  private boolean decoded;
  private int hops;
  private String source = "";
  private String peer = "";
  private long arrived;
  private boolean forOneConnection;
  private boolean evenStopped;
  private boolean retained;
  private Optional<Receipt> receipt = Optional.empty();

  /** An empty message to {@link #wrap} bytes in. */
  public Message() {}

  public static Message of(String address, List<?> args) {
    var message = new Message();
    message.address = address;
    message.args = Collections.unmodifiableList(args);
    message.decoded = true;
    return message;
  }

  /** Becomes the OSC message in {@code from..to}, which has no defects. */
  public Message wrap(ByteBuffer osc, int from, int to, int hops) {
    this.buffer = osc;
    this.from = from;
    this.to = to;
    this.hops = hops;
    this.addressLength = -1;
    this.decoded = false;
    return this;
  }

  /** The same with another address and arguments. */
  public Message changed(String newAddress, List<?> newArgs) {
    return of(newAddress, newArgs).hops(hops).cameFrom(source, arrived).sentBy(peer);
  }

  /** An own copy that stays valid. */
  public Message keep() {
    var message = new Message();
    message.hops = hops;
    if (to > from) {
      var bytes = new byte[to - from];
      buffer.get(from, bytes);
      message.wrap(ByteBuffer.wrap(bytes), 0, bytes.length, hops);
    }
    message.address = address;
    message.args = args;
    message.decoded = decoded;
    message.forOneConnection = forOneConnection;
    message.evenStopped = evenStopped;
    message.retained = retained;
    return message.cameFrom(source, arrived).sentBy(peer);
  }

  /** Makes it one that goes over the connection it is given to, or not at all. */
  public Message forOneConnection() {
    forOneConnection = true;
    return this;
  }

  /** True for an answer, and for what is sent first on each connection. */
  public boolean isForOneConnection() {
    return forOneConnection;
  }

  /** Lets it pass where an emergency stop holds back everything else. */
  public Message evenStopped() {
    evenStopped = true;
    return this;
  }

  /** True for answers, and for what the stop itself sends. */
  public boolean isEvenStopped() {
    return evenStopped;
  }

  /** Makes it one that a broker has kept, and tells whoever subscribes: it is of the past. */
  public Message retained(boolean kept) {
    retained = kept;
    return this;
  }

  public boolean isRetained() {
    return retained;
  }

  /** Makes it an emergency stop on one connection. */
  public Message asStop(Receipt told) {
    receipt = Optional.of(told);
    return evenStopped().forOneConnection();
  }

  public boolean isStop() {
    return receipt.isPresent();
  }

  /** Who is told what becomes of it. */
  public Optional<Receipt> receipt() {
    return receipt;
  }

  /** The name of the endpoint that it arrived by; empty for what nobody sent. */
  public String source() {
    return source;
  }

  /** When it arrived, in milliseconds since the epoch. */
  public long arrived() {
    return arrived;
  }

  public Message cameFrom(String endpoint, long millis) {
    source = endpoint;
    arrived = millis;
    return this;
  }

  /** The {@linkplain io.cuewire.transport.Peer#name name} of who sent it; empty for nobody. */
  public String peer() {
    return peer;
  }

  public Message sentBy(String name) {
    peer = name;
    return this;
  }

  /** How many routes it has crossed. */
  public int hops() {
    return hops;
  }

  public Message hops(int crossed) {
    hops = crossed;
    return this;
  }

  public String address() {
    decode();
    return address;
  }

  public List<Object> args() {
    decode();
    return args;
  }

  private void decode() {
    if (!decoded) {
      address = OscCodec.address(buffer, from);
      args = OscCodec.arguments(buffer, from, to);
      decoded = true;
    }
  }

  /** The OSC packet, between position and limit of a buffer that belongs to this message. */
  public ByteBuffer osc() {
    encode();
    return buffer.clear().position(from).limit(to);
  }

  /** The buffer behind {@link #osc}, for absolute access from {@link #oscFrom} on. */
  public ByteBuffer oscBuffer() {
    encode();
    return buffer;
  }

  public int oscFrom() {
    return from;
  }

  /** Bytes of the OSC packet. */
  public int oscLength() {
    encode();
    return to - from;
  }

  /** Bytes of the address in the OSC packet. */
  public int addressLength() {
    if (addressLength < 0) {
      encode();
      addressLength = OscCodec.addressLength(buffer, from);
    }
    return addressLength;
  }

  private void encode() {
    if (to == from) {
      var bytes = OscCodec.encode(address, args);
      buffer = ByteBuffer.wrap(bytes);
      to = bytes.length;
    }
  }

  @Override
  public String toString() {
    return address() + " " + Arguments.toJson(args());
  }
}
