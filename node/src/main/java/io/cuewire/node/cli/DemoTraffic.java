package io.cuewire.node.cli;

import io.cuewire.codec.OscCodec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The demo's controller and its meter: sweeps five faders and counts what comes back from the show.
 */
final class DemoTraffic implements AutoCloseable {
  private static final int FADERS = 5;
  private static final Duration STEP = Duration.ofMillis(50);
  private static final Duration SWEEP = Duration.ofSeconds(4);
  private static final int LARGEST_PACKET = 65_507;

  private final DatagramSocket meter;
  private final DatagramSocket controller;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong arrived = new AtomicLong();

  DemoTraffic() throws IOException {
    meter = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    controller = new DatagramSocket();
    Thread.ofVirtual().name("meter").start(this::count);
  }

  int meterPort() {
    return meter.getLocalPort();
  }

  long sent() {
    return sent.get();
  }

  long arrived() {
    return arrived.get();
  }

  /** Begins to move the faders. */
  void aim(InetSocketAddress listener) {
    Thread.ofVirtual().name("controller").start(() -> sweep(listener));
  }

  private void count() {
    var packet = new DatagramPacket(new byte[LARGEST_PACKET], LARGEST_PACKET);
    while (!meter.isClosed()) {
      try {
        packet.setLength(LARGEST_PACKET);
        meter.receive(packet);
        arrived.incrementAndGet();
      } catch (IOException _) {
        // closed, or a moment's trouble of the network
      }
    }
  }

  private void sweep(InetSocketAddress listener) {
    for (var step = 0; !controller.isClosed(); step++) {
      for (var fader = 1; fader <= FADERS; fader++) {
        send(OscCodec.encode("/1/fader" + fader, List.of(level(step, fader))), listener);
      }
      try {
        Thread.sleep(STEP);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** A sine from 0 to 1; each fader follows the one before. */
  private static float level(int step, int fader) {
    var turn = (double) step * STEP.toMillis() / SWEEP.toMillis() - fader / 10.0;
    return (float) (0.5 + 0.5 * Math.sin(2 * Math.PI * turn));
  }

  private void send(byte[] packet, InetSocketAddress listener) {
    try {
      controller.send(new DatagramPacket(packet, packet.length, listener));
      sent.incrementAndGet();
    } catch (IOException _) {
      // closed, or nobody listens there at the moment
    }
  }

  @Override
  public void close() {
    controller.close();
    meter.close();
  }
}
