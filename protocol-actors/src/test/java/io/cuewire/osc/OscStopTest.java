package io.cuewire.osc;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.testing.Datagrams;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.Ports;
import io.cuewire.transport.Stop;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The emergency stop as OSC over UDP. */
@Timeout(60)
class OscStopTest {
  private static final String STOP = "/emergency_stop [1]";
  private final TimeTags timeTags = new TimeTags(Clock.systemUTC());

  @AfterEach
  void stop() {
    timeTags.close();
  }

  private LiveEndpoint sender(int port) {
    var settings =
        new OscSettings(
            OscSettings.Transport.UDP,
            Ports.local(0),
            false,
            Optional.empty(),
            Optional.of(Ports.local(port)),
            false,
            Budget.unlimited(),
            List.of(),
            List.of(Message.of("/hello", List.of())),
            LiveEndpoint::queue);
    var endpoint = LiveEndpoint.client(OscProtocol.opener(settings, timeTags));
    endpoint.await(State.CONNECTED);
    return endpoint;
  }

  @Test
  void sendsItFromTheCallingThreadAndRepeatsItAsOftenAsSaid() throws Exception {
    try (var peer = Datagrams.open();
        var endpoint = sender(peer.port())) {
      assertThat(peer.next()).isEqualTo("/hello []");
      var out = endpoint.endpoint().io().out();
      var begin = System.nanoTime();
      endpoint.stop();
      assertThat(endpoint.endpoint().io().out()).isGreaterThan(out);
      assertThat(endpoint.confirmed()).isLessThan(1000);
      assertThat(peer.next()).isEqualTo(STOP);
      assertThat(List.of(peer.next(), peer.next())).containsOnly(STOP);
      assertThat(System.nanoTime() - begin).isGreaterThan(2 * Stop.REPEAT_AFTER.toNanos());
      endpoint.send("/refused");
      assertThat(endpoint.endpoint().io().refused()).isEqualTo(1);
      endpoint.endStop();
      endpoint.send("/after");
      assertThat(peer.next()).isEqualTo("/after []");
    }
  }

  @Test
  void sendsNothingOnceItIsLeft() throws Exception {
    try (var peer = Datagrams.open();
        var endpoint = sender(peer.port())) {
      assertThat(peer.next()).isEqualTo("/hello []");
      endpoint.endpoint().stop(new Stop(System.nanoTime(), true, 1000, () -> {}));
      endpoint.endStop();
      endpoint.send("/after");
      var all = new ArrayList<String>();
      do {
        all.add(peer.next());
      } while (!all.getLast().equals("/after []"));
      endpoint.stop();
      assertThat(peer.next()).isEqualTo(STOP);
      endpoint.endStop();
      assertThat(all).hasSizeLessThan(100); // two seconds of them
    }
  }

  @Test
  void sendsItAgainWheneverTheSocketIsOpenedAndItsGreetingAfterwards() throws Exception {
    try (var peer = Datagrams.open();
        var endpoint = sender(peer.port())) {
      assertThat(peer.next()).isEqualTo("/hello []");
      endpoint.endpoint().stop(new Stop(System.nanoTime(), true, 1, () -> {}));
      assertThat(peer.next()).isEqualTo(STOP);
      endpoint.tell(new Restart());
      assertThat(peer.next()).isEqualTo(STOP);
      endpoint.endStop();
      assertThat(peer.next()).isEqualTo("/hello []");
    }
  }

  @Test
  void namesNoConfirmationWhereItDoesNotRunAndSendsItWhenItTakesOver() throws Exception {
    try (var peer = Datagrams.open();
        var endpoint = sender(peer.port())) {
      assertThat(peer.next()).isEqualTo("/hello []"); // of its first life
      endpoint.tell(new Want(Wanted.STANDBY));
      endpoint.await(State.STANDBY);
      endpoint.stop();
      assertThat(endpoint.endpoint().confirmation()).isEmpty();
      endpoint.tell(new Want(Wanted.RUN));
      endpoint.confirmed();
      assertThat(peer.next()).isEqualTo(STOP);
    }
  }
}
