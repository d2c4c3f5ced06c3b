package io.cuewire.transport;

import io.cuewire.message.Message;
import io.cuewire.message.Receipt;
import io.cuewire.message.WellFormed;
import io.cuewire.routing.Router;
import io.cuewire.routing.Target;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The data plane's half of an endpoint: what its threads count, record, route and send by. It stays
 * the same while transports come and go, so routes point here.
 */
public final class EndpointIo implements Target {
  private static final int LONGEST_LINE = 300;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final String name;
  private final Router router;
  private final Clock clock;
  private final OutboundQueue queue;
  private final Lease lease;
  private final History history;
  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private final LongAdder sendFailures = new LongAdder();
  private final TenfoldLog malformedLog = new TenfoldLog();
  private final TenfoldLog foreignLog = new TenfoldLog();
  private final TenfoldLog sendLog = new TenfoldLog();
  private final TenfoldLog lossLog = new TenfoldLog();
  private volatile long lastMessage;
  private volatile Optional<String> lastError = Optional.empty();
  private volatile Optional<Sink> sink = Optional.empty();
  private volatile boolean queueing;
  private volatile boolean held;
  private volatile Optional<Target> successor = Optional.empty();
  private final Object opening = new Object();
  private volatile Supplier<List<Message>> greeting = List::of;
  private volatile boolean blocked;
  private volatile Optional<StopOrder> stop = Optional.empty();
  private volatile TenfoldLog refusalLog = new TenfoldLog();
  private final LongAdder refused = new LongAdder();

  /** What somebody may still hold, although that stop was left. */
  private volatile Optional<Message> toTakeBack = Optional.empty();

  /** One that no other node would run instead. */
  public EndpointIo(String name, Router router, OutboundQueue queue, Clock clock) {
    this(name, router, queue, clock, Lease.FOREVER);
  }

  /**
   * @param lease without which it neither sends nor receives
   */
  public EndpointIo(String name, Router router, OutboundQueue queue, Clock clock, Lease lease) {
    this.name = name;
    this.router = router;
    this.queue = queue;
    this.clock = clock;
    this.lease = lease;
    this.history = new History(clock);
  }

  public String name() {
    return name;
  }

  /** Counts, records and routes a message that came in. */
  public void received(Message message, Peer peer) {
    if (isWithheld()) {
      return; // whoever runs this endpoint by now hears it too
    }
    arrived(message.cameFrom(name, clock.millis()).sentBy(peer.name()), peer);
    var lost = router.route(name, message);
    if (lost > 0) {
      dropped.add(lost);
      lossLog.warn(
          name, () -> "message " + message.address() + " could not be delivered everywhere");
    }
  }

  /** Counts and records a message that is not routed: it asked for something. */
  public void asked(Message message, Peer peer) {
    arrived(message.cameFrom(name, clock.millis()), peer);
  }

  private void arrived(Message message, Peer peer) {
    in.increment();
    lastMessage = message.arrived();
    peer.received(message.arrived());
    history.record(true, message, peer.self());
  }

  /** Asked before each send; counts the message as dropped where it must not be sent. */
  public boolean isWithheld() {
    if (lease.holds()) {
      return false;
    }
    dropped.increment();
    lossLog.warn(name, () -> "not sent: another node may run this endpoint by now");
    return true;
  }

  /** The same for a message; a stop is sent once too often rather than not at all. */
  public boolean isWithheld(Message message) {
    return !message.isStop() && isWithheld();
  }

  public Lease lease() {
    return lease;
  }

  @Override
  public boolean deliver(Message message) {
    if (isWithheld() || (blocked && refuses(message))) {
      return true;
    }
    var open = sink;
    if (open.isPresent() && (!queueing || queue.isEmpty()) && open.get().send(message)) {
      return true;
    }
    if (queueing) {
      dropped.add(queue.offer(message.keep()));
    } else {
      goOn(message);
    }
    return true;
  }

  /** Delivers what a stop does not hold back: an answer, or what the stop itself sets. */
  public void deliverEvenStopped(Message message) {
    deliver(message.keep().evenStopped());
  }

  /** Whether a stop does not let it out, which is counted. */
  public boolean refuses(Message message) {
    if (!blocked || message.isEvenStopped()) {
      return false;
    }
    refused.increment();
    if (stop.filter(order -> order.stop().isNew()).isEmpty()) {
      refusalLog.warn(name, () -> "refused " + message.address() + ": emergency stop");
    }
    return true;
  }

  private void goOn(Message message) {
    var next = successor;
    if (next.isEmpty() || !next.get().deliver(message)) {
      dropped.increment();
    }
  }

  /**
   * Delivers to who is connected now. Nobody else misses it: what it says is in the {@linkplain
   * #greeting} by then.
   */
  public void deliverIfOpen(Message message) {
    synchronized (opening) {
      if (sink.isPresent()) {
        deliver(message);
      }
    }
  }

  /**
   * @param messages what the show tells whoever connects: how it is now
   */
  public void greeting(Supplier<List<Message>> messages) {
    greeting = messages;
  }

  /** What a new connection, or a new client of a server, is told first. */
  public List<Message> greeting() {
    return greeting.get().stream().map(Message::keep).toList();
  }

  private List<Message> asOurs(List<Message> messages) {
    var now = clock.millis();
    return messages.stream().map(m -> m.keep().cameFrom(name, now)).toList();
  }

  /** Messages go to {@code next} from now on: these, the greeting, and then what has waited. */
  public void open(Sink next, List<Message> first) {
    synchronized (opening) {
      var all = new ArrayList<>(asOurs(first));
      all.addAll(greeting());
      queue.begin(all);
      queueing = true;
      sink = Optional.of(next);
      opened(next);
    }
  }

  /** Messages go to {@code next}, which has queues of its own: one for each client. */
  public void openServer(Sink next) {
    synchronized (opening) {
      queueing = false;
      sink = Optional.of(next);
      dropped.add(queue.clear());
      opened(next);
    }
  }

  private void opened(Sink next) {
    if (stop.isPresent()) {
      stop.get().restart();
      tell(stop.get(), next);
    } else if (toTakeBack.isPresent()) {
      next.endStop(toTakeBack);
    }
  }

  /**
   * A client joins a server, and is told first how the show is.
   *
   * @param waiting what waits for this client
   */
  public void welcome(Peer client, OutboundQueue waiting, Runnable join) {
    synchronized (opening) {
      join.run();
      waiting.begin(greeting());
      stop.ifPresent(order -> stop(waiting, order, client.name()));
    }
  }

  /** A client of a server has gone: nobody waits for it to be told of a stop. */
  public void left(Peer client) {
    stop.ifPresent(order -> order.settle(client.name()));
  }

  /**
   * Enters a stop, until {@link #endStop}; a second one changes nothing. Whoever is connected is
   * told before everything that waits, which is dropped; whoever connects later is told first.
   *
   * @param signal what is sent; empty for nothing
   */
  public void stop(Stop entered, Optional<Message> signal) {
    if (signal.isEmpty() && !entered.blocks()) {
      return;
    }
    synchronized (opening) {
      if (stop.isEmpty()) {
        toTakeBack = Optional.empty();
        refused.reset();
        refusalLog = new TenfoldLog();
        var order = new StopOrder(entered, signal, name, clock.millis());
        stop = Optional.of(order);
        blocked = entered.blocks();
        dropped.add(queue.stop(blocked));
        sink.ifPresent(open -> tell(order, open));
      }
    }
  }

  private void tell(StopOrder order, Sink open) {
    if (!open.stop(order) && order.sends()) {
      queue.begin(order.once());
    }
  }

  /** Tells one client of a server, before everything that waits for it. */
  public void stop(OutboundQueue waiting, StopOrder order, String client) {
    dropped.add(waiting.stop(order.stop().blocks()));
    if (order.sends()) {
      waiting.begin(order.to(client));
    }
  }

  /**
   * Leaves the stop; what was refused stays lost. What others hold of it is taken back, also of one
   * that was left while this process did not run.
   *
   * @param signal what was sent on it
   */
  public void endStop(Optional<Message> signal) {
    synchronized (opening) {
      toTakeBack = signal;
      blocked = false;
      stop.ifPresent(StopOrder::end);
      stop = Optional.empty();
      queue.endStop();
      sink.ifPresent(open -> open.endStop(signal));
    }
  }

  /** Whether others may still hold a stop that was left. */
  public boolean isStopToTakeBack() {
    return toTakeBack.isPresent();
  }

  /** Nobody holds it any more. */
  public void stopIsTakenBack() {
    toTakeBack = Optional.empty();
  }

  /** The stop that is in force, where it concerns this endpoint. */
  public Optional<StopOrder> stopOrder() {
    return stop;
  }

  /** Whether nothing goes out but a stop, answers and status. */
  public boolean isBlocked() {
    return blocked;
  }

  /** Messages that were not taken since the last stop began. */
  public long refused() {
    return refused.sum();
  }

  /** Who asks for something here, for people: {@code web-control 10.0.0.5:50123}. */
  public String origin(Peer peer) {
    return name + " " + peer.name();
  }

  /** True while what is sent goes to whoever is connected now, and waits for nobody. */
  public boolean isServer() {
    return !queueing && sink.isPresent();
  }

  /** Whether the thread that enters a stop here sends it too, see {@link Sink#sendsItself}. */
  public boolean sendsItself() {
    return sink.filter(Sink::sendsItself).isPresent();
  }

  /** Messages wait for the next transport. */
  public void waiting() {
    sink = Optional.empty();
    successor = Optional.empty();
    if (!queueing) {
      dropped.add(queue.clear()); // what came while it was being stopped
    }
    queueing = true;
  }

  /**
   * Messages are dropped, the waiting ones too: the endpoint does not run here. While it is on its
   * way to another node they wait.
   */
  public void stopped() {
    sink = Optional.empty();
    queueing = held;
    if (!held) {
      dropped.add(queue.clear());
    }
  }

  /** From now on messages wait, also when the endpoint is stopped: it will run elsewhere. */
  public void hold() {
    held = true;
  }

  /** It will not, after all. */
  public void holdNoLonger() {
    held = false;
  }

  /** What has waited goes there, and so does what still comes in here by an old way. */
  public void goOnAt(Target next) {
    successor = Optional.of(next);
    held = false;
    queue.takeAll().forEach(this::goOn); // before what comes now
    queueing = false;
    queue.takeAll().forEach(this::goOn);
  }

  /** What waits for the transport, which takes from it. */
  public OutboundQueue queue() {
    return queue;
  }

  public Clock clock() {
    return clock;
  }

  /** Counts and records a message that was handed to the system. */
  public void sent(Message message, Optional<Peer> peer) {
    out.increment();
    peer.ifPresent(Peer::sent);
    history.record(false, message, peer);
    message.receipt().ifPresent(Receipt::sent);
  }

  /** Counts a message that the system did not take, and tells who waits for it. */
  public void sendFailed(Message message, Failure failure) {
    sendFailed(failure);
    message.receipt().ifPresent(receipt -> receipt.failed(failure.reason()));
  }

  /** Counts a message that the system did not take. */
  public void sendFailed(Failure failure) {
    sendFailures.increment();
    lastError(failure.detail());
    sendLog.warn(name, failure::detail);
  }

  /** Counts input that is not what the protocol says. */
  public void malformed(String defect, Peer peer) {
    malformed.increment();
    var text = line("malformed packet from " + peer.name() + ": " + defect);
    lastError(text);
    malformedLog.warn(name, () -> text);
  }

  /** Counts messages that a stop has overtaken. */
  public void overtaken(int count) {
    dropped.add(count);
  }

  /** Counts messages lost for another reason than a full queue. */
  public void lost(String why) {
    lost(1, why);
  }

  /** Counts so many messages lost for one reason. */
  public void lost(int count, String why) {
    dropped.add(count);
    lossLog.warn(name, () -> why);
  }

  /** Counts input from an address that {@code allow} does not name. */
  public void foreign(InetSocketAddress sender) {
    dropped.increment();
    foreignLog.warn(name, () -> "ignored " + Peer.format(sender) + ", which 'allow' does not name");
  }

  public void lastError(String text) {
    lastError = Optional.of(line(text));
  }

  /** What came from the network may be long, and may try to look like another line of the log. */
  private static String line(String text) {
    var end = Math.min(text.length(), LONGEST_LINE);
    var clean = CONTROL.matcher(text.substring(0, end)).replaceAll(" ");
    return WellFormed.of(clean) + (end < text.length() ? "…" : "");
  }

  public Optional<String> lastError() {
    return lastError;
  }

  public long in() {
    return in.sum();
  }

  public long out() {
    return out.sum();
  }

  public long dropped() {
    return dropped.sum();
  }

  /** Input that was no good, and messages that could not be sent. */
  public long errors() {
    return malformed.sum() + sendFailures.sum();
  }

  public long sendFailures() {
    return sendFailures.sum();
  }

  /** Milliseconds since the epoch, 0 before the first message. */
  public long lastMessage() {
    return lastMessage;
  }

  public History history() {
    return history;
  }
}
