package io.cuewire.show;

import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import io.cuewire.show.Value.Entry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads one entry of {@code routes}. */
final class RouteReader {
  private final Scope scope;

  RouteReader(Scope scope) {
    this.scope = scope;
  }

  Optional<Route> read(Entry entry, Fields fields) {
    var from = fields.need("from", "the endpoints it listens to", this::from);
    var match = fields.get("match", Formats.PATTERN);
    var to =
        fields.need(
            "to",
            "the endpoints it sends to",
            Decoders.distinct(Decoders.oneOrMore(scope.senders())));
    var wildcards =
        fields.has("match") && match.isEmpty()
            ? Integer.MAX_VALUE // unknown, so anything may be right
            : AddressPattern.compile(match.orElse(Route.EVERYTHING)).wildcards();
    var change = change(fields, Captures.wildcards(wildcards));
    var echo = fields.get("echo", Decoders.FLAG, false);
    fields.end();
    return from.flatMap(sources ->
        to.map(targets ->
            new Route(
                entry.key(), sources, match.orElse(Route.EVERYTHING), targets, change, echo)));
  }

  private Optional<List<String>> from(Spot spot) {
    return isEvery(spot)
        ? Optional.of(List.of(Route.EVERY_ENDPOINT))
        : Decoders.distinct(Decoders.oneOrMore(this::receiver)).decode(spot);
  }

  private Optional<String> receiver(Spot spot) {
    return isEvery(spot)
        ? spot.problem("\"*\" stands alone: from: \"*\"")
        : scope.receiver().decode(spot);
  }

  private static boolean isEvery(Spot spot) {
    return Decoders.scalar(spot)
        .filter(scalar -> scalar.text().equals(Route.EVERY_ENDPOINT))
        .isPresent();
  }

  private static Transformation change(Fields fields, Captures captures) {
    var input = fields.get("input", FILLED_RANGE);
    var output = fields.get("output", Formats.RANGE);
    if (fields.has("input") != fields.has("output")) {
      pairProblem(fields);
    }
    return new Transformation(
        fields.get("address", Formats.template(captures)),
        fields.get("args", Literals.references(Captures.ARGUMENTS)),
        input,
        output,
        number(fields, "scale"),
        number(fields, "offset"),
        fields.get("clamp", RISING_RANGE));
  }

  /** Reports that {@code input} or {@code output} stands without the other. */
  static void pairProblem(Fields fields) {
    var given = fields.has("input") ? "input" : "output";
    var absent = fields.has("input") ? "output" : "input";
    fields.keyProblem(given, "'" + given + "' needs '" + absent + "' beside it");
  }

  static OptionalDouble number(Fields fields, String key) {
    return fields
        .get(key, Decoders.NUMBER)
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  /** A range to map from, which has a length. */
  static final Decoder<Range> FILLED_RANGE =
      spot ->
          Formats.RANGE
              .decode(spot)
              .flatMap(range ->
                  range.from() == range.to()
                      ? spot.problem(spot.label() + " is an empty range: both ends are equal")
                      : Optional.of(range));

  private static final Decoder<Range> RISING_RANGE =
      spot ->
          Formats.RANGE
              .decode(spot)
              .flatMap(range ->
                  range.from() > range.to()
                      ? spot.problem(spot.label() + " needs the lower end first: [lowest, highest]")
                      : Optional.of(range));
}
