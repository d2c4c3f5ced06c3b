package io.cuewire.testing;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.endpoint.Opener;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.transport.Confirmation;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Stop;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorSystem;

/** An endpoint with its actor, as a node runs it. What comes in goes to its inbox. */
public final class LiveEndpoint implements AutoCloseable {
  private static final String NAME = "endpoint";
  private static final String INBOX = "inbox";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final Message STOP = Message.of("/emergency_stop", List.of(1));

  private final String name;
  private final Desk desk;
  private final AtomicInteger told = new AtomicInteger();
  private final List<String> states = new CopyOnWriteArrayList<>();
  private final Endpoint endpoint;
  private final ActorSystem<Endpoints.Tell> system;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();

  private LiveEndpoint(
      String name, boolean listens, Duration retry, Desk desk, Message stop, Opener opener) {
    this.name = name;
    this.desk = desk;
    var settings =
        new EndpointSettings(
            name,
            "any",
            "there",
            listens,
            true,
            true,
            new Backoff(retry, retry.multipliedBy(4), OptionalInt.empty()),
            LiveEndpoint::queue,
            Optional.of(stop),
            Optional.empty(),
            opener);
    endpoint =
        new Endpoint(
            settings, desk.router(), Clock.systemUTC(), e -> states.add(e.state().state().word()));
    desk.connect(name, endpoint.io());
    system = ActorSystem.create(Endpoints.create(List.of(endpoint), blocking), "devices");
    tell(new EndpointActor.Want(Wanted.RUN));
  }

  public static OutboundQueue queue() {
    return new OutboundQueue(1024, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
  }

  public static LiveEndpoint listener(Opener opener) {
    return listener(STOP, opener);
  }

  /**
   * @param stop what it sends on an emergency stop, when it is not OSC's
   */
  public static LiveEndpoint listener(Message stop, Opener opener) {
    return new LiveEndpoint(NAME, true, RETRY, toItsInbox(NAME), stop, opener);
  }

  public static LiveEndpoint client(Opener opener) {
    return client(STOP, opener);
  }

  /**
   * @param stop what it sends on an emergency stop, when it is not OSC's
   */
  public static LiveEndpoint client(Message stop, Opener opener) {
    return new LiveEndpoint(NAME, false, RETRY, toItsInbox(NAME), stop, opener);
  }

  /**
   * @param retry after this it connects again, and later after up to four times as long
   */
  public static LiveEndpoint client(String name, Duration retry, Opener opener) {
    return client(name, retry, toItsInbox(name), opener);
  }

  /**
   * @param desk routes what comes in
   */
  public static LiveEndpoint client(String name, Duration retry, Desk desk, Opener opener) {
    return new LiveEndpoint(name, false, retry, desk, STOP, opener);
  }

  private static Desk toItsInbox(String name) {
    return new Desk(name, INBOX).routes(RouteBuilder.from(name).to(INBOX));
  }

  public void tell(EndpointActor.Command command) {
    system.tell(new Endpoints.Tell(name, command));
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Inbox inbox() {
    return desk.inbox(INBOX);
  }

  public State state() {
    return endpoint.state().state();
  }

  /** The words of all its states so far. */
  public List<String> states() {
    return states;
  }

  /** Waits for a state. */
  public void await(State state) {
    eventually().untilAsserted(() -> assertThat(state()).isEqualTo(state));
  }

  /** Waits for a state, at most so long as the truth may take. */
  public void await(State state, Duration atMost) {
    eventually().atMost(atMost).untilAsserted(() -> assertThat(state()).isEqualTo(state));
  }

  /** Waits for a state with this reason, or with none. */
  public void await(State state, Optional<String> reason, Duration atMost) {
    eventually()
        .atMost(atMost)
        .untilAsserted(() -> {
          assertThat(state()).isEqualTo(state);
          assertThat(endpoint.state().reason()).isEqualTo(reason);
        });
  }

  /** Waits until it tries again and again for this reason. */
  public void awaitBackingOff(String reason) {
    await(State.BACKING_OFF, Optional.of(reason), SOON);
  }

  public List<String> peers() {
    return endpoint.peers().stream().map(Peer::name).toList();
  }

  /** Lets a route end here. */
  public void send(String address, Object... args) {
    endpoint.io().deliver(Message.of(address, Arrays.asList(args)));
  }

  /** Enters an emergency stop that blocks it. */
  public void stop() {
    stop(true);
  }

  public void stop(boolean blocks) {
    endpoint.stop(new Stop(System.nanoTime(), blocks, 3, told::incrementAndGet));
  }

  /** Waits for the confirmation of the stop; milliseconds. */
  public double confirmed() {
    eventually()
        .untilAsserted(() ->
            assertThat(endpoint.confirmation()).containsInstanceOf(Confirmation.Confirmed.class));
    return ((Confirmation.Confirmed) endpoint.confirmation().orElseThrow()).ms();
  }

  /** Leaves the stop. */
  public void endStop() {
    endpoint.endStop();
  }

  /** Waits until the stop is unconfirmed for this reason. */
  public void awaitUnconfirmed(String why) {
    eventually()
        .untilAsserted(
            () -> assertThat(endpoint.confirmation()).contains(new Confirmation.Unconfirmed(why)));
  }

  /** How often it was told that the confirmation has changed. */
  public int told() {
    return told.get();
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    blocking.close();
  }
}
