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
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorSystem;

/** An endpoint with its actor, as a node runs it. What comes in goes to its inbox. */
public final class LiveEndpoint implements AutoCloseable {
  private static final String NAME = "endpoint";
  private static final Duration MIN = Duration.ofMillis(50);
  private static final Duration MAX = Duration.ofMillis(500);

  private final Endpoint endpoint;
  private final Inbox inbox;
  private final ActorSystem<Endpoints.Tell> system;
  private final java.util.concurrent.ExecutorService blocking =
      Executors.newVirtualThreadPerTaskExecutor();

  private LiveEndpoint(boolean listens, Opener opener) {
    var desk = new Desk(NAME, "inbox").routes(RouteBuilder.from(NAME).to("inbox"));
    inbox = desk.inbox("inbox");
    var settings =
        new EndpointSettings(
            NAME,
            "any",
            "there",
            listens,
            true,
            true,
            new Backoff(MIN, MAX, OptionalInt.empty()),
            LiveEndpoint::queue,
            Optional.empty(),
            opener);
    endpoint = new Endpoint(settings, desk.router(), Clock.systemUTC(), _ -> {});
    system = ActorSystem.create(Endpoints.create(List.of(endpoint), blocking), "devices");
    tell(new EndpointActor.Want(Wanted.RUN));
  }

  public static OutboundQueue queue() {
    return new OutboundQueue(1024, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
  }

  public static LiveEndpoint listener(Opener opener) {
    return new LiveEndpoint(true, opener);
  }

  public static LiveEndpoint client(Opener opener) {
    return new LiveEndpoint(false, opener);
  }

  public void tell(EndpointActor.Command command) {
    system.tell(new Endpoints.Tell(NAME, command));
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Inbox inbox() {
    return inbox;
  }

  public State state() {
    return endpoint.state().state();
  }

  /** Waits for a state. */
  public void await(State state) {
    eventually().untilAsserted(() -> assertThat(state()).isEqualTo(state));
  }

  /** Waits for a state, at most so long as the truth may take. */
  public void await(State state, Duration atMost) {
    eventually().atMost(atMost).untilAsserted(() -> assertThat(state()).isEqualTo(state));
  }

  /** Waits until it tries again and again for this reason. */
  public void awaitBackingOff(String reason) {
    eventually()
        .untilAsserted(() -> {
          assertThat(state()).isEqualTo(State.BACKING_OFF);
          assertThat(endpoint.state().reason()).contains(reason);
        });
  }

  public List<String> peers() {
    return endpoint.peers().stream().map(Peer::name).toList();
  }

  /** Lets a route end here. */
  public void send(String address, Object... args) {
    endpoint.io().deliver(Message.of(address, Arrays.asList(args)));
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
    blocking.close();
  }
}
