package io.cuewire.transport;

import static io.cuewire.osc.OscSettings.Transport.UDP;
import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.osc.OscSettings;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.ManualClock;
import io.cuewire.testing.OpenEndpoint;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.testing.StreamPeer;
import io.cuewire.transport.OutboundQueue.Full;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an endpoint does while another node may run it, and while it moves to another node. */
class LeaseTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_764_000_000_000L);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 500); // the clock may wrap
  private final Lease lease = new Lease(nanos::get);
  private final Desk desk = new Desk("io", "out");
  private final OutboundQueue queue = new OutboundQueue(3, Full.DROP_OLDEST, Budget.unlimited());
  private final EndpointIo io =
      new EndpointIo("io", desk.router(), queue, new ManualClock(NOW), lease);
  private final Inbox sink = new Inbox();
  private final Inbox elsewhere = new Inbox();

  private static Message message(String address) {
    return Message.of(address, List.of());
  }

  private void renew() {
    lease.renew(nanos.get() + 1000);
  }

  private void runsOut() {
    nanos.addAndGet(1000);
  }

  @Test
  void itHoldsFromItsRenewalToItsEnd() {
    assertThat(lease.holds()).isFalse();
    renew();
    nanos.addAndGet(999);
    assertThat(lease.holds()).isTrue();
    nanos.addAndGet(1);
    assertThat(lease.holds()).isFalse();
    renew();
    lease.renew(nanos.get() - 1); // somebody's answer came late
    assertThat(lease.holds()).isTrue();
    lease.end();
    assertThat(lease.holds()).isFalse();
    assertThat(Lease.FOREVER.holds()).isTrue();
  }

  @Test
  void withoutItNothingIsSentAndNothingWaitsToBeSentLater() {
    renew();
    io.open(sink::deliver, List.of());
    io.deliver(message("/sent"));
    runsOut();
    io.deliver(message("/late"));
    io.waiting();
    io.deliver(message("/later"));
    renew();
    io.open(sink::deliver, List.of());
    assertThat(sink.texts()).containsExactly("/sent []");
    assertThat(queue.takeAll()).isEmpty();
    assertThat(io.dropped()).isEqualTo(2);
  }

  @Test
  void withoutItNothingThatComesInIsRouted() {
    desk.routes(RouteBuilder.from("io").to("out"));
    var peer = new Peer("10.0.0.1:5000", NOW, _ -> {});
    renew();
    io.received(message("/a"), peer);
    runsOut();
    io.received(message("/b"), peer);
    assertThat(desk.inbox("out").texts()).containsExactly("/a []");
    assertThat(io.dropped()).isEqualTo(1);
  }

  @Test
  void whatWaitedWhileItMovedGoesToWhereItRunsNowAndSoDoesWhatComesByAnOldWay() {
    renew();
    io.waiting();
    io.deliver(message("/1"));
    io.hold();
    io.stopped();
    io.deliver(message("/2"));
    io.goOnAt(elsewhere);
    io.deliver(message("/3"));
    assertThat(elsewhere.texts()).containsExactly("/1 []", "/2 []", "/3 []");
    assertThat(io.dropped()).isZero();
  }

  @Test
  void whatIsForOneConnectionDoesNotMove() {
    renew();
    io.waiting();
    io.hold();
    io.deliver(message("/answer").forOneConnection());
    io.goOnAt(elsewhere);
    assertThat(elsewhere.texts()).isEmpty();
  }

  @Test
  void whenItComesBackNothingGoesAwayAnyMore() {
    renew();
    io.hold();
    io.stopped();
    io.goOnAt(elsewhere);
    io.waiting();
    io.deliver(message("/here"));
    assertThat(elsewhere.texts()).isEmpty();
    assertThat(queue.takeAll()).extracting(Message::address).containsExactly("/here");
  }

  @Test
  void whatTheOtherNodeCannotTakeIsCounted() {
    renew();
    io.waiting();
    io.hold();
    io.deliver(message("/a"));
    io.goOnAt(_ -> false);
    io.deliver(message("/b"));
    assertThat(io.dropped()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(OscSettings.Transport.class)
  void aThreadThatSendsWhatHasWaitedLooksAtItToo(OscSettings.Transport transport)
      throws IOException {
    renew();
    try (var udp = Datagrams.open();
        var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var out =
            OpenEndpoint.sendingTo(transport, transport == UDP ? udp.port() : server.getLocalPort())
                .lease(lease)
                .open()) {
      out.lose();
      out.io().waiting();
      out.send("/stale");
      runsOut();
      out.reopen();
      eventually().until(() -> out.io().dropped() == 1);
      renew();
      out.send("/fresh");
      if (transport == UDP) {
        assertThat(udp.next()).isEqualTo("/fresh []");
      } else {
        server.accept().close(); // the connection that was lost
        try (var peer = StreamPeer.accept(transport, server)) {
          peer.expect("/fresh");
        }
      }
    }
  }
}
