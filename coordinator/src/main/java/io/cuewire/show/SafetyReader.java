package io.cuewire.show;

import io.cuewire.routing.Route;
import io.cuewire.show.Emergency.Block;
import io.cuewire.show.Emergency.Heartbeat;
import io.cuewire.show.Value.Scalar;
import java.util.List;
import java.util.Optional;

/** Reads {@code split}, {@code emergency} and {@code security}. */
final class SafetyReader {
  static final Emergency NO_EMERGENCY_KEYS =
      new Emergency(new Block.All(), List.of(), Emergency.REPEAT, Optional.empty());

  private static final int MOST_REPEATS = 100;

  private SafetyReader() {}

  static Split split(Fields fields) {
    return new Split(fields.get("arbiter", Formats.HOST_PORT));
  }

  static Emergency emergency(Fields fields, Scope scope) {
    var block = fields.get("block", spot -> block(spot, scope), NO_EMERGENCY_KEYS.block());
    var set = fields.list("set", Decoders.list(Decoders.group("an entry of 'set'", scope::value)));
    var repeat =
        fields.get("repeat", Decoders.integer(1, MOST_REPEATS), NO_EMERGENCY_KEYS.repeat());
    var heartbeat =
        fields.get("heartbeat", Decoders.group("'heartbeat'", beat -> heartbeat(beat, scope)));
    return new Emergency(block, set, repeat, heartbeat);
  }

  private static Optional<Block> block(Spot spot, Scope scope) {
    if (!(spot.value() instanceof Scalar scalar)) {
      return Decoders.distinct(Decoders.list(scope.endpoint())).decode(spot).map(Block.Listed::new);
    }
    return switch (scalar.text()) {
      case "all" -> Optional.of(new Block.All());
      case "none" -> Optional.of(new Block.None());
      default -> spot.expected("all, none or a list of endpoints");
    };
  }

  private static Optional<Heartbeat> heartbeat(Fields fields, Scope scope) {
    var from = fields.need("from", "the endpoint the beats arrive by", scope.receiver());
    var match = fields.get("match", Formats.PATTERN, Route.EVERYTHING);
    var within = fields.need("within", "the longest time between two beats", Decoders.TIME);
    return from.flatMap(by -> within.map(time -> new Heartbeat(by, match, time)));
  }

  static Security security(Fields fields) {
    return new Security(
        fields.get("operator", Formats.SECRET),
        fields.get("viewer", Formats.SECRET),
        fields.list("origins", Decoders.oneOrMore(Formats.ORIGIN)));
  }
}
