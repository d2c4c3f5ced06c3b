package io.cuewire.transport;

import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import io.cuewire.routing.Target;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
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

  public EndpointIo(String name, Router router, OutboundQueue queue, Clock clock) {
    this.name = name;
    this.router = router;
    this.queue = queue;
    this.clock = clock;
    this.history = new History(clock);
  }

  public String name() {
    return name;
  }

  /** Counts, records and routes a message that came in. */
  public void received(Message message, Peer peer) {
    arrived(message.cameFrom(name, clock.millis()), peer);
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

  @Override
  public boolean deliver(Message message) {
    var open = sink;
    if (open.isPresent() && (!queueing || queue.isEmpty()) && open.get().send(message)) {
      return true;
    }
    if (queueing) {
      dropped.add(queue.offer(message.keep()));
    } else {
      dropped.increment();
    }
    return true;
  }

  /** Messages go to {@code next} from now on, these first and then what has waited. */
  public void open(Sink next, List<Message> first) {
    var now = clock.millis();
    queue.begin(first.stream().map(m -> m.keep().cameFrom(name, now)).toList());
    queueing = true;
    sink = Optional.of(next);
  }

  /** Messages go to {@code next}, which has queues of its own: one for each client. */
  public void openServer(Sink next) {
    queueing = false;
    sink = Optional.of(next);
    dropped.add(queue.clear());
  }

  /** True while what is sent goes to whoever is connected now, and waits for nobody. */
  public boolean isServer() {
    return !queueing && sink.isPresent();
  }

  /** Messages wait for the next transport. */
  public void waiting() {
    sink = Optional.empty();
    queueing = true;
  }

  /** Messages are dropped, the waiting ones too: the endpoint does not run here. */
  public void stopped() {
    queueing = false;
    sink = Optional.empty();
    dropped.add(queue.clear());
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
    return CONTROL.matcher(text.substring(0, end)).replaceAll(" ")
        + (end < text.length() ? "…" : "");
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
