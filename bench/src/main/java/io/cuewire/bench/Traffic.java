package io.cuewire.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * The sender and the sink of every measurement. A message is {@code /fader/0} … {@code /fader/99}
 * with two arguments: the number of its trial, and the instant at which it was due to be sent.
 */
final class Traffic implements AutoCloseable {
  /** The largest payload of a UDP datagram over IPv4, in bytes. */
  static final int MAX_PAYLOAD = 65507;

  /** As large as Cuewire's, in bytes. */
  static final int SOCKET_BUFFER = 4 << 20;

  private static final double TOLERATED_LOSS = 0.001;

  /** A trial counts when what arrived did so at this part of the offered rate, waits included. */
  private static final double KEPT_PACE = 0.98;

  /** Messages a second out, below and above what any way does. */
  private static final double LOWEST = 10_000;

  private static final double HIGHEST = 1_000_000;
  private static final double SEARCH_STEP = 1.04;
  private static final int ADDRESSES = 100;
  private static final int TRIAL_AT = 16; // after 12 bytes of address and 4 of type tags
  private static final int DUE_AT = 20;
  private static final int MESSAGE_BYTES = 28;
  private static final long BURST_NANOS = 200_000;
  private static final long SPIN_NANOS = 80_000; // the system wakes a sleeper about 60 µs late
  private static final Duration NOTHING_MORE = Duration.ofMillis(300);

  /** How the sender waits for a message's instant. */
  enum Pace {
    /** Sleeps and catches up in bursts of about 0.2 ms: leaves the processor to the others. */
    BURSTS,
    /** Spins just before the instant. */
    EXACT
  }

  /** What carries the messages: where they enter, how often each comes out, who works for it. */
  record Way(String name, InetSocketAddress entry, int copies, List<Process> processes) {
    Duration cpu() {
      return processes.stream()
          .map(p -> p.toHandle().info().totalCpuDuration().orElse(Duration.ZERO))
          .reduce(Duration.ZERO, Duration::plus);
    }
  }

  /**
   * One steady rate for a while.
   *
   * @param offered messages a second
   * @param delivered messages a second that arrived, from the first sent to the last received
   * @param expected how many should have arrived
   * @param latency nanoseconds from the instant a message was due to its arrival, so that a stalled
   *     sender hides nothing (no coordinated omission)
   * @param cpu what the processes of the way used
   */
  record Trial(
      double offered,
      double delivered,
      long expected,
      long received,
      Histogram latency,
      Duration cpu) {
    long lost() {
      return expected - received;
    }

    boolean passes() {
      return lost() < expected * TOLERATED_LOSS && delivered >= offered * KEPT_PACE;
    }

    /** Messages a second, 0 for a trial that does not count. */
    double throughput() {
      return passes() ? delivered : 0;
    }

    /** Processor time for each message that came out, in microseconds. */
    double cpuMicros() {
      return cpu.toNanos() / 1e3 / received;
    }

    double micros(double percentile) {
      return latency.getValueAtPercentile(percentile) / 1e3;
    }
  }

  /** What the sink knows of the trial that runs. */
  private record Count(int trial, AtomicLong received, Histogram latency) {
    static Count of(int trial) {
      return new Count(trial, new AtomicLong(), new Histogram(Duration.ofMinutes(2).toNanos(), 3));
    }

    /** Called by the sink's thread alone. */
    void take(ByteBuffer message) {
      if (message.position() == MESSAGE_BYTES && message.getInt(TRIAL_AT) == trial) {
        latency.recordValue(Math.max(0, System.nanoTime() - message.getLong(DUE_AT)));
        received.setRelease(received.getPlain() + 1);
      }
    }
  }

  private final List<DatagramChannel> sinks = new ArrayList<>();
  private final Selector selector;
  private final List<ByteBuffer> messages =
      IntStream.range(0, ADDRESSES).mapToObj(Traffic::message).toList();
  private volatile Count count = Count.of(0);

  /** Listens for what comes out. */
  Traffic(List<InetSocketAddress> outs) throws IOException {
    selector = Selector.open();
    for (var out : outs) {
      var channel = DatagramChannel.open(StandardProtocolFamily.INET);
      sinks.add(channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER).bind(out));
    }
    Thread.ofPlatform().daemon().name("sink").start(this::listen);
  }

  private static ByteBuffer message(int fader) {
    return ByteBuffer.allocateDirect(MESSAGE_BYTES)
        .put(0, ("/fader/" + fader).getBytes(StandardCharsets.US_ASCII))
        .put(12, ",ih".getBytes(StandardCharsets.US_ASCII));
  }

  /** One socket is read blocking, the fastest way; several through a selector. */
  private void listen() {
    var buffer = ByteBuffer.allocateDirect(MAX_PAYLOAD);
    try {
      while (sinks.size() == 1) {
        sinks.getFirst().receive(buffer.clear());
        count.take(buffer);
      }
      for (var sink : sinks) {
        sink.configureBlocking(false).register(selector, SelectionKey.OP_READ);
      }
      while (true) {
        selector.select(key -> empty((DatagramChannel) key.channel(), buffer));
      }
    } catch (ClosedChannelException | ClosedSelectorException ended) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void empty(DatagramChannel sink, ByteBuffer buffer) {
    try {
      while (sink.receive(buffer.clear()) != null) {
        count.take(buffer);
      }
    } catch (ClosedChannelException ended) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends at {@code rate} messages a second into the way and waits until no more come out. */
  Trial run(Way way, double rate, Duration time, Pace pace) throws IOException {
    var counting = Count.of(count.trial + 1);
    count = counting;
    var sending = Math.max(1, (long) (rate * time.toNanos() / 1e9));
    var cpu = way.cpu();
    var start = System.nanoTime();
    try (var sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
      sender.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER).connect(way.entry());
      for (var i = 0L; i < sending; i++) {
        var due = start + (long) (i * 1e9 / rate);
        waitFor(due, pace);
        var message = messages.get((int) (i % ADDRESSES));
        sender.write(message.putInt(TRIAL_AT, counting.trial).putLong(DUE_AT, due).rewind());
      }
    }
    var expected = sending * way.copies();
    var last = lastArrival(counting.received, expected);
    return new Trial(
        rate,
        counting.received.get() * 1e9 / way.copies() / Math.max(last - start, time.toNanos()),
        expected,
        counting.received.get(),
        counting.latency,
        way.cpu().minus(cpu));
  }

  static void waitFor(long due, Pace pace) {
    for (var ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
      switch (pace) {
        case BURSTS -> LockSupport.parkNanos(Math.max(ahead, BURST_NANOS));
        case EXACT -> {
          if (ahead > SPIN_NANOS) {
            LockSupport.parkNanos(ahead - SPIN_NANOS);
          } else {
            Thread.onSpinWait();
          }
        }
      }
    }
  }

  private static long lastArrival(AtomicLong received, long expected) {
    var seen = received.get();
    var at = System.nanoTime();
    while (seen < expected && System.nanoTime() - at < NOTHING_MORE.toNanos()) {
      LockSupport.parkNanos(1_000_000);
      if (received.get() > seen) {
        seen = received.get();
        at = System.nanoTime();
      }
    }
    return at;
  }

  /**
   * The trial with the highest rate that passes, by bisection. A rate has failed when it failed
   * twice: the machine has other work too.
   */
  Trial fastest(Way way, Duration time) throws IOException {
    var low = LOWEST / way.copies();
    var high = HIGHEST / way.copies();
    var best = run(way, low, time, Pace.BURSTS);
    while (high / low > SEARCH_STEP) {
      var rate = Math.sqrt(low * high);
      var trial = run(way, rate, time, Pace.BURSTS);
      if (!trial.passes()) {
        trial = run(way, rate, time, Pace.BURSTS);
      }
      if (trial.passes()) {
        low = rate;
        best = trial;
      } else {
        high = rate;
      }
    }
    return best;
  }

  @Override
  public void close() throws IOException {
    for (var sink : sinks) {
      sink.close();
    }
    selector.close();
  }
}
