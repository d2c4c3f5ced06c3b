package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.testing.ManualClock;
import io.cuewire.transport.History.Entry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final int SLOTS = 256;
  private static final Instant START = Instant.ofEpochMilli(1_764_000_000_000L);

  private final ManualClock clock = new ManualClock(START);
  private final History history = new History(clock);
  private final Peer peer = new Peer("10.0.0.1:5000", START, _ -> {});

  private void record(String address, Object... args) {
    history.record(true, Message.of(address, List.of(args)), Optional.of(peer));
  }

  private List<String> addresses() {
    return history.since(0).stream().map(Entry::address).toList();
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(history.since(0)).isEmpty();
    assertThat(history.next()).isZero();
  }

  @Test
  void tellsWhatPassedInOrder() {
    record("/a", 1, "x");
    clock.advance(Duration.ofMillis(250));
    history.record(false, Message.of("/b", List.of()), Optional.empty());
    assertThat(history.since(0))
        .containsExactly(
            new Entry(
                0, START.toEpochMilli(), true, "/a", List.of(1, "x"), Optional.of(peer.name())),
            new Entry(1, START.toEpochMilli() + 250, false, "/b", List.of(), Optional.empty()));
  }

  @Test
  void tellsOnlyWhatIsNewSinceASequence() {
    record("/a");
    record("/b");
    var next = history.next();
    record("/c");
    assertThat(history.since(next)).extracting(Entry::address).containsExactly("/c");
    assertThat(history.since(history.next())).isEmpty();
    assertThat(history.since(-5)).hasSize(3);
    assertThat(history.since(1_000)).isEmpty();
  }

  @Test
  void forgetsTheOldestWhenItIsFull() {
    for (var i = 0; i < 3 * SLOTS + 10; i++) {
      record("/n", i);
    }
    var entries = history.since(0);
    assertThat(entries).hasSize(SLOTS);
    assertThat(entries.getFirst().sequence()).isEqualTo(2 * SLOTS + 10);
    assertThat(entries).allMatch(entry -> entry.args().equals(List.of((int) entry.sequence())));
    assertThat(entries).extracting(Entry::sequence).isSorted();
  }

  @Test
  void keepsWhatIsShortAfterSomethingLongInTheSameSlot() {
    for (var i = 0; i < SLOTS; i++) {
      record("/long", "x".repeat(500));
    }
    for (var i = 0; i < SLOTS; i++) {
      record("/short", i);
    }
    assertThat(history.since(0)).allMatch(entry -> entry.args().size() == 1);
    assertThat(addresses()).containsOnly("/short");
  }

  @Test
  void copiesTheBytesOfAReusedBuffer() {
    var packet = OscCodec.encode("/first", List.of(1));
    var buffer = ByteBuffer.wrap(packet);
    var message = new Message().wrap(buffer, 0, packet.length, 0);
    history.record(true, message, Optional.empty());
    buffer.put(0, OscCodec.encode("/other", List.of(2)));
    assertThat(addresses()).containsExactly("/first");
  }

  @Test
  void tellsOfALargeMessageItsAddressAndSize() {
    record("/fits", "x".repeat(1004));
    record("/large", "x".repeat(5000));
    record("/" + "long".repeat(1000), 1);
    assertThat(history.since(0))
        .extracting(entry -> entry.args().getFirst())
        .containsExactly("x".repeat(1004), "(5016 bytes)", "(4012 bytes)");
    assertThat(addresses().get(1)).isEqualTo("/large");
    assertThat(addresses().get(2)).isEqualTo(("/" + "long".repeat(1000)).substring(0, 1023));
  }

  @Test
  void neverMixesMessagesOfSeveralWriters() throws Exception {
    var writers = 4;
    var each = 50_000;
    var read = new ArrayList<Entry>();
    try (var pool = Executors.newFixedThreadPool(writers)) {
      var running = new ArrayList<Future<?>>();
      for (var writer = 0; writer < writers; writer++) {
        var letter = String.valueOf((char) ('a' + writer));
        running.add(
            pool.submit(() ->
                IntStream.range(0, each)
                    .forEach(i -> record("/" + letter.repeat(1 + i % 60), letter, letter, i))));
      }
      while (!running.stream().allMatch(Future::isDone)) {
        read.addAll(history.since(Math.max(0, history.next() - 20)));
        if (read.size() > 100_000) {
          read.subList(0, 50_000).forEach(HistoryTest::assertWhole);
          read.subList(0, 50_000).clear();
        }
      }
      for (var writer : running) {
        writer.get();
      }
    }
    read.addAll(history.since(0));
    assertThat(read).isNotEmpty().allSatisfy(HistoryTest::assertWhole);
    assertThat(history.next()).isEqualTo((long) writers * each);
  }

  /** All parts of an entry come from the same writer and the same message. */
  private static void assertWhole(Entry entry) {
    var letter = entry.address().substring(1, 2);
    var number = (int) entry.args().get(2);
    assertThat(entry.address()).isEqualTo("/" + letter.repeat(1 + number % 60));
    assertThat(entry.args()).containsExactly(letter, letter, number);
  }
}
