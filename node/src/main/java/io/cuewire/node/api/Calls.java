package io.cuewire.node.api;

import static io.cuewire.node.api.Call.change;
import static io.cuewire.node.api.Call.later;
import static io.cuewire.node.api.Call.read;
import static io.cuewire.node.api.Json.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.command.ParameterRequest;
import io.cuewire.control.Done;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.NodeControl;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.node.api.Access.Right;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Route;
import io.cuewire.show.ParameterId;
import io.cuewire.show.ShowWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The calls of contract section 7, each with what answers it. */
final class Calls {
  static final int MOST_HISTORY = 10_000;
  private static final int USUAL_HISTORY = 100;

  /** Shorter than a command waits, so that it can print the reason. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(9);

  private final NodeControl control;
  private final Metrics metrics;

  Calls(NodeControl control, Metrics metrics) {
    this.control = control;
    this.metrics = metrics;
  }

  List<Call> table() {
    return List.of(
        read("/api/status", _ -> status()),
        read("/api/nodes", _ -> list(control.status().nodes(), this::node)),
        read("/api/endpoints", _ -> list(control.status().endpoints(), StatusJson::endpoint)),
        read("/api/routes", _ -> list(control.routes(), RouteJson::write)),
        read("/api/parameters", _ -> list(control.parameters(), StatusJson::parameter)),
        read("/api/scenes", _ -> list(List.copyOf(control.show().scenes().keySet()), Calls::named)),
        read("/api/history", this::history),
        new Call(
            "GET",
            List.of("api", "show"),
            Right.READ_SHOW,
            _ -> Answer.text("application/yaml", ShowWriter.write(control.show()))),
        read("/api/events", _ -> noWebSocket()),
        read("/metrics", _ -> Answer.text(Metrics.CONTENT_TYPE, metrics.text())),
        change("POST", "/api/send", this::send),
        change(
            "POST",
            "/api/scenes/*/go",
            r -> Answer.json(StatusJson.outcome(await(control.changeScene(r.name()))))),
        change("PUT", "/api/parameters", this::setParameter),
        change("PUT", "/api/routes/*", this::putRoute),
        change("DELETE", "/api/routes/*", this::removeRoute),
        change("POST", "/api/endpoints/*/restart", r -> endpoint(control.restart(r.name()))),
        change("POST", "/api/endpoints/*/enable", r -> endpoint(control.enable(r.name(), true))),
        change("POST", "/api/endpoints/*/disable", r -> endpoint(control.enable(r.name(), false))),
        new Call(
            "POST", List.of("api", "emergency-stop"), Right.EMERGENCY_STOP, this::emergencyStop),
        change(
            "DELETE",
            "/api/emergency-stop",
            _ -> Answer.json(StatusJson.stopAnswer(control.clearStop()))),
        change("POST", "/api/endpoints/*/move", this::move),
        change("POST", "/api/nodes/*/drain", this::drain),
        later("PUT", "/api/show", Right.CHANGE, "replacing the show"));
  }

  private Answer status() {
    var status = control.status();
    var json = StatusJson.status(status);
    json.set("nodes", StatusJson.list(status.nodes(), this::node));
    return Answer.json(json);
  }

  /** With the port of its api: whoever asks can go on with another node. */
  private ObjectNode node(NodeStatus node) {
    var json = StatusJson.node(node);
    Optional.ofNullable(control.show().nodes().get(node.name()))
        .ifPresent(known -> json.put("api", known.api()));
    return json;
  }

  private static <T> Answer list(List<T> items, Function<T, ? extends JsonNode> json) {
    return Answer.json(StatusJson.list(items, json));
  }

  private static ObjectNode named(String name) {
    return NODES.objectNode().put("name", name);
  }

  private static Answer noWebSocket() {
    throw new ApiError(400, "/api/events is a WebSocket: connect to it with ws://");
  }

  private Answer history(ApiRequest request) throws Exception {
    var match = request.parameter("match");
    match.ifPresent(Calls::checkPattern);
    var query =
        new HistoryQuery(
            request.parameter("limit", 1, MOST_HISTORY, USUAL_HISTORY),
            match,
            request.parameter("endpoint"));
    return list(await(control.history(query)), StatusJson::message);
  }

  static void checkPattern(String pattern) {
    try {
      AddressPattern.compile(pattern);
    } catch (IllegalArgumentException e) {
      throw new Refused(Kind.INVALID, "'match': " + e.getMessage());
    }
  }

  private Answer send(ApiRequest request) throws Exception {
    var json = request.object(Set.of("endpoint", "address", "args", "peer"));
    var endpoint = needed(json, "endpoint");
    var address = needed(json, "address");
    if (!address.startsWith("/")) {
      throw new Refused(Kind.INVALID, "'address' must start with '/'");
    }
    var args = json.has("args") ? json.get("args") : NODES.arrayNode();
    if (!args.isArray()) {
      throw new Refused(Kind.INVALID, "'args' must be a list");
    }
    var peer = ApiRequest.text(json, "peer");
    var unsent = await(control.send(endpoint, address, RouteJson.arguments(args), peer));
    return confirmed(NODES.objectNode().put("success", true), unsent);
  }

  /** Without a body, or with one that cannot be read, it is a stop too. */
  private Answer emergencyStop(ApiRequest request) throws Exception {
    var reason = Optional.<String>empty();
    try {
      if (request.body().length > 0) {
        reason = ApiRequest.text(Json.parse(request.body()), "reason");
      }
    } catch (Refused unreadable) {
      reason = Optional.of("no reason could be read");
    }
    return Answer.json(
        StatusJson.stopAnswer(
            await(control.emergencyStop(reason.orElse("no reason given"), request.by()))));
  }

  private Answer setParameter(ApiRequest request) {
    var json = request.object(Set.of("operator", "parameter", "value"));
    try {
      var asked = ParameterRequest.of(json);
      control.setParameter(new ParameterId(asked.operator(), asked.parameter()), asked.value());
    } catch (IllegalArgumentException e) {
      throw new Refused(Kind.INVALID, e.getMessage());
    }
    return Answer.json(NODES.objectNode().put("success", true));
  }

  private static String needed(JsonNode json, String key) {
    return ApiRequest.text(json, key)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> new Refused(Kind.INVALID, "'" + key + "' is missing"));
  }

  private Answer putRoute(ApiRequest request) throws Exception {
    var route = RouteJson.read(request.name(), Json.parse(request.body()));
    checkPattern(route.match());
    return route(await(control.putRoute(route)));
  }

  private Answer removeRoute(ApiRequest request) throws Exception {
    return route(await(control.removeRoute(request.name())));
  }

  private static Answer route(Done<Route> done) {
    return confirmed(RouteJson.write(done.result()), done.unconfirmed());
  }

  /** Names who has not confirmed, where anybody has not. */
  private static Answer confirmed(ObjectNode json, Set<String> unconfirmed) {
    if (!unconfirmed.isEmpty()) {
      var names = json.putArray("unconfirmed");
      unconfirmed.stream().sorted().forEach(names::add);
    }
    return Answer.json(json);
  }

  /**
   * The endpoint as it now stands: the entry of this node, else of the first that runs it; {@code
   * instances} has those of all nodes.
   */
  private Answer endpoint(CompletionStage<Done<List<EndpointStatus>>> changed) throws Exception {
    return endpoint(changed, control.status().node());
  }

  /**
   * @param on the node whose entry is wanted first
   */
  private static Answer endpoint(CompletionStage<Done<List<EndpointStatus>>> changed, String on)
      throws Exception {
    var done = await(changed);
    var instances = done.result();
    var shown =
        instances.stream()
            .filter(instance -> instance.node().equals(on))
            .findFirst()
            .or(() -> instances.stream().filter(i -> !i.state().equals("standby")).findFirst())
            .or(() -> instances.stream().findFirst())
            .orElseThrow(
                () -> new Refused(Kind.UNAVAILABLE, "no node that runs it can be reached"));
    var json = StatusJson.endpoint(shown);
    json.set("instances", StatusJson.list(instances, StatusJson::endpoint));
    return confirmed(json, done.unconfirmed());
  }

  private Answer move(ApiRequest request) throws Exception {
    var to = needed(request.object(Set.of("node")), "node");
    return endpoint(control.move(request.name(), to), to);
  }

  private Answer drain(ApiRequest request) throws Exception {
    var done = await(control.drain(request.name()));
    return confirmed(StatusJson.node(done.result()), done.unconfirmed());
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException _) {
      throw new Refused(
          Kind.UNAVAILABLE, "no answer within " + LONGEST_ANSWER.toSeconds() + " s from the show");
    }
  }
}
