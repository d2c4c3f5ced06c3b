package io.cuewire.show;

import io.cuewire.show.Value.Entry;
import io.cuewire.show.Value.Sequence;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.Cidr;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one entry of {@code endpoints}. */
final class EndpointReader {
  private final Set<String> nodes;
  private final Set<String> witnesses;

  /**
   * @param nodes names of all nodes
   * @param witnesses names of those that carry no endpoint
   */
  EndpointReader(Set<String> nodes, Set<String> witnesses) {
    this.nodes = nodes;
    this.witnesses = witnesses;
  }

  Optional<ShowEndpoint> read(Entry entry, Fields fields) {
    var protocol =
        fields.need("protocol", "what it speaks: " + PROTOCOLS, Decoders.choice(Protocol.class));
    if (protocol.isEmpty()) {
      KeyOwners.all().forEach(fields::has); // whose keys these are, nobody knows
      fields.end();
      return Optional.empty();
    }
    return read(entry.key(), protocol.get(), fields);
  }

  private static final String PROTOCOLS =
      String.join(", ", Arrays.stream(Protocol.values()).map(Protocol::word).toList());

  private Optional<ShowEndpoint> read(String name, Protocol protocol, Fields fields) {
    var before = fields.mistakes();
    var on = on(fields);
    var reconnect = fields.get("reconnect", EndpointParts.RECONNECT, Reconnect.DEFAULT);
    var queue = fields.get("queue", EndpointParts.QUEUE, Queue.DEFAULT);
    var onConnect = fields.list("on-connect", EndpointParts.messages(protocol));
    var silence = fields.get("silence", Decoders.TIME);
    var emergency =
        fields.get("emergency", EndpointParts.stopSignal(protocol), new StopSignal.Default());
    var handle =
        KeyOwners.allows("handle", protocol)
            ? fields.list("handle", EndpointParts.HANDLE)
            : List.<HandleRule>of();
    var listens = KeyOwners.allows("listen", protocol);
    var bind = listens ? fields.get("bind", Formats.HOST) : Optional.<String>empty();
    var allow = listens ? fields.list("allow", Decoders.oneOrMore(Formats.CIDR)) : List.<Cidr>of();
    var sides = new Sides(fields, protocol);
    var keys = ProtocolReader.read(protocol, fields);
    keys.ifPresent(sides::check);
    fields.end(key -> KeyOwners.explanation(key, fields.owner(), protocol));
    if (on.isEmpty() || keys.isEmpty() || fields.mistakes() > before) {
      return Optional.empty();
    }
    var endpoint =
        new ShowEndpoint(
            name,
            on.get(),
            sides.listen(),
            sides.send(),
            sides.connect(),
            sides.request(),
            sides.broker(),
            sides.device(),
            bind,
            reconnect,
            queue,
            onConnect,
            silence,
            allow,
            handle,
            emergency,
            keys.get());
    checkRoles(fields, endpoint);
    return Optional.of(endpoint);
  }

  private Optional<On> on(Fields fields) {
    if (!fields.has("on") && nodes.size() - witnesses.size() == 1) {
      return Optional.of(new On.All());
    }
    return fields.need("on", "where it runs: all, a node, or a list of nodes", this::on);
  }

  private Optional<On> on(Spot spot) {
    if (spot.value() instanceof Sequence) {
      return Decoders.distinct(Decoders.oneOrMore(this::listed)).decode(spot).map(On.Listed::new);
    }
    return isAll(spot) ? Optional.of(new On.All()) : node(spot).map(On.Pinned::new);
  }

  private Optional<String> listed(Spot spot) {
    return isAll(spot) ? spot.problem("'all' stands alone: on: all") : node(spot);
  }

  private static boolean isAll(Spot spot) {
    return Decoders.scalar(spot).filter(value -> value.text().equals("all")).isPresent();
  }

  private Optional<String> node(Spot spot) {
    return Scope.reference("node", "nodes", nodes)
        .decode(spot)
        .flatMap(node ->
            witnesses.contains(node)
                ? spot.problem(
                    spot.label() + " names the witness '" + node + "', which runs no endpoint")
                : Optional.of(node));
  }

  /** Reports keys that mean something only for who listens, sends or receives. */
  private static void checkRoles(Fields fields, ShowEndpoint endpoint) {
    if (endpoint.listen().isEmpty()) {
      refuse(
          fields,
          endpoint,
          List.of("bind", "allow"),
          "is for listeners; " + fields.owner() + " is none");
    }
    if (!endpoint.canSend()) {
      refuse(
          fields,
          endpoint,
          List.of("queue", "emergency"),
          "is for endpoints that send; " + fields.owner() + " does not");
    }
    if (!endpoint.canReceive()) {
      refuse(
          fields,
          endpoint,
          List.of("silence", "handle"),
          "is for endpoints that receive; " + fields.owner() + " does not");
    }
    if (endpoint.listen().isPresent() && endpoint.send().isEmpty()) {
      refuse(
          fields,
          endpoint,
          List.of("on-connect"),
          "is for clients and devices; " + fields.owner() + " waits for others to connect");
    }
  }

  private static void refuse(Fields fields, ShowEndpoint endpoint, List<String> keys, String why) {
    for (var key : keys) {
      if (KeyOwners.allows(key, endpoint.protocol()) && fields.has(key)) {
        fields.keyProblem(key, "'" + key + "' " + why);
      }
    }
  }
}
