package io.cuewire.show;

import io.cuewire.show.DeclaredParameter.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The names that parts of a show refer to, and the decoders of such references.
 *
 * @param endpointNames all of them, also those whose description has mistakes
 * @param endpoints those without
 * @param parameters what is declared; nothing, while that is being read
 */
record Scope(
    Set<String> endpointNames,
    Map<String, ShowEndpoint> endpoints,
    Set<String> scenes,
    Parameters parameters) {

  private static final List<String> PROTOCOLS =
      List.of(Protocol.values()).stream().map(Protocol::word).toList();
  private static final Decoder<String> OPERATOR =
      Formats.ADDRESS.only(
          ParameterId::isPath,
          "a path such as /project1/geo1, of ASCII without any of # * , ? [ ] { }");
  private static final Decoder<String> PARAMETER =
      Decoders.WORDS.only(
          ParameterId::isName, "one word of ASCII without any of # * , / ? [ ] { }");
  static final Parameters NOTHING_DECLARED =
      new Parameters(List.of(), false, new LinkedHashMap<>());

  Scope with(Parameters declared) {
    return new Scope(endpointNames, endpoints, scenes, declared);
  }

  /** A reference to any endpoint. */
  Decoder<String> endpoint() {
    return endpoint(_ -> Optional.empty());
  }

  /** A reference to an endpoint that messages arrive by. */
  Decoder<String> receiver() {
    return endpoint(endpoint ->
        endpoint.canReceive()
            ? Optional.empty()
            : Optional.of(
                endpoint.keys() instanceof ProtocolKeys.Mqtt
                    ? "it subscribes to no topic, so nothing arrives there"
                    : "it only sends, so nothing arrives there"));
  }

  /** A reference to an endpoint that messages can go out by. */
  Decoder<String> sender() {
    return endpoint(endpoint ->
        endpoint.canSend()
            ? Optional.empty()
            : Optional.of(
                endpoint.keys() instanceof ProtocolKeys.Http
                    ? "it only answers requests, so nothing can be sent to it"
                    : "it only listens, so nothing can be sent to it"));
  }

  /** A sender, or {@code osc:*} for every sender of a protocol. */
  Decoder<String> senders() {
    return spot -> {
      var text = Decoders.scalar(spot).map(Value.Scalar::text).orElse("");
      if (text.equals("*")) {
        return spot.problem("'*' in " + spot.label() + ": say which protocol, such as osc:*");
      }
      return text.endsWith(":*") ? everySender(spot, text) : sender().decode(spot);
    };
  }

  private Optional<String> everySender(Spot spot, String text) {
    var protocol = text.substring(0, text.length() - 2);
    for (var known : Protocol.values()) {
      if (known.word().equals(protocol)) {
        var broken = endpointNames.size() > endpoints.size();
        var any = endpoints.values().stream().anyMatch(e -> e.protocol() == known && e.canSend());
        return any || broken
            ? Optional.of(text)
            : spot.problem(
                "'" + text + "' in " + spot.label() + ": no " + protocol + " endpoint sends");
      }
    }
    return spot.problem(
        "'"
            + text
            + "' in "
            + spot.label()
            + ": no protocol '"
            + protocol
            + "'"
            + Nearest.suggestion(protocol, PROTOCOLS, "protocols"));
  }

  private Decoder<String> endpoint(Function<ShowEndpoint, Optional<String>> objection) {
    return spot ->
        reference("endpoint", "endpoints", endpointNames)
            .decode(spot)
            .flatMap(name ->
                Optional.ofNullable(endpoints.get(name))
                    .flatMap(objection)
                    .map(why ->
                        spot.<String>problem(spot.label() + " names '" + name + "', but " + why))
                    .orElse(Optional.of(name)));
  }

  /** A reference to a scene. */
  Decoder<String> scene() {
    return reference("scene", "scenes", scenes);
  }

  /** A name that a section of the show has. */
  static Decoder<String> reference(String kind, String section, Set<String> names) {
    return spot ->
        Decoders.TEXT
            .decode(spot)
            .flatMap(name ->
                names.contains(name)
                    ? Optional.of(name)
                    : spot.problem(
                        spot.label()
                            + " names the "
                            + kind
                            + " '"
                            + name
                            + "', which '"
                            + section
                            + "' does not have"
                            + Nearest.suggestion(name, names, "it has")));
  }

  /** The parameter that a group of keys names by {@code operator} and {@code parameter}. */
  Optional<ParameterId> parameter(Fields fields) {
    var id = parameterId(fields);
    id.filter(named -> parameters.strict() && !parameters.declared().containsKey(named))
        .ifPresent(named ->
            fields.problem(
                "operator",
                "parameter '"
                    + named
                    + "' is not declared, which 'strict' in 'parameters' asks for"
                    + Nearest.to(named.toString(), declaredNames())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("")));
    return id;
  }

  private List<String> declaredNames() {
    return parameters.declared().keySet().stream().map(ParameterId::toString).toList();
  }

  static Optional<ParameterId> parameterId(Fields fields) {
    var operator =
        fields.need("operator", "the path of an operator, such as /project1/geo1", OPERATOR);
    var parameter = fields.need("parameter", "the name of its parameter, such as sx", PARAMETER);
    return operator.flatMap(path -> parameter.map(name -> new ParameterId(path, name)));
  }

  /** A value for a parameter, checked against its declaration. */
  Optional<ParameterValue> value(Fields fields) {
    var id = parameter(fields);
    var value =
        fields.need(
            "value",
            "what the parameter becomes",
            spot ->
                id.flatMap(named -> Optional.ofNullable(parameters.declared().get(named)))
                    .map(declared -> fitting(declared, spot))
                    .orElseGet(() -> Literals.value(spot)));
    return id.flatMap(named -> value.map(v -> new ParameterValue(named, v)));
  }

  /** A value that a declared parameter takes. */
  static Optional<Object> fitting(DeclaredParameter declared, Spot spot) {
    return Literals.value(spot)
        .flatMap(value -> {
          if (!declared.type().accepts(value)) {
            return spot.problem(
                spot.label()
                    + " must be "
                    + described(declared.type())
                    + ", as '"
                    + declared.id()
                    + "' is declared, not "
                    + spot.value().described());
          }
          return declared.allows(value)
              ? Optional.of(
                  declared.type() == Type.FLOAT ? (Object) ((Number) value).floatValue() : value)
              : spot.problem(
                  spot.label()
                      + " is "
                      + spot.value().described()
                      + ", outside of what '"
                      + declared.id()
                      + "' takes: "
                      + declared.limits());
        });
  }

  private static String described(Type type) {
    return switch (type) {
      case FLOAT -> "a number";
      case INT -> "a whole number";
      case BOOL -> "true or false";
      case STRING -> "text";
    };
  }
}
