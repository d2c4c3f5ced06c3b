package io.cuewire.mqtt;

import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import io.cuewire.text.Recognition;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Peer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Makes messages and requests of what the broker delivers. */
final class Subscriber {
  private static final int MAX_HOPS = 127;
  private static final String STOP = "/emergency_stop";

  private final MqttSettings settings;
  private final Topics topics;
  private final String name;
  private final EndpointIo io;
  private final Peer broker;
  private final ShowControl show;
  private final BiConsumer<MqttProperties, String> answer;

  /** Retained messages come with the subscription, before the endpoint has started. */
  private final List<Delivery> early = new ArrayList<>();

  private boolean started;
  private boolean closed;

  private record Delivery(String topic, MqttMessage message) {
    int size() {
      return message.getPayload().length;
    }
  }

  /**
   * @param name of this endpoint on the broker
   * @param answer publishes the answer to a request that wants one
   */
  Subscriber(
      MqttSettings settings,
      Topics topics,
      String name,
      EndpointIo io,
      Peer broker,
      ShowControl show,
      BiConsumer<MqttProperties, String> answer) {
    this.settings = settings;
    this.topics = topics;
    this.name = name;
    this.io = io;
    this.broker = broker;
    this.show = show;
    this.answer = answer;
  }

  synchronized void arrived(String topic, MqttMessage message) {
    if (closed) {
      return;
    }
    var delivery = new Delivery(topic, message);
    if (started) {
      take(delivery);
    } else if (settings.budget().isExceeded()) {
      io.lost("more retained messages than there is memory for");
    } else {
      settings.budget().use(delivery.size());
      early.add(delivery);
    }
  }

  synchronized void start() {
    started = true;
    early.forEach(this::take);
    forgetEarly();
  }

  /** After this nothing is routed any more. */
  synchronized void close() {
    closed = true;
    forgetEarly();
  }

  private void forgetEarly() {
    early.forEach(delivery -> settings.budget().use(-delivery.size()));
    early.clear();
  }

  private void take(Delivery delivery) {
    var from = property(delivery.message(), Publisher.FROM);
    if (from.equals(Optional.of(name)) || topics.isStatus(delivery.topic())) {
      return;
    }
    try {
      var payload = ByteBuffer.wrap(delivery.message().getPayload());
      var text = StandardCharsets.UTF_8.newDecoder().decode(payload).toString();
      var own = HandleRule.first(settings.handle(), text);
      if (from.isEmpty() && own.isEmpty() && Payload.isCommand(text)) {
        if (!delivery.message().isRetained() || !Recognition.isStop(text)) {
          request(text, delivery);
        }
      } else {
        var message = own.orElseGet(() -> message(text, delivery));
        if (!message.address().equals(STOP) || mayStop(delivery, from)) {
          receive(message, delivery);
        }
      }
    } catch (CharacterCodingException e) {
      io.malformed("a payload on " + delivery.topic() + " that is not UTF-8", broker);
    }
  }

  /**
   * Whether a stop is somebody's wish: not a retained message, which is of the past, not one of
   * this show's own endpoints, and not how another show deletes a retained one.
   */
  private boolean mayStop(Delivery delivery, Optional<String> from) {
    var deleted = delivery.size() == 0;
    return !delivery.message().isRetained()
        && from.filter(f -> deleted || f.startsWith(settings.show() + "/")).isEmpty();
  }

  private Message message(String text, Delivery delivery) {
    return Message.of(topics.address(delivery.topic()), Payload.read(text));
  }

  private void receive(Message message, Delivery delivery) {
    var mqtt = delivery.message();
    io.received(message.hops(hops(mqtt)).retained(mqtt.isRetained()), broker);
  }

  private static int hops(MqttMessage message) {
    try {
      return property(message, Publisher.HOPS)
          .map(hops -> Math.clamp(Integer.parseInt(hops), 0, MAX_HOPS))
          .orElse(0);
    } catch (NumberFormatException notOurs) {
      return 0;
    }
  }

  private static Optional<String> property(MqttMessage message, String key) {
    return message.getProperties().getUserProperties().stream()
        .filter(property -> property.getKey().equals(key))
        .map(UserProperty::getValue)
        .findFirst();
  }

  private void request(String text, Delivery delivery) {
    var properties = delivery.message().getProperties();
    switch (Recognition.of(text, List.of())) {
      case Recognition.Asked request -> {
        io.asked(Message.of("/text", List.of(text)), broker);
        request
            .ask(show, io.origin(broker))
            .exceptionally(bug -> "ERROR:internal error: " + bug.getMessage())
            .thenAccept(outcome -> answer(properties, outcome));
      }
      case Recognition.Wrong(var defect, var outcome) -> {
        io.malformed(defect, broker);
        reply(properties, outcome);
      }
      case Recognition.Routed _ -> receive(message(text, delivery), delivery);
    }
  }

  private void answer(MqttProperties properties, String outcome) {
    var done = JsonText.parse(outcome).filter(json -> json.path("success").asBoolean(true));
    if (done.isEmpty()) {
      io.sendFailed(new Failure("refused", "a request failed: " + outcome));
    }
    reply(properties, outcome);
  }

  private void reply(MqttProperties properties, String outcome) {
    if (properties.getResponseTopic() != null) {
      answer.accept(properties, outcome);
    }
  }
}
