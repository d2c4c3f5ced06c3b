package io.cuewire.mqtt;

import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.mqttv5.client.IMqttAsyncClient;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/**
 * Publishes over one connection without waiting for each acknowledgement, and knows what the broker
 * has not acknowledged yet. At QoS 0 what Paho has written counts as acknowledged.
 */
final class Publisher {
  /** Names the endpoint of the show that published. */
  static final String FROM = "cuewire-from";

  /** How many routes the message had crossed. */
  static final String HOPS = "cuewire-hops";

  private static final int MOST_IN_FLIGHT = 64;
  private static final int MOST_BYTES_IN_FLIGHT = 256 << 10;
  private static final int MOMENT_MILLIS = 50;

  /** More than all that a packet holds beside its topic and payload. */
  private static final int OVERHEAD = 64;

  private final IMqttAsyncClient client;
  private final MqttSettings settings;
  private final Topics topics;
  private final String name;
  private final EndpointIo io;
  private final Peer broker;
  private final Transport.Events events;
  private final Runnable recovered;
  private final Semaphore packets = new Semaphore(MOST_IN_FLIGHT);
  private final Semaphore bytes = new Semaphore(MOST_BYTES_IN_FLIGHT);
  private volatile int most = MOST_IN_FLIGHT;
  private volatile int receiveMaximum = Integer.MAX_VALUE;
  private volatile long maxPacket = Long.MAX_VALUE;

  /** Guards what is below, and that Paho's topic aliases leave in the order they are made. */
  private final Object order = new Object();

  private final Deque<Flight> inFlight = new ArrayDeque<>();
  private boolean refused;

  /**
   * @param name of this endpoint on the broker
   * @param recovered run when it publishes again after a refusal
   */
  Publisher(
      IMqttAsyncClient client,
      MqttSettings settings,
      Topics topics,
      String name,
      EndpointIo io,
      Peer broker,
      Transport.Events events,
      Runnable recovered) {
    this.client = client;
    this.settings = settings;
    this.topics = topics;
    this.name = name;
    this.io = io;
    this.broker = broker;
    this.events = events;
    this.recovered = recovered;
  }

  /** Keeps to what the broker has said of itself. */
  void heed(MqttProperties broker) {
    if (broker.getReceiveMaximum() != null) {
      receiveMaximum = broker.getReceiveMaximum();
      // one less, because Paho counts down after it has told
      most = Math.clamp(receiveMaximum - 1, 1, MOST_IN_FLIGHT);
      packets.acquireUninterruptibly(MOST_IN_FLIGHT - most);
    }
    if (broker.getMaximumPacketSize() != null) {
      maxPacket = broker.getMaximumPacketSize();
    }
  }

  /** Publishes a message; waits while too much is in flight. */
  void send(Message message) throws IOException, InterruptedException {
    var topic = topics.topic(message.address());
    var payload = utf8(Payload.write(message));
    var size = utf8(topic).length + payload.length + utf8(name).length + OVERHEAD;
    if (size > maxPacket) {
      var what = "a message of " + payload.length + " bytes is too large for the broker";
      io.sendFailed(new Failure("too large", what));
      return;
    }
    var cost = Math.min(payload.length, MOST_BYTES_IN_FLIGHT);
    bytes.acquire(cost);
    try {
      awaitRoom();
    } catch (InterruptedException e) {
      bytes.release(cost);
      throw e;
    }
    if (io.queue().isOvertaken()) {
      io.overtaken(1);
      bytes.release(cost);
      packets.release();
      return;
    }
    if (io.isWithheld()) {
      packets.release();
      bytes.release(cost);
      return;
    }
    var properties = properties();
    properties.getUserProperties().add(new UserProperty(HOPS, String.valueOf(message.hops())));
    var publication = new MqttMessage(payload, settings.qos(), settings.retain(), properties);
    var flight = new Flight(topic, settings.qos(), Optional.of(message), 1, cost);
    flight.resent = true;
    try {
      publish(topic, publication, flight);
    } catch (MqttException e) {
      if (Refusal.isAnEnd(e)) {
        throw new InterruptedException(); // Paho tells why
      }
      throw Refusal.afterConnecting(e);
    } catch (IllegalArgumentException e) {
      io.sendFailed(new Failure("not a topic", "topic of " + message.address() + ": " + e));
    }
  }

  private void awaitRoom() throws InterruptedException {
    packets.acquire();
    while (isFull()) {
      Thread.sleep(1);
    }
  }

  /** Paho refuses what the broker would not take now; a broker may take one at a time. */
  private boolean isFull() {
    return client.getInFlightMessageCount() >= receiveMaximum;
  }

  /**
   * Publishes a stop, which waits for nothing but what Paho refuses.
   *
   * @param due false when it is not to be published any more
   */
  void stop(Message stop, BooleanSupplier due) throws InterruptedException, MqttException {
    synchronized (order) {
      inFlight.forEach(flight -> flight.resent = false); // what it has overtaken stays behind
    }
    var payload = utf8(Payload.write(stop));
    retain(topics.topic(stop.address()), payload, Optional.of(stop), () -> {}, due);
  }

  /**
   * Deletes what {@link #stop} has left with the broker.
   *
   * @param done run when the broker has acknowledged that
   */
  void endStop(Message stop, Runnable done, BooleanSupplier due)
      throws InterruptedException, MqttException {
    retain(topics.topic(stop.address()), new byte[0], Optional.empty(), done, due);
  }

  private void retain(
      String topic,
      byte[] payload,
      Optional<Message> counted,
      Runnable acknowledged,
      BooleanSupplier due)
      throws InterruptedException, MqttException {
    while (due.getAsBoolean()) {
      var permits = packets.tryAcquire() ? 1 : 0; // others leave room for one more
      var flight = new Flight(topic, 1, counted, permits, 0);
      flight.acknowledged = acknowledged;
      if (publishIf(due, new MqttMessage(payload, 1, true, properties()), flight)) {
        return;
      }
      packets.release(permits);
      Thread.sleep(1);
    }
  }

  /** False when it is not due any more, or too much is in flight now. */
  private boolean publishIf(BooleanSupplier due, MqttMessage publication, Flight flight)
      throws MqttException {
    synchronized (order) {
      if (isFull() || !due.getAsBoolean()) {
        return false;
      }
      publish(flight.topic, publication, flight);
      return true;
    }
  }

  /** Says on the endpoint's own topic whether it is there. */
  void status(String status) {
    var state = new MqttMessage(utf8(status), 1, true, properties());
    publishNow(topics.status(settings.node(), io.name()), state, Optional.empty());
  }

  /** Answers a request where its sender wanted the answer. */
  void answer(MqttProperties request, String text) {
    var properties = properties();
    properties.setCorrelationData(request.getCorrelationData());
    var answer = new MqttMessage(utf8(text), settings.qos(), false, properties);
    var message = Message.of("/text", List.of(text));
    publishNow(request.getResponseTopic(), answer, Optional.of(message));
  }

  private void publishNow(String topic, MqttMessage publication, Optional<Message> counted) {
    if (io.isWithheld()) {
      return;
    }
    if (!packets.tryAcquire()) {
      io.lost("too much is in flight to publish on " + topic);
      return;
    }
    try {
      publish(topic, publication, new Flight(topic, publication.getQos(), counted, 1, 0));
    } catch (MqttException | IllegalArgumentException e) {
      io.lost("could not publish on " + topic + ": " + e.getMessage());
    }
  }

  private void publish(String topic, MqttMessage publication, Flight flight) throws MqttException {
    synchronized (order) {
      inFlight.add(flight);
      try {
        flight.token = client.publish(topic, publication, null, flight);
      } catch (MqttException | RuntimeException e) {
        land(flight);
        throw e;
      }
    }
  }

  private MqttProperties properties() {
    var properties = new MqttProperties();
    properties.getUserProperties().add(new UserProperty(FROM, name));
    return properties;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A publication on its way. */
  private final class Flight implements MqttActionListener {
    private final String topic;
    private final int qos;
    private final Optional<Message> counted;
    private final int permits;
    private final int cost;
    private IMqttToken token;

    private Runnable acknowledged = () -> {};

    /** Whether it goes over the next connection if this one ends before. */
    private boolean resent;

    /**
     * @param counted what the endpoint counts as sent
     * @param permits to give back
     */
    Flight(String topic, int qos, Optional<Message> counted, int permits, int cost) {
      this.topic = topic;
      this.qos = qos;
      this.counted = counted;
      this.permits = permits;
      this.cost = cost;
    }

    @Override
    public void onSuccess(IMqttToken done) {
      synchronized (order) {
        if (land(this)) {
          end(this, done);
        }
      }
    }

    @Override
    public void onFailure(IMqttToken failed, Throwable cause) {
      // the connection has ended, see unacknowledged
    }
  }

  private boolean land(Flight flight) {
    var landed = inFlight.remove(flight);
    if (landed) {
      packets.release(flight.permits);
      bytes.release(flight.cost);
    }
    return landed;
  }

  private void end(Flight flight, IMqttToken done) {
    var codes = done.getReasonCodes();
    for (var code : codes == null ? new int[0] : codes) {
      if (Refusal.is(code)) {
        refused = true;
        events.troubled(refuse(flight, code));
        return;
      }
    }
    count(flight);
    if (refused) {
      refused = false;
      recovered.run();
    }
  }

  private void count(Flight flight) {
    flight.counted.ifPresent(message -> io.sent(message, broker.self()));
    flight.acknowledged.run();
  }

  private Failure refuse(Flight flight, int code) {
    var what =
        "the broker did not take a publication on %s: %s"
            .formatted(flight.topic, Refusal.text(code));
    var failure = new Failure("publication refused", what);
    flight.counted.ifPresentOrElse(m -> io.sendFailed(m, failure), () -> io.sendFailed(failure));
    return failure;
  }

  /**
   * The connection has ended over a publication. It is the first that has no answer yet, and is not
   * sent again: it would be refused for ever.
   */
  Optional<Failure> refusedByTheEnd(int code) {
    synchronized (order) {
      return inFlight.stream()
          .filter(flight -> flight.token.getReasonCodes() == null)
          .findFirst()
          .filter(this::land)
          .map(flight -> refuse(flight, code));
    }
  }

  /** Gives the broker a moment for what is on its way, and another one if it makes use of it. */
  void awaitAcknowledgements() {
    try {
      var free = packets.availablePermits();
      if (!awaitLanding() && packets.availablePermits() > free) {
        awaitLanding();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean awaitLanding() throws InterruptedException {
    var landed = packets.tryAcquire(most, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    if (landed) {
      packets.release(most);
    }
    return landed;
  }

  /** What has to go over the next connection; only after the end of this one. */
  List<Message> unacknowledged() {
    synchronized (order) {
      inFlight.stream().filter(this::isThere).forEach(this::count);
      var left =
          inFlight.stream()
              .filter(flight -> flight.resent && !isThere(flight))
              .flatMap(flight -> flight.counted.stream())
              .toList();
      inFlight.clear();
      return left;
    }
  }

  /** Acknowledged or, at QoS 0, written, although Paho did not come to say so. */
  private boolean isThere(Flight flight) {
    return flight.token.isComplete() || (flight.qos == 0 && flight.token.getException() == null);
  }
}
