package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.message.WellFormed;
import io.cuewire.testing.CapturedLog;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.ManualClock;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.transport.OutboundQueue.Full;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointIoTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_764_000_000_000L);

  private final Desk desk = new Desk("in", "out");
  private final OutboundQueue queue = new OutboundQueue(2, Full.DROP_OLDEST, Budget.unlimited());
  private final EndpointIo io = new EndpointIo("in", desk.router(), queue, new ManualClock(NOW));
  private final Peer peer = new Peer("10.0.0.1:5000", NOW, _ -> {});
  private final Inbox sink = new Inbox();

  private static Message message(String address) {
    return Message.of(address, List.of());
  }

  private List<String> queued() throws InterruptedException {
    return queue.isEmpty() ? List.of() : queue.take(100).stream().map(Message::address).toList();
  }

  @Test
  void countsRecordsAndRoutesWhatComesIn() {
    desk.routes(RouteBuilder.from("in").to("out"));
    io.received(message("/a"), peer);
    assertThat(desk.inbox("out").texts()).containsExactly("/a []");
    assertThat(io.in()).isEqualTo(1);
    assertThat(io.lastMessage()).isEqualTo(NOW.toEpochMilli());
    assertThat(peer.in()).isEqualTo(1);
    assertThat(io.history().since(0))
        .extracting(entry -> entry.in() + " " + entry.address() + " " + entry.peer().orElseThrow())
        .containsExactly("true /a 10.0.0.1:5000");
  }

  @Test
  void countsWhatCouldNotBeDeliveredAsDropped() {
    desk.routes(RouteBuilder.from("in").to("nobody", "out", "nowhere"));
    io.received(message("/a"), peer);
    assertThat(io.dropped()).isEqualTo(2);
  }

  @Test
  void sendsAtOnceWhenItIsOpen() throws InterruptedException {
    io.open(sink::deliver, List.of());
    assertThat(io.deliver(message("/a"))).isTrue();
    assertThat(sink.texts()).containsExactly("/a []");
    assertThat(queued()).isEmpty();
  }

  @Test
  void queuesWhatTheSinkDoesNotTakeNow() throws InterruptedException {
    io.open(_ -> false, List.of());
    assertThat(io.deliver(message("/a"))).isTrue();
    assertThat(queued()).containsExactly("/a");
    assertThat(io.dropped()).isZero();
  }

  @Test
  void letsNothingOvertakeWhatWaits() throws InterruptedException {
    io.waiting();
    io.deliver(message("/waits"));
    io.open(sink::deliver, List.of());
    io.deliver(message("/follows"));
    sink.assertEmpty();
    assertThat(queued()).containsExactly("/waits", "/follows");
  }

  @Test
  void queuesWhileItWaitsAndCountsWhatTheQueueLoses() throws InterruptedException {
    io.waiting();
    for (var address : List.of("/a", "/b", "/c", "/d")) {
      io.deliver(message(address));
    }
    assertThat(io.dropped()).isEqualTo(2);
    assertThat(queued()).containsExactly("/c", "/d");
  }

  @Test
  void keepsItsOwnCopyOfWhatItQueues() throws InterruptedException {
    io.waiting();
    var reused = message("/a");
    io.deliver(reused);
    reused.wrap(message("/b").oscBuffer(), 0, 8, 0);
    assertThat(queued()).containsExactly("/a");
  }

  @Test
  void queuesNothingForAServerWhoseClientsHaveQueues() throws InterruptedException {
    io.waiting();
    io.deliver(message("/before/anybody/came"));
    io.openServer(sink::deliver);
    io.deliver(message("/a"));
    assertThat(sink.texts()).containsExactly("/a []");
    assertThat(queued()).isEmpty();
    assertThat(io.dropped()).isEqualTo(1);
  }

  @Test
  void keepsOneShortLineOfWhatWasWrong() {
    io.malformed("x\nWARN forged: " + "y".repeat(1_000_000), peer);
    assertThat(io.lastError().orElseThrow())
        .startsWith("malformed packet from 10.0.0.1:5000: x WARN forged")
        .hasSizeLessThan(400);
    assertThat(io.errors()).isOne();
    assertThat(io.sendFailures()).isZero();
    io.lastError("\ud83d" + "\ud83d\ude00".repeat(400));
    var text = io.lastError().orElseThrow();
    assertThat(text).isEqualTo(WellFormed.of(text)); // it travels
  }

  @Test
  void dropsEverythingWhenItDoesNotRunHere() throws InterruptedException {
    io.waiting();
    io.deliver(message("/a"));
    io.stopped();
    io.deliver(message("/b"));
    assertThat(io.dropped()).isEqualTo(2);
    assertThat(queued()).isEmpty();
  }

  @Test
  void recordsWhatWasSent() {
    io.sent(message("/a"), Optional.of(peer));
    io.sent(message("/b"), Optional.empty());
    assertThat(io.out()).isEqualTo(2);
    assertThat(peer.out()).isEqualTo(1);
    assertThat(io.history().since(0))
        .extracting(entry -> entry.in() + " " + entry.address() + " " + entry.peer().isPresent())
        .containsExactly("false /a true", "false /b false");
  }

  @Test
  void remembersTheLastError() {
    io.malformed("truncated bundle", peer);
    assertThat(io.lastError()).contains("malformed packet from 10.0.0.1:5000: truncated bundle");
    io.sendFailed(new Failure("unreachable", "10.0.0.2:80: unreachable"));
    assertThat(io.lastError()).contains("10.0.0.2:80: unreachable");
    assertThat(io.errors()).isEqualTo(2);
    assertThat(io.dropped()).isZero();
  }

  @Test
  void logsTheFirstOfManyAndThenEveryTenfold() {
    var text = "WARN in: malformed packet from 10.0.0.1:5000: truncated bundle";
    try (var log = new CapturedLog("cuewire.endpoint")) {
      for (var i = 0; i < 1_500; i++) {
        io.malformed("truncated bundle", peer);
      }
      assertThat(log.lines())
          .containsExactly(
              text,
              text + " (10 times so far)",
              text + " (100 times so far)",
              text + " (1000 times so far)");
    }
  }
}
