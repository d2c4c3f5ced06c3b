package io.cuewire.show;

import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import io.cuewire.show.Value.Sequence;
import io.cuewire.text.HandleRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The smaller groups inside an endpoint. */
final class EndpointParts {
  static final Decoder<Reconnect> RECONNECT =
      Decoders.group("'reconnect'", EndpointParts::reconnect);
  static final Decoder<Queue> QUEUE = EndpointParts::queue;
  static final Decoder<List<HandleRule>> HANDLE =
      Decoders.list(Decoders.group("a rule of 'handle'", EndpointParts::rule));

  private EndpointParts() {}

  private static Optional<Reconnect> reconnect(Fields fields) {
    var min = fields.get("min", Decoders.TIME, Reconnect.DEFAULT.min());
    var max = fields.get("max", Decoders.TIME, Reconnect.DEFAULT.max());
    var attempts = fields.get("attempts", EndpointParts::attempts, Reconnect.DEFAULT.attempts());
    if (min.compareTo(max) > 0) {
      fields.problem(
          fields.has("min") ? "min" : "max",
          "'min' " + Durations.format(min) + " is longer than 'max' " + Durations.format(max));
    }
    return Optional.of(new Reconnect(min, max, attempts));
  }

  private static Optional<OptionalInt> attempts(Spot spot) {
    if (Decoders.scalar(spot).filter(s -> s.text().equals("unlimited")).isPresent()) {
      return Optional.of(OptionalInt.empty());
    }
    return Decoders.integer(0, Integer.MAX_VALUE, "unlimited or a whole number from 0 up")
        .decode(spot)
        .map(OptionalInt::of);
  }

  private static Optional<Queue> queue(Spot spot) {
    return switch (spot.value()) {
      case Scalar scalar when scalar.isText() ->
          Decoders.choice(Queue.Full.class)
              .decode(spot)
              .map(full -> new Queue(Queue.DEFAULT.size(), full));
      case Mapping _ -> Decoders.group("'queue'", EndpointParts::queue).decode(spot);
      case Scalar _, Sequence _ ->
          spot.expected("latest, or a group such as {size: 1024, full: drop-oldest}");
    };
  }

  private static Optional<Queue> queue(Fields fields) {
    var size = fields.get("size", Decoders.integer(1, Integer.MAX_VALUE), Queue.DEFAULT.size());
    var full = fields.get("full", Decoders.choice(Queue.Full.class), Queue.DEFAULT.full());
    return Optional.of(new Queue(size, full));
  }

  private static Optional<HandleRule> rule(Fields fields) {
    var match = fields.need("match", "a regular expression", Formats.REGEX);
    var captures = Captures.groups(match.map(regex -> regex.groupCount()).orElse(99));
    var address = fields.need("address", "what the message is called", Formats.template(captures));
    var args = fields.list("args", Literals.references(captures));
    return match.flatMap(regex -> address.map(to -> new HandleRule(regex, to, args)));
  }

  /** Messages that an endpoint of this protocol can send. */
  static Decoder<List<OutgoingMessage>> messages(Protocol protocol) {
    return Decoders.list(message("a message of 'on-connect'", protocol));
  }

  static Decoder<StopSignal> stopSignal(Protocol protocol) {
    return spot ->
        switch (spot.value()) {
          case Scalar scalar when scalar.isText() && scalar.text().equals("off") ->
              Optional.of(new StopSignal.Off());
          case Mapping _ ->
              message("'emergency'", protocol).decode(spot).map(StopSignal.Instead::new);
          case Scalar _, Sequence _ -> spot.expected("off, {address: /…, args: […]} or {text: …}");
        };
  }

  private static Decoder<OutgoingMessage> message(String owner, Protocol protocol) {
    return Decoders.group(owner, fields -> message(fields, protocol));
  }

  private static Optional<OutgoingMessage> message(Fields fields, Protocol protocol) {
    var text = fields.get("text", Decoders.TEXT);
    if (!fields.has("text")) {
      return addressed(fields).map(message -> message);
    }
    fields.get("address", Formats.ADDRESS);
    fields.get("args", Literals::arguments);
    if (protocol == Protocol.OSC) {
      fields.keyProblem("text", "osc has no bare text: write {address: /…, args: […]}");
    } else if (fields.has("address") || fields.has("args")) {
      fields.keyProblem("text", "'text' stands alone: leave out 'address' and 'args'");
    }
    return text.map(OutgoingMessage.Text::new);
  }

  /** A message by {@code address} and {@code args}. */
  static Optional<OutgoingMessage.Addressed> addressed(Fields fields) {
    var address = fields.need("address", "where the message goes", Formats.ADDRESS);
    var args = fields.list("args", Literals::arguments);
    return address.map(to -> new OutgoingMessage.Addressed(to, args));
  }
}
