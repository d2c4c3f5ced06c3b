package io.cuewire.endpoint;

import io.cuewire.transport.Failure;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one endpoint: opens its transport, watches it, opens it again with backoff, closes
 * it. A lost connection is a state; a bug in a codec or transport restarts this actor.
 */
public final class EndpointActor {
  /** What the endpoint is told to do. */
  public sealed interface Command {}

  /** Do this from now on; answered by the states that follow. */
  public record Want(Wanted wanted) implements Command {}

  /** Is run when everything told before has been done. */
  public record Afterwards(Runnable what) implements Command {}

  /** Close and open again. */
  public record Restart() implements Command {}

  /** An opening has ended well; the number tells a late one from the current one. */
  private record Opened(int opening, Transport transport) implements Command {}

  private record OpenFailed(int opening, Failure failure) implements Command {}

  private record Lost(int opening, Failure failure) implements Command {}

  private record Troubled(int opening, Failure failure) implements Command {}

  private record Recovered(int opening) implements Command {}

  private record Crashed(int opening, Throwable bug) implements Command {}

  private record Retry() implements Command {}

  private record Healthy() implements Command {}

  private record ListenForSilence() implements Command {}

  private static final String SILENT = "silent";
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.endpoint");

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Endpoint endpoint;
  private final EndpointSettings settings;
  private final Executor blocking;
  private int opening;
  private int failed;
  private long heard;
  private int quiet;

  private EndpointActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Endpoint endpoint,
      Executor blocking) {
    this.context = context;
    this.timers = timers;
    this.endpoint = endpoint;
    this.settings = endpoint.settings();
    this.blocking = blocking;
  }

  /**
   * @param blocking runs what waits for the network
   */
  public static Behavior<Command> create(Endpoint endpoint, Executor blocking) {
    var reconnect = endpoint.settings().reconnect();
    return Behaviors.supervise(
            Behaviors.<Command>setup(context ->
                Behaviors.withTimers(
                    timers -> new EndpointActor(context, timers, endpoint, blocking).begin())))
        .onFailure(
            SupervisorStrategy.restartWithBackoff(reconnect.min(), reconnect.max(), 0.2)
                .withResetBackoffAfter(Backoff.HEALTHY_AFTER)
                .withLoggingEnabled(false));
  }

  private Behavior<Command> begin() {
    endpoint.become(State.STARTING, Optional.empty(), 0);
    return switch (endpoint.wanted()) {
      case RUN -> connecting();
      case STANDBY -> resting(State.STANDBY);
      case DISABLED -> resting(State.STOPPED);
    };
  }

  /** The transport is being opened on a thread that may block. */
  private Behavior<Command> connecting() {
    opening = endpoint.nextOpening();
    var number = opening;
    endpoint.become(
        settings.listens() ? State.STARTING : State.CONNECTING, Optional.empty(), failed);
    endpoint.io().waiting();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> open(number), blocking),
        (result, bug) -> bug == null ? result : new Crashed(number, bug));
    return receive(command ->
        switch (command) {
          case Opened opened when opened.opening() == number -> opened(opened.transport());
          case OpenFailed open when open.opening() == number -> backingOff(open.failure());
          case Lost lost when lost.opening() == number -> backingOff(lost.failure());
          case Restart _ -> connecting();
          default -> common(command);
        });
  }

  private Command open(int number) {
    if (!endpoint.io().lease().holds()) {
      return new OpenFailed(number, new Failure("isolated", "the other nodes were not heard"));
    }
    try {
      return new Opened(number, settings.opener().open(endpoint.io(), events(number)));
    } catch (IOException e) {
      return new OpenFailed(number, Failure.of(e, settings.where()));
    }
  }

  private Transport.Events events(int number) {
    var self = context.getSelf();
    return new Transport.Events() {
      @Override
      public void lost(Failure failure) {
        self.tell(new Lost(number, failure));
      }

      @Override
      public void troubled(Failure failure) {
        self.tell(new Troubled(number, failure));
      }

      @Override
      public void recovered() {
        self.tell(new Recovered(number));
      }

      @Override
      public void crashed(Throwable bug) {
        self.tell(new Crashed(number, bug));
      }
    };
  }

  private Behavior<Command> opened(Transport transport) {
    endpoint.transport(Optional.of(transport));
    transport.start();
    heard = endpoint.io().in();
    quiet = 0;
    timers.startSingleTimer(new Healthy(), Backoff.HEALTHY_AFTER);
    settings.silence().ifPresent(_ -> scheduleSilence());
    return running();
  }

  private Behavior<Command> running() {
    return running(settings.listens() ? State.LISTENING : State.CONNECTED, Optional.empty());
  }

  /** The transport is open: connected, listening, or open and in doubt. */
  private Behavior<Command> running(State state, Optional<Failure> why) {
    endpoint.become(state, why, failed);
    return receive(command ->
        switch (command) {
          case Lost lost when lost.opening() == opening -> backingOff(lost.failure());
          case Restart _ -> {
            close();
            yield connecting();
          }
          case Healthy _ -> {
            failed = 0;
            yield running(endpoint.state().state(), why);
          }
          case Troubled troubled when troubled.opening() == opening ->
              running(State.STALE, Optional.of(troubled.failure()));
          case Recovered recovered when recovered.opening() == opening -> running();
          case ListenForSilence _ -> listenForSilence(why);
          default -> common(command);
        });
  }

  private Behavior<Command> listenForSilence(Optional<Failure> why) {
    scheduleSilence();
    var limit = settings.silence().orElseThrow();
    var before = heard;
    heard = endpoint.io().in();
    quiet = heard == before ? quiet + 1 : 0;
    var stale = hearing(limit).multipliedBy(quiet).compareTo(limit) >= 0;
    if (stale && why.isEmpty()) {
      var text = "nothing received for " + limit.toMillis() + " ms";
      return running(State.STALE, Optional.of(new Failure(SILENT, text)));
    }
    return !stale && why.filter(f -> f.reason().equals(SILENT)).isPresent()
        ? running()
        : Behaviors.same();
  }

  private void scheduleSilence() {
    timers.startSingleTimer(new ListenForSilence(), hearing(settings.silence().orElseThrow()));
  }

  /** From one look to the next. They are counted, as the clock of the arrivals may be set. */
  private static Duration hearing(Duration limit) {
    return Duration.ofMillis(Math.clamp(limit.toMillis() / 5, 10, 500));
  }

  /** Waits before the next attempt. */
  private Behavior<Command> backingOff(Failure failure) {
    close();
    failed++;
    if (failure.isPermanent() || settings.reconnect().exhausted(failed)) {
      endpoint.io().stopped();
      endpoint.become(State.FAILED, Optional.of(failure), failed);
      return receive(command -> command instanceof Restart ? afresh() : common(command));
    }
    endpoint.io().waiting();
    endpoint.become(State.BACKING_OFF, Optional.of(failure), failed);
    timers.startSingleTimer(new Retry(), settings.reconnect().delay(failed, Math.random()));
    return receive(command ->
        switch (command) {
          case Retry _ -> connecting();
          case Restart _ -> afresh();
          default -> common(command);
        });
  }

  private Behavior<Command> afresh() {
    failed = 0;
    timers.cancelAll();
    return connecting();
  }

  /** Standby or stopped: nothing is open. */
  private Behavior<Command> resting(State state) {
    close();
    failed = 0;
    endpoint.io().stopped();
    endpoint.become(state, Optional.empty(), 0);
    return receive(this::common);
  }

  /** What every state does with what it has no own answer to. */
  private Behavior<Command> common(Command command) {
    return switch (command) {
      case Want want -> want(want.wanted());
      case Afterwards(var what) -> {
        what.run();
        yield Behaviors.same();
      }
      case Opened late -> {
        late.transport().close();
        yield Behaviors.same();
      }
      case Crashed crash when crash.opening() == opening -> throw crashed(crash.bug());
      case Crashed _,
          OpenFailed _,
          Lost _,
          Troubled _,
          Recovered _,
          Restart _,
          Retry _,
          Healthy _,
          ListenForSilence _ ->
          Behaviors.same();
    };
  }

  /** Makes the state true before the supervisor waits and restarts this actor. */
  private IllegalStateException crashed(Throwable bug) {
    LOG.error("{}: internal error, restarting this endpoint", settings.name(), bug);
    var failure = new Failure("internal error", bug.toString());
    endpoint.become(State.BACKING_OFF, Optional.of(failure), failed + 1);
    return new IllegalStateException(bug);
  }

  private Behavior<Command> want(Wanted wanted) {
    if (wanted == endpoint.wanted()) {
      return Behaviors.same();
    }
    endpoint.wanted(wanted);
    return switch (wanted) {
      case RUN -> afresh();
      case STANDBY -> resting(State.STANDBY);
      case DISABLED -> resting(State.STOPPED);
    };
  }

  private void close() {
    timers.cancelAll();
    opening = endpoint.nextOpening(); // whatever the old transport still reports is late
    endpoint.transport().ifPresent(Transport::close);
    endpoint.transport(Optional.empty());
  }

  private Behavior<Command> receive(Function<Command, Behavior<Command>> onCommand) {
    return Behaviors.receive(Command.class)
        .onAnyMessage(onCommand)
        .onSignal(
            PreRestart.class,
            _ -> {
              close();
              endpoint.io().waiting();
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            _ -> {
              close();
              endpoint.io().stopped();
              endpoint.become(State.STOPPED, Optional.empty(), 0);
              return Behaviors.same();
            })
        .build();
  }
}
