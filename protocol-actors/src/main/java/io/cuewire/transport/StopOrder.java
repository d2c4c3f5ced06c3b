package io.cuewire.transport;

import io.cuewire.message.Message;
import io.cuewire.message.Receipt;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A stop on its way out of one endpoint, and who has not got it yet. It is confirmed once, when all
 * who were connected have it; whoever connects later is told, and changes nothing about that.
 */
public final class StopOrder {
  /** The other end of an endpoint that has only one. */
  static final String THE_ONE = "";

  private static final String LATE = "no confirmation within 2 s";

  private final Stop stop;
  private final Optional<Signal> signal;
  private final String from;
  private final long at;

  /** What is sent, for any number of threads. */
  private record Signal(String address, List<Object> args) {}

  /** Who has been told and has not got it; guarded by this, as all below. */
  private final Set<String> open = new TreeSet<>();

  private boolean telling;
  private OptionalLong confirmedAfter = OptionalLong.empty();
  private Optional<String> failure = Optional.empty();
  private volatile boolean inForce = true;

  /**
   * @param signal what is sent; empty for nothing
   * @param from the endpoint
   * @param at milliseconds since the epoch
   */
  StopOrder(Stop stop, Optional<Message> signal, String from, long at) {
    this.stop = stop;
    this.signal = signal.map(m -> new Signal(m.address(), m.args()));
    this.from = from;
    this.at = at;
  }

  public Stop stop() {
    return stop;
  }

  /** Whether anything is sent on it. */
  public boolean sends() {
    return signal.isPresent();
  }

  /** False once the stop was left: what has not gone out by then must not any more. */
  public boolean isInForce() {
    return inForce;
  }

  void end() {
    inForce = false;
  }

  /** The stop, for once more. */
  public Message again() {
    var what = signal.orElseThrow();
    return Message.of(what.address(), what.args()).cameFrom(from, at);
  }

  /** The stop for the only other end of this endpoint. */
  public Message once() {
    return to(THE_ONE);
  }

  /** The stop for one client of a server. */
  public synchronized Message to(String peer) {
    open.add(peer);
    return again()
        .asStop(
            new Receipt() {
              @Override
              public void sent() {
                settle(peer);
              }

              @Override
              public void failed(String why) {
                fail(why);
              }
            });
  }

  /** Tells all clients of a server; with none it is confirmed, as there is nobody to tell. */
  public void toAll(Runnable tell) {
    telling(true);
    tell.run();
    telling(false);
    settle(THE_ONE);
  }

  private synchronized void telling(boolean now) {
    telling = now;
  }

  /** The connections there were are gone; it begins anew over the next. */
  synchronized void restart() {
    open.clear();
    failure = Optional.empty();
  }

  /** Counts one that has it, or has gone. */
  void settle(String peer) {
    if (isConfirmedWithout(peer)) {
      stop.changed().run();
    }
  }

  private synchronized boolean isConfirmedWithout(String peer) {
    open.remove(peer);
    if (telling || !open.isEmpty() || confirmedAfter.isPresent()) {
      return false;
    }
    confirmedAfter = OptionalLong.of(System.nanoTime() - stop.since());
    return true;
  }

  /** Counts it as not sent, until it is. */
  public void fail(String why) {
    synchronized (this) {
      failure = Optional.of(why);
    }
    stop.changed().run();
  }

  public synchronized boolean isConfirmed() {
    return confirmedAfter.isPresent();
  }

  /** As it stands, for an endpoint that is open. */
  public synchronized Confirmation confirmation() {
    if (confirmedAfter.isPresent()) {
      return new Confirmation.Confirmed(confirmedAfter.getAsLong() / 1e6);
    }
    if (failure.isPresent()) {
      return new Confirmation.Unconfirmed(failure.get());
    }
    return System.nanoTime() - stop.since() < Stop.PATIENCE.toNanos()
        ? new Confirmation.Open()
        : new Confirmation.Unconfirmed(late());
  }

  private String late() {
    var clients = open.stream().filter(peer -> !peer.equals(THE_ONE)).toList();
    return clients.isEmpty() ? LATE : LATE + " from " + String.join(", ", clients);
  }
}
