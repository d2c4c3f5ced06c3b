package io.cuewire.show;

import io.cuewire.show.DeclaredParameter.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** Reads {@code parameters} and the entries of {@code mappings}. */
final class ParameterReader {
  private ParameterReader() {}

  static Parameters read(Fields fields, Scope scope) {
    var to = fields.list("to", Decoders.distinct(Decoders.oneOrMore(scope.sender())));
    var strict = fields.get("strict", Decoders.FLAG, false);
    var declared = new LinkedHashMap<ParameterId, DeclaredParameter>();
    fields.get(
        "declare",
        Decoders.list(Decoders.group("a parameter of 'declare'", each -> declare(each, declared))));
    return new Parameters(to, strict, declared);
  }

  private static Optional<DeclaredParameter> declare(
      Fields fields, SequencedMap<ParameterId, DeclaredParameter> declared) {
    var id = Scope.parameterId(fields);
    var type = fields.need("type", "one of float, int, bool, string", Decoders.choice(Type.class));
    var min = RouteReader.number(fields, "min");
    var max = RouteReader.number(fields, "max");
    checkLimits(fields, type, min, max);
    if (id.isEmpty() || type.isEmpty()) {
      fields.get("default", Literals::value);
      return Optional.empty();
    }
    var bare = new DeclaredParameter(id.get(), type.get(), min, max, Optional.empty());
    var initial = fields.get("default", spot -> Scope.fitting(bare, spot));
    var parameter = new DeclaredParameter(id.get(), type.get(), min, max, initial);
    if (declared.putIfAbsent(id.get(), parameter) != null) {
      fields.problem("operator", "parameter '" + id.get() + "' is declared twice");
    }
    return Optional.of(parameter);
  }

  private static void checkLimits(
      Fields fields, Optional<Type> type, OptionalDouble min, OptionalDouble max) {
    for (var key : List.of("min", "max")) {
      if (fields.has(key) && type.filter(t -> t == Type.BOOL || t == Type.STRING).isPresent()) {
        fields.keyProblem(key, "'" + key + "' is for numbers, not for " + Words.of(type.get()));
      }
    }
    checkOrder(fields, min, max);
  }

  private static void checkOrder(Fields fields, OptionalDouble min, OptionalDouble max) {
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      var least = DeclaredParameter.number(min.getAsDouble());
      var most = DeclaredParameter.number(max.getAsDouble());
      fields.problem("min", "'min' " + least + " is greater than 'max' " + most);
    }
  }

  /** One entry of {@code mappings}. */
  static Optional<ParameterMapping> mapping(Value.Entry entry, Fields fields, Scope scope) {
    var target = scope.parameter(fields);
    var scale = RouteReader.number(fields, "scale");
    var offset = RouteReader.number(fields, "offset");
    var min = RouteReader.number(fields, "min");
    var max = RouteReader.number(fields, "max");
    checkOrder(fields, min, max);
    fields.end();
    return target.map(id -> new ParameterMapping(entry.key(), id, scale, offset, min, max));
  }
}
