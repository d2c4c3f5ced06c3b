package io.cuewire.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.endpoint.EndpointActor.Restart;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.testing.CapturedLog;
import io.cuewire.testing.Inbox;
import io.cuewire.transport.AnyPeer;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.testkit.ExplicitlyTriggeredScheduler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time stands still between the lines, and every command is carried out before the next line. */
class EndpointActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Executor AT_ONCE = Runnable::run;

  private final TimersClock clock = new TimersClock();
  private final List<String> states = new ArrayList<>();
  private final List<ActorRef<?>> actors = new ArrayList<>();
  private final Doubtful opener = new Doubtful();
  private Backoff reconnect =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(1000), OptionalInt.empty());
  private boolean listens;
  private Optional<Duration> silence = Optional.empty();
  private OutboundQueue.Full full = OutboundQueue.Full.DROP_OLDEST;

  @AfterEach
  void stopActors() {
    actors.forEach(KIT::stop);
  }

  @AfterAll
  static void stopTheSystem() {
    KIT.shutdownTestKit();
  }

  /** Shows the time that the timers run by, until it is set. */
  private static final class TimersClock extends Clock {
    private Duration set = Duration.ZERO;

    private static final ExplicitlyTriggeredScheduler TIMERS =
        (ExplicitlyTriggeredScheduler) Adapter.toClassic(KIT.system()).scheduler();

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(TIMERS.currentTimeMs()).plus(set);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Opens, or fails as it was told to. */
  private final class Doubtful implements Opener {
    private final Deque<Exception> failures = new ArrayDeque<>();
    private final List<Opened> opened = new ArrayList<>();
    private final List<Instant> attempts = new ArrayList<>();

    Doubtful failing(Exception... exceptions) {
      failures.addAll(List.of(exceptions));
      return this;
    }

    @Override
    public Transport open(EndpointIo io, Transport.Events events) throws IOException {
      attempts.add(clock.instant());
      switch (failures.poll()) {
        case null -> {}
        case IOException cause -> throw cause;
        case RuntimeException bug -> throw bug;
        case Exception other -> throw new IllegalArgumentException(other);
      }
      var transport = new Opened(io, events);
      opened.add(transport);
      return transport;
    }

    Opened last() {
      return opened.getLast();
    }

    /** Milliseconds between the attempts. */
    List<Long> pauses() {
      return IntStream.range(1, attempts.size())
          .mapToObj(i -> Duration.between(attempts.get(i - 1), attempts.get(i)).toMillis())
          .toList();
    }
  }

  /** A transport that does nothing by itself. */
  private static final class Opened implements Transport {
    private final EndpointIo io;
    private final Events events;
    private final Inbox sent = new Inbox();
    private boolean started;
    private boolean closed;

    Opened(EndpointIo io, Events events) {
      this.io = io;
      this.events = events;
    }

    @Override
    public void start() {
      assertThat(closed).isFalse();
      started = true;
      io.open(sent::deliver, List.of());
    }

    @Override
    public List<Peer> peers() {
      return List.of();
    }

    @Override
    public void close() {
      closed = true;
    }

    boolean isOpen() {
      return started && !closed;
    }
  }

  private Endpoint endpoint(String name, Opener how, List<String> record) {
    var settings =
        new EndpointSettings(
            name,
            "osc",
            "listening on 127.0.0.1:9000",
            listens,
            true,
            true,
            reconnect,
            () -> new OutboundQueue(3, full, Budget.unlimited()),
            Optional.empty(),
            silence,
            how);
    return new Endpoint(settings, new Router(), clock, e -> record.add(text(e.state())));
  }

  /** {@code backing-off refused 2}: the state, its reason, the attempts when there are any. */
  private static String text(EndpointState state) {
    return state.state().word()
        + state.reason().map(reason -> " " + reason).orElse("")
        + (state.attempts() > 0 ? " " + state.attempts() : "");
  }

  private ActorRef<EndpointActor.Command> spawn(Endpoint endpoint, Executor blocking) {
    var onThisThread = DispatcherSelector.fromConfig("pekko.test.calling-thread-dispatcher");
    var actor =
        KIT.spawn(
            EndpointActor.create(endpoint, blocking), endpoint.settings().name(), onThisThread);
    actors.add(actor);
    return actor;
  }

  private Endpoint endpoint;
  private ActorRef<EndpointActor.Command> actor;

  private void standBy(Executor blocking) {
    endpoint = endpoint("endpoint", opener, states);
    actor = spawn(endpoint, blocking);
  }

  private void run() {
    standBy(AT_ONCE);
    actor.tell(new Want(Wanted.RUN));
  }

  private void passMillis(long millis) {
    TIME.timePasses(Duration.ofMillis(millis));
  }

  private void receive(String address) {
    endpoint.io().received(Message.of(address, List.of()), AnyPeer.create());
  }

  private void send(String address, Object... args) {
    endpoint.io().deliver(Message.of(address, List.of(args)));
  }

  private String state() {
    return text(endpoint.state());
  }

  @Test
  void standsByUntilItIsWanted() {
    standBy(AT_ONCE);
    assertThat(states).containsExactly("starting", "standby");
    assertThat(opener.opened).isEmpty();
    send("/a");
    assertThat(endpoint.io().dropped()).isEqualTo(1);
  }

  @Test
  void connectsAndIsConnected() {
    run();
    assertThat(states).containsExactly("starting", "standby", "connecting", "connected");
    assertThat(opener.last().isOpen()).isTrue();
    send("/a");
    assertThat(opener.last().sent.texts()).containsExactly("/a []");
  }

  @Test
  void startsAndListens() {
    listens = true;
    run();
    assertThat(states).containsExactly("starting", "standby", "starting", "listening");
  }

  @Test
  void doesNothingWhenItDoesAlreadyWhatIsWanted() {
    run();
    actor.tell(new Want(Wanted.RUN));
    assertThat(opener.opened).hasSize(1);
    assertThat(state()).isEqualTo("connected");
  }

  @Test
  void backsOffWhileThePortIsInUseAndListensOnceItIsFree() {
    listens = true;
    opener.failing(
        new BindException("Address already in use"), new BindException("Address already in use"));
    run();
    assertThat(state()).isEqualTo("backing-off port in use 1");
    assertThat(endpoint.io().lastError())
        .contains("listening on 127.0.0.1:9000: port in use (Address already in use)");
    passMillis(1000);
    assertThat(states)
        .containsExactly(
            "starting",
            "standby",
            "starting",
            "backing-off port in use 1",
            "starting 1",
            "backing-off port in use 2",
            "starting 2",
            "listening 2");
  }

  @Test
  void backsOffWhenItIsRefused() {
    opener.failing(new ConnectException("Connection refused"));
    run();
    assertThat(state()).isEqualTo("backing-off refused 1");
    passMillis(120);
    assertThat(state()).isEqualTo("connected 1");
  }

  @Test
  void waitsLongerWithEachFailure() {
    var refused = new ConnectException("Connection refused");
    opener.failing(refused, refused, refused, refused, refused, refused);
    run();
    passMillis(10_000);
    assertThat(state()).isEqualTo("connected 6");
    assertSpread(opener.pauses(), 0.8, 1.2, 100, 200, 400, 800, 1000, 1000);
  }

  /** Each pause is its expected one times a factor between two. */
  private static void assertSpread(List<Long> pauses, double least, double most, long... expected) {
    assertThat(pauses).hasSize(expected.length);
    for (var i = 0; i < expected.length; i++) {
      assertThat((double) pauses.get(i))
          .as("pause %d of %s", i, pauses)
          .isBetween(expected[i] * least - 1, expected[i] * most + 1);
    }
  }

  @Test
  void failsWhenItsAttemptsAreUsedUpAndTriesAgainWhenRestarted() {
    reconnect = new Backoff(Duration.ofMillis(100), Duration.ofMillis(100), OptionalInt.of(2));
    var refused = new ConnectException("Connection refused");
    opener.failing(refused, refused, refused);
    run();
    passMillis(150);
    assertThat(state()).isEqualTo("failed refused 2");
    passMillis(60_000);
    assertThat(state()).isEqualTo("failed refused 2");
    send("/a");
    assertThat(endpoint.io().dropped()).isEqualTo(1);

    actor.tell(new Restart());
    assertThat(state()).isEqualTo("backing-off refused 1");
    passMillis(150);
    assertThat(state()).isEqualTo("connected 1");
  }

  @Test
  void backsOffWhenTheConnectionIsLostAndConnectsAgain() {
    run();
    var first = opener.last();
    first.events.lost(new Failure("closed by peer", "10.0.0.1:80: closed by peer"));
    assertThat(state()).isEqualTo("backing-off closed by peer 1");
    assertThat(first.closed).isTrue();
    passMillis(150);
    assertThat(state()).isEqualTo("connected 1");
    assertThat(opener.last()).isNotSameAs(first);
    assertThat(opener.last().isOpen()).isTrue();
  }

  @Test
  void ignoresWhatATransportOfThePastReports() {
    run();
    var first = opener.last();
    actor.tell(new Restart());
    first.events.lost(new Failure("late", "late"));
    first.events.crashed(new IllegalStateException("late"));
    assertThat(state()).isEqualTo("connected");
    assertThat(opener.last().isOpen()).isTrue();
  }

  @Test
  void countsFailuresAnewOnlyAfterTenHealthySeconds() {
    run();
    for (var attempts = 1; attempts <= 3; attempts++) {
      opener.last().events.lost(new Failure("closed by peer", ""));
      assertThat(state()).isEqualTo("backing-off closed by peer " + attempts);
      passMillis(9_999);
    }
    passMillis(1_000);
    assertThat(state()).as("healthy").isEqualTo("connected");
    opener.last().events.lost(new Failure("closed by peer", ""));
    assertThat(state()).isEqualTo("backing-off closed by peer 1");
    passMillis(121);
    assertThat(state()).isEqualTo("connected 1");
  }

  @Test
  void queuesWhileItBacksOffAndSendsWhenItIsConnected() throws InterruptedException {
    opener.failing(new ConnectException("Connection refused"));
    run();
    for (var i = 0; i < 5; i++) {
      send("/n", i);
    }
    assertThat(endpoint.io().dropped()).as("the queue holds three").isEqualTo(2);
    passMillis(150);
    assertThat(state()).isEqualTo("connected 1");
    send("/n", 5);
    assertThat(endpoint.io().dropped()).isEqualTo(3);
    opener.last().sent.assertEmpty();
  }

  @Test
  void keepsTheLatestOfEachAddressWhereTheShowSaysSo() {
    full = OutboundQueue.Full.LATEST;
    opener.failing(new ConnectException("Connection refused"));
    run();
    for (var i = 0; i < 100; i++) {
      send("/a", i);
      send("/b", i);
    }
    assertThat(endpoint.io().dropped()).isZero();
  }

  @Test
  void closesAndDropsWhenItIsDisabledAndOpensWhenItIsEnabled() {
    run();
    actor.tell(new Want(Wanted.DISABLED));
    assertThat(state()).isEqualTo("stopped");
    assertThat(opener.last().closed).isTrue();
    send("/a");
    assertThat(endpoint.io().dropped()).isEqualTo(1);
    actor.tell(new Restart());
    passMillis(60_000);
    assertThat(state()).isEqualTo("stopped");

    actor.tell(new Want(Wanted.RUN));
    assertThat(state()).isEqualTo("connected");
    assertThat(opener.opened).hasSize(2);
  }

  @Test
  void givesUpTryingWhenItIsDisabled() {
    opener.failing(new ConnectException("Connection refused"));
    run();
    actor.tell(new Want(Wanted.DISABLED));
    passMillis(60_000);
    assertThat(state()).isEqualTo("stopped");
    assertThat(opener.opened).isEmpty();
  }

  @Test
  void standsByWhenAnotherNodeRunsIt() {
    run();
    actor.tell(new Want(Wanted.STANDBY));
    assertThat(state()).isEqualTo("standby");
    assertThat(opener.last().closed).isTrue();
  }

  @Test
  void closesAndOpensAtOnceWhenItIsRestarted() {
    run();
    var first = opener.last();
    actor.tell(new Restart());
    assertThat(first.closed).isTrue();
    assertThat(opener.opened).hasSize(2);
    assertThat(states).endsWith("connected", "connecting", "connected");
  }

  @Test
  void triesAtOnceWhenItIsRestartedWhileItBacksOff() {
    var refused = new ConnectException("Connection refused");
    opener.failing(refused, refused, refused, refused);
    run();
    passMillis(600);
    assertThat(state()).isEqualTo("backing-off refused 3");
    actor.tell(new Restart());
    assertThat(states).endsWith("connecting", "backing-off refused 1");
    actor.tell(new Restart());
    assertThat(state()).isEqualTo("connected");
    passMillis(5_000);
    assertThat(opener.opened).hasSize(1);
  }

  @Test
  void isStaleWhenNothingWasReceivedForTooLong() {
    silence = Optional.of(Duration.ofSeconds(5));
    listens = true;
    run();
    passMillis(4_999);
    assertThat(state()).isEqualTo("listening");
    passMillis(502);
    assertThat(state()).isEqualTo("stale silent");
    assertThat(endpoint.io().lastError()).contains("nothing received for 5000 ms");
    assertThat(opener.last().isOpen()).isTrue();
  }

  @Test
  void whenTheClockIsSetNothingIsSilentOrHeardForThat() {
    silence = Optional.of(Duration.ofSeconds(5));
    listens = true;
    run();
    receive("/a");
    passMillis(2_000);
    clock.set = Duration.ofHours(1);
    passMillis(2_000);
    assertThat(state()).isEqualTo("listening");
    clock.set = Duration.ofHours(-1);
    passMillis(2_000);
    assertThat(state()).isEqualTo("stale silent");
  }

  @Test
  void isListeningAgainOnceAMessageComes() {
    silence = Optional.of(Duration.ofSeconds(5));
    listens = true;
    run();
    passMillis(6_000);
    assertThat(state()).isEqualTo("stale silent");
    receive("/a");
    passMillis(501);
    assertThat(state()).isEqualTo("listening");
    for (var i = 0; i < 10; i++) {
      passMillis(4_000);
      receive("/a");
    }
    passMillis(501);
    assertThat(states).endsWith("stale silent", "listening", "listening");
  }

  @Test
  void givesAFreshConnectionItsTimeBeforeItIsStale() {
    silence = Optional.of(Duration.ofSeconds(5));
    run();
    passMillis(6_000);
    opener.last().events.lost(new Failure("closed by peer", ""));
    passMillis(121);
    assertThat(state()).isEqualTo("connected 1");
    passMillis(4_800);
    assertThat(state()).isEqualTo("connected 1");
    passMillis(1_000);
    assertThat(state()).isEqualTo("stale silent 1");
  }

  @Test
  void staysStaleWhenItBecomesHealthy() {
    silence = Optional.of(Duration.ofSeconds(5));
    run();
    passMillis(11_000);
    assertThat(state()).isEqualTo("stale silent");
  }

  @Test
  void restartsWithBackoffAfterABugInItsTransportAndDisturbsNoOther() {
    run();
    var otherStates = new ArrayList<String>();
    var otherOpener = new Doubtful();
    var other = spawn(endpoint("other", otherOpener, otherStates), AT_ONCE);
    other.tell(new Want(Wanted.RUN));
    var otherBefore = List.copyOf(otherStates);

    var first = opener.last();
    first.events.crashed(new IllegalStateException("a bug in the codec"));
    assertThat(state()).isEqualTo("backing-off internal error 1");
    assertThat(endpoint.io().lastError())
        .contains("java.lang.IllegalStateException: a bug in the codec");
    assertThat(first.closed).isTrue();
    passMillis(79);
    assertThat(opener.opened).hasSize(1);
    passMillis(50);
    assertThat(state()).isEqualTo("connected");
    assertThat(opener.opened).hasSize(2);

    assertThat(otherStates).isEqualTo(otherBefore);
    assertThat(otherOpener.last().isOpen()).isTrue();
  }

  @Test
  void restartsAfterABugWhileOpening() {
    opener.failing(new IllegalStateException("a bug in the opener"));
    run();
    assertThat(state()).isEqualTo("backing-off internal error 1");
    passMillis(130);
    assertThat(state()).isEqualTo("connected");
  }

  @Test
  void restartsOnceForABugThatSeveralThreadsReport() {
    run();
    var events = opener.last().events;
    events.crashed(new IllegalStateException("one"));
    events.crashed(new IllegalStateException("two"));
    passMillis(130);
    assertThat(state()).isEqualTo("connected");
    passMillis(5_000);
    assertThat(opener.opened).hasSize(2);
  }

  @Test
  void waitsLongerWithEachBugUntilTenHealthySeconds() {
    run();
    var pauses = new ArrayList<Long>();
    for (var healthyMillis : new long[] {5_000, 5_000, 11_000, 5_000}) {
      var crash = clock.instant();
      opener.last().events.crashed(new IllegalStateException("again"));
      passMillis(healthyMillis);
      pauses.add(Duration.between(crash, opener.attempts.getLast()).toMillis());
    }
    assertSpread(pauses, 1, 1.2, 100, 200, 400, 100);
  }

  @Test
  void doesWhatItIsToldAfterABugToo() {
    run();
    opener.last().events.crashed(new IllegalStateException("a bug"));
    actor.tell(new Want(Wanted.DISABLED));
    passMillis(5_000);
    assertThat(state()).isEqualTo("stopped");
    assertThat(opener.opened).noneMatch(Opened::isOpen);
  }

  @Test
  void closesATransportThatOpensAfterItIsNotWantedAnyMore() {
    var slow = new ArrayDeque<Runnable>();
    standBy(slow::add);
    actor.tell(new Want(Wanted.RUN));
    actor.tell(new Want(Wanted.DISABLED));
    slow.forEach(Runnable::run);
    assertThat(state()).isEqualTo("stopped");
    assertThat(opener.last().closed).isTrue();
    assertThat(opener.last().started).isFalse();
    send("/a");
    assertThat(endpoint.io().dropped()).isEqualTo(1);
  }

  @Test
  void keepsOnlyTheNewestOfTwoTransportsThatOpenLate() {
    var slow = new ArrayDeque<Runnable>();
    standBy(slow::add);
    actor.tell(new Want(Wanted.RUN));
    actor.tell(new Restart());
    slow.removeLast().run();
    slow.removeLast().run();
    assertThat(state()).isEqualTo("connected");
    assertThat(opener.opened.getFirst().isOpen()).isTrue();
    assertThat(opener.opened.getLast().started).isFalse();
    assertThat(opener.opened.getLast().closed).isTrue();
  }

  @Test
  void ignoresAnOpeningThatFailsLate() {
    var slow = new ArrayDeque<Runnable>();
    standBy(slow::add);
    actor.tell(new Want(Wanted.RUN));
    actor.tell(new Want(Wanted.STANDBY));
    opener.failing(new ConnectException("Connection refused"));
    slow.forEach(Runnable::run);
    passMillis(5_000);
    assertThat(state()).isEqualTo("standby");
  }

  @Test
  void closesItsTransportWhenItIsStopped() {
    run();
    KIT.stop(actor);
    assertThat(opener.last().closed).isTrue();
    send("/a");
    assertThat(endpoint.io().dropped()).isEqualTo(1);
  }

  @Test
  void knowsSinceWhenItIsInItsState() {
    var start = clock.instant();
    run();
    passMillis(11_000);
    assertThat(endpoint.state().since()).as("healthy is no new state").isEqualTo(start);
    actor.tell(new Want(Wanted.DISABLED));
    assertThat(endpoint.state().since()).isEqualTo(clock.instant());
  }

  @Test
  void logsEachChangeOnceAndNotEachAttempt() {
    var refused = new ConnectException("Connection refused");
    opener.failing(refused, refused, refused, new ConnectException("Network is unreachable"));
    try (var log = new CapturedLog("cuewire.endpoint")) {
      run();
      passMillis(5_000);
      actor.tell(new Want(Wanted.DISABLED));
      assertThat(log.lines())
          .containsExactly(
              "INFO endpoint: standby",
              "WARN endpoint: backing-off, listening on 127.0.0.1:9000: refused (Connection refused)",
              "WARN endpoint: backing-off, listening on 127.0.0.1:9000: unreachable (Network is"
                  + " unreachable)",
              "INFO endpoint: connected, listening on 127.0.0.1:9000",
              "INFO endpoint: stopped");
    }
  }
}
