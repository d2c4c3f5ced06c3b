package io.cuewire.mqtt;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * What the other side sends, taken in whole packets (MQTT 5 §2.1), so that Paho never makes room
 * for one that is larger than agreed.
 */
final class PacketStream extends InputStream {
  private static final int MORE_FOLLOWS = 0x80;
  private static final int MOST_LENGTH_BYTES = 4;

  private final InputStream in;
  private final int largest;
  private byte[] packet = {};
  private int at;

  PacketStream(InputStream in, int largest) {
    this.in = new BufferedInputStream(in);
    this.largest = largest;
  }

  @Override
  public int read() throws IOException {
    return fill() ? packet[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    var count = Math.min(length, packet.length - at);
    System.arraycopy(packet, at, bytes, from, count);
    at += count;
    return count;
  }

  /** What is left of the packet that was begun. */
  @Override
  public int available() {
    return packet.length - at;
  }

  private boolean fill() throws IOException {
    if (at < packet.length) {
      return true;
    }
    var type = in.read();
    if (type < 0) {
      return false;
    }
    var body = body();
    var length = MqttWireMessage.encodeVariableByteInteger(body.length);
    packet = new byte[1 + length.length + body.length];
    packet[0] = (byte) type;
    System.arraycopy(length, 0, packet, 1, length.length);
    System.arraycopy(body, 0, packet, 1 + length.length, body.length);
    at = 0;
    return true;
  }

  private byte[] body() throws IOException {
    var length = 0;
    for (var n = 0; n < MOST_LENGTH_BYTES; n++) {
      var next = in.read();
      length |= (next & ~MORE_FOLLOWS) << (7 * n);
      if (next < MORE_FOLLOWS) {
        break;
      }
    }
    if (length < 0 || length > largest) {
      throw new IOException("got a packet of " + length + " bytes");
    }
    var body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException();
    }
    return body;
  }
}
