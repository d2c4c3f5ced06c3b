package io.cuewire.mqtt;

import io.cuewire.command.ShowControl;
import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Peer;
import io.cuewire.transport.QueueSender;
import io.cuewire.transport.Sink;
import io.cuewire.transport.StopOrder;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/**
 * One connection to a broker, over Paho's client. It begins clean: what was in flight when the last
 * one ended comes from the endpoint's queue, and every subscription is made again.
 */
final class MqttTransport implements Transport {
  /** Paho notices a silent broker within two of these. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  private static final String ONLINE = "online";
  private static final String OFFLINE = "offline";
  private static final int ANSWER_MILLIS = 5000;
  private static final int FAREWELL_MILLIS = 50;

  /** Paho prints stack traces of lost connections by this one; kept, so that its level is. */
  private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.mqttv5.client");

  static {
    PAHO.setLevel(Level.OFF);
  }

  private final MqttSettings settings;
  private final EndpointIo io;
  private final Events events;
  private final BrokerSocket socket;
  private final MqttAsyncClient client;
  private final Topics topics;
  private final Peer broker;
  private final Publisher publisher;
  private final Subscriber subscriber;
  private final QueueSender sender;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Optional<Thread> stopping = Optional.empty();
  private volatile Optional<Failure> refusedSubscription = Optional.empty();

  private MqttTransport(
      MqttSettings settings, EndpointIo io, ShowControl show, Events events, BrokerSocket socket)
      throws MqttException {
    this.settings = settings;
    this.io = io;
    this.events = events;
    this.socket = socket;
    var clientId =
        settings
            .clientId()
            .orElseGet(() -> String.join("-", settings.show(), settings.node(), io.name()));
    this.client = new MqttAsyncClient("tcp://broker", clientId, new MemoryPersistence());
    this.topics = new Topics(settings.prefix());
    this.broker =
        new Peer(Peer.format(settings.broker()), io.clock().instant(), io::deliverEvenStopped);
    var name = settings.show() + "/" + io.name();
    this.publisher =
        new Publisher(client, settings, topics, name, io, broker, events, this::recovered);
    this.subscriber = new Subscriber(settings, topics, name, io, broker, show, publisher::answer);
    this.sender =
        new QueueSender(
            Thread.ofVirtual().name(io.name() + " to " + broker.name()),
            io.queue(),
            publisher::send,
            e -> lost(Failure.of(e, broker.name())),
            events::crashed,
            io::overtaken);
  }

  /**
   * Connects and subscribes; blocks for a few seconds at most for each.
   *
   * @throws IOException when the broker is not there, does not answer or refuses
   */
  static MqttTransport open(MqttSettings settings, EndpointIo io, ShowControl show, Events events)
      throws IOException {
    var tls =
        settings.tls().isPresent()
            ? Optional.of(PemFiles.context(settings.tls().get()))
            : Optional.<SSLContext>empty();
    var socket = BrokerSocket.connect(settings.broker(), tls, events::crashed);
    try {
      var transport = new MqttTransport(settings, io, show, events, socket);
      transport.connect();
      return transport;
    } catch (MqttException e) {
      socket.close();
      throw Refusal.whileConnecting(e);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void connect() throws MqttException {
    try {
      client.setCallback(new Callback());
      var connected = client.connect(options());
      connected.waitForCompletion(ANSWER_MILLIS);
      publisher.heed(connected.getResponseProperties());
      subscribe();
    } catch (MqttException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private MqttConnectionOptions options() {
    var options = new MqttConnectionOptions();
    options.setAutomaticReconnect(false);
    options.setCleanStart(true);
    options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
    options.setMaximumPacketSize((long) BrokerSocket.MAX_PACKET);
    settings.username().ifPresent(options::setUserName);
    settings
        .password()
        .map(password -> password.getBytes(StandardCharsets.UTF_8))
        .ifPresent(options::setPassword);
    var offline =
        new MqttMessage(OFFLINE.getBytes(StandardCharsets.UTF_8), 1, true, new MqttProperties());
    options.setWill(topics.status(settings.node(), io.name()), offline);
    options.setSocketFactory(new Connected());
    return options;
  }

  /** Hands out the socket that is connected already. */
  private final class Connected extends SocketFactory {
    @Override
    public Socket createSocket() {
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      return socket;
    }
  }

  private void subscribe() throws MqttException {
    if (settings.subscribe().isEmpty()) {
      return;
    }
    var filters = settings.subscribe();
    var wanted = filters.stream().map(this::subscription).toArray(MqttSubscription[]::new);
    var answer = client.subscribe(wanted);
    answer.waitForCompletion(ANSWER_MILLIS);
    var codes = answer.getReasonCodes();
    var refused =
        IntStream.range(0, filters.size())
            .filter(i -> Refusal.is(codes[i]))
            .mapToObj(i -> "'" + filters.get(i) + "' (" + Refusal.text(codes[i]) + ")")
            .collect(Collectors.joining(", "));
    if (!refused.isEmpty()) {
      var detail = broker.name() + ": subscription refused: " + refused;
      refusedSubscription = Optional.of(new Failure("subscription refused", detail));
    }
  }

  private MqttSubscription subscription(String filter) {
    var subscription = new MqttSubscription(filter, settings.qos());
    subscription.setNoLocal(!filter.startsWith("$share/")); // MQTT 5 §3.8.3.1: not with shared ones
    return subscription;
  }

  @Override
  public void start() {
    io.open(new Publications(), settings.onConnect());
    publisher.status(ONLINE);
    sender.start();
    subscriber.start();
    refusedSubscription.ifPresent(events::troubled);
  }

  /** The sender's thread publishes messages; a stop does not wait for it. */
  private final class Publications implements Sink {
    @Override
    public boolean send(Message message) {
      return false;
    }

    @Override
    public boolean stop(StopOrder order) {
      if (order.sends()) {
        var message = order.once();
        publish(message, () -> publisher.stop(message, order::isInForce));
      }
      return true;
    }

    @Override
    public void endStop(Optional<Message> signal) {
      signal.ifPresent(stop ->
          publish(stop, () -> publisher.endStop(stop, io::stopIsTakenBack, io::isStopToTakeBack)));
    }
  }

  /** Publishes something about a stop. */
  @FunctionalInterface
  private interface Publication {
    void publish() throws InterruptedException, MqttException;
  }

  /** On a thread of its own: the broker may take its time. */
  private void publish(Message stop, Publication publication) {
    stopping =
        Optional.of(
            Thread.ofVirtual().name(io.name() + " stop").start(() -> run(stop, publication)));
  }

  private void run(Message stop, Publication publication) {
    try {
      publication.publish();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (MqttException e) {
      if (!Refusal.isAnEnd(e)) { // of which Paho tells
        io.sendFailed(stop, Failure.of(Refusal.afterConnecting(e), broker.name()));
      }
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    }
  }

  /** A publication was taken again; a subscription that was refused still is. */
  private void recovered() {
    refusedSubscription.ifPresentOrElse(events::troubled, events::recovered);
  }

  private void lost(Failure failure) {
    if (ended.compareAndSet(false, true)) {
      events.lost(failure);
    }
  }

  /** Paho's threads end in here. */
  private final class Callback implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      try {
        subscriber.arrived(topic, message);
      } catch (RuntimeException | Error bug) {
        events.crashed(bug);
      }
    }

    @Override
    public void disconnected(MqttDisconnectResponse end) {
      var loss = Refusal.ofLoss(end, broker.name(), client.getClientId());
      lost(Refusal.ofPublication(end).flatMap(publisher::refusedByTheEnd).orElse(loss));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
      io.lastError(broker.name() + ": " + exception);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
      // the publisher listens to each
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
      // waited for
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
      // only after an enhanced authentication, which it does not begin
    }
  }

  @Override
  public List<Peer> peers() {
    return List.of(broker);
  }

  @Override
  public void close() {
    ended.set(true);
    stopping.ifPresent(Thread::interrupt);
    subscriber.close();
    sender.close();
    try {
      if (client.isConnected()) {
        publisher.awaitAcknowledgements();
        sayFarewell();
      }
    } catch (MqttException notHeard) {
      io.lastError(broker.name() + ": " + notHeard);
    }
    end();
    io.overtaken(io.queue().prepend(publisher.unacknowledged())); // for the next connection
  }

  /** The broker publishes the will, {@code offline}, before it lets this client go. */
  private void sayFarewell() throws MqttException {
    client
        .disconnect(
            0,
            null,
            null,
            MqttReturnCode.RETURN_CODE_DISCONNECT_WITH_WILL_MESSAGE,
            new MqttProperties())
        .waitForCompletion(FAREWELL_MILLIS);
  }

  /** Whatever Paho's threads wait for, they end. */
  private void end() {
    try {
      socket.close();
      client.disconnectForcibly(0, 1, false);
      client.close();
    } catch (IOException | MqttException e) {
      io.lastError("closing " + broker.name() + ": " + e.getMessage());
    }
  }
}
