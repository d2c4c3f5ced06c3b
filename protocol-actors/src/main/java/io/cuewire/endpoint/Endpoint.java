package io.cuewire.endpoint;

import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.transport.Confirmation;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Lease;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Stop;
import io.cuewire.transport.StopOrder;
import io.cuewire.transport.Transport;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint instance of this node: what it is, what it shall do, and how it is. Its {@link
 * EndpointActor} writes, everybody reads.
 */
public final class Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.endpoint");

  private final EndpointSettings settings;
  private final EndpointIo io;
  private final Clock clock;
  private final Consumer<Endpoint> changed;
  private final AtomicInteger openings = new AtomicInteger();
  private volatile Optional<String> complaint = Optional.empty();
  private volatile Wanted wanted = Wanted.STANDBY;
  private volatile EndpointState state;
  private volatile Optional<Transport> transport = Optional.empty();

  /** One that no other node would run instead. */
  public Endpoint(
      EndpointSettings settings, Router router, Clock clock, Consumer<Endpoint> changed) {
    this(settings, router, clock, changed, Lease.FOREVER);
  }

  /**
   * @param changed is told of every change of state
   * @param lease without which it does nothing
   */
  public Endpoint(
      EndpointSettings settings,
      Router router,
      Clock clock,
      Consumer<Endpoint> changed,
      Lease lease) {
    this.settings = settings;
    this.clock = clock;
    this.changed = changed;
    this.io = new EndpointIo(settings.name(), router, settings.queue().get(), clock, lease);
    this.state = new EndpointState(State.STARTING, Optional.empty(), clock.instant(), 0);
  }

  public EndpointSettings settings() {
    return settings;
  }

  public EndpointIo io() {
    return io;
  }

  public EndpointState state() {
    return state;
  }

  /** The other ends of the open transport. */
  public List<Peer> peers() {
    return transport.map(Transport::peers).orElse(List.of());
  }

  /** Sends to one client of a server; false where there is no such client. */
  public boolean sendTo(String peer, Message message) {
    return io.refuses(message) || transport.filter(t -> t.sendTo(peer, message)).isPresent();
  }

  /**
   * Enters an emergency stop, from any thread, without waiting for anything; a second one changes
   * nothing until {@link #endStop}. What is not open now is told when it opens.
   */
  public void stop(Stop stop) {
    try {
      io.stop(stop, settings.stop());
    } catch (RuntimeException bug) { // this endpoint's: the others are still to be told
      LOG.error("{}: internal error, it may not have sent the emergency stop", name(), bug);
      io.stopOrder().ifPresent(order -> order.fail("internal error"));
    }
  }

  /**
   * Leaves the stop. Also for one that was left before this process began: a broker may still hold
   * it.
   */
  public void endStop() {
    try {
      io.endStop(settings.stop());
    } catch (RuntimeException bug) { // this endpoint's: the others are to go on
      LOG.error("{}: internal error, it may still be stopped", name(), bug);
    }
  }

  /** How the stop has been taken; empty where there is none, or it does not concern this one. */
  public Optional<Confirmation> confirmation() {
    return io.stopOrder().filter(StopOrder::sends).flatMap(this::confirmation);
  }

  private Optional<Confirmation> confirmation(StopOrder order) {
    var now = state;
    return order.isConfirmed()
        ? Optional.of(order.confirmation())
        : switch (now.state()) {
          case CONNECTED, LISTENING, STALE -> Optional.of(order.confirmation());
          case STANDBY, STOPPED -> Optional.empty(); // it does not run here
          case STARTING, CONNECTING, BACKING_OFF, FAILED ->
              Optional.of(
                  new Confirmation.Unconfirmed(
                      now.reason().or(() -> complaint).orElse(now.state().word())));
        };
  }

  Wanted wanted() {
    return wanted;
  }

  void wanted(Wanted next) {
    wanted = next;
  }

  void transport(Optional<Transport> open) {
    transport = open;
  }

  Optional<Transport> transport() {
    return transport;
  }

  /** A number for one attempt to open, also across restarts of the actor. */
  int nextOpening() {
    return openings.incrementAndGet();
  }

  Clock clock() {
    return clock;
  }

  /** Takes a state, logs it in one line and tells of it. */
  void become(State next, Optional<Failure> failure, int attempts) {
    var reason = failure.map(Failure::reason);
    var before = state;
    var news = before.state() != next || !before.reason().equals(reason);
    var since = before.state() == next ? before.since() : clock.instant();
    state = new EndpointState(next, reason, since, attempts);
    failure.ifPresent(f -> io.lastError(f.detail()));
    switch (next) {
      case CONNECTED, LISTENING -> {
        if (news) {
          LOG.info("{}: {}, {}", name(), next.word(), settings.where());
        }
        complaint = Optional.empty();
      }
      case BACKING_OFF, FAILED, STALE -> {
        if (!complaint.equals(reason)) { // not at every attempt
          LOG.warn("{}: {}, {}", name(), next.word(), failure.map(Failure::detail).orElse(""));
        }
        complaint = reason;
      }
      case STANDBY, STOPPED -> LOG.info("{}: {}", name(), next.word());
      case STARTING, CONNECTING -> LOG.debug("{}: {}", name(), next.word());
    }
    changed.accept(this);
    io.stopOrder().filter(o -> !o.isConfirmed()).ifPresent(o -> o.stop().changed().run());
  }

  private String name() {
    return settings.name();
  }
}
