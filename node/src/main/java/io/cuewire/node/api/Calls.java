package io.cuewire.node.api;

import static io.cuewire.node.api.Call.change;
import static io.cuewire.node.api.Call.later;
import static io.cuewire.node.api.Call.read;
import static io.cuewire.node.api.Json.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.control.Done;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.node.api.Access.Right;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Route;
import io.cuewire.show.ShowWriter;
import java.time.Duration;
import java.util.List;
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
        read("/api/status", _ -> Answer.json(StatusJson.status(control.status()))),
        read("/api/nodes", _ -> list(control.status().nodes(), StatusJson::node)),
        read("/api/endpoints", _ -> list(control.status().endpoints(), StatusJson::endpoint)),
        read("/api/routes", _ -> list(control.routes(), RouteJson::write)),
        read("/api/parameters", _ -> Answer.json(NODES.arrayNode())),
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
        change("PUT", "/api/routes/*", this::putRoute),
        change("DELETE", "/api/routes/*", this::removeRoute),
        change("POST", "/api/endpoints/*/restart", r -> endpoint(control.restart(r.name()))),
        change("POST", "/api/endpoints/*/enable", r -> endpoint(control.enable(r.name(), true))),
        change("POST", "/api/endpoints/*/disable", r -> endpoint(control.enable(r.name(), false))),
        later("POST", "/api/emergency-stop", Right.EMERGENCY_STOP, "the emergency stop"),
        later("DELETE", "/api/emergency-stop", Right.CHANGE, "the emergency stop"),
        later("POST", "/api/scenes/*/go", Right.CHANGE, "changing the scene"),
        later("PUT", "/api/parameters", Right.CHANGE, "setting parameters"),
        later("POST", "/api/endpoints/*/move", Right.CHANGE, "moving an endpoint"),
        later("POST", "/api/nodes/*/drain", Right.CHANGE, "draining a node"),
        later("PUT", "/api/show", Right.CHANGE, "replacing the show"));
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
    await(
        control.send(endpoint, address, RouteJson.arguments(args), ApiRequest.text(json, "peer")));
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
    return confirmed(RouteJson.write(done.result()), done);
  }

  /** Names the nodes that have not confirmed, where there are any. */
  private static Answer confirmed(ObjectNode json, Done<?> done) {
    if (!done.unconfirmed().isEmpty()) {
      var names = json.putArray("unconfirmed");
      done.unconfirmed().stream().sorted().forEach(names::add);
    }
    return Answer.json(json);
  }

  /**
   * The endpoint as it now stands: the entry of this node, else of the first that runs it; {@code
   * instances} has those of all nodes.
   */
  private Answer endpoint(CompletionStage<Done<List<EndpointStatus>>> changed) throws Exception {
    var done = await(changed);
    var instances = done.result();
    var here = control.status().node();
    var shown =
        instances.stream()
            .filter(instance -> instance.node().equals(here))
            .findFirst()
            .or(() -> instances.stream().filter(i -> !i.state().equals("standby")).findFirst())
            .or(() -> instances.stream().findFirst())
            .orElseThrow(
                () -> new Refused(Kind.UNAVAILABLE, "no node that runs it can be reached"));
    var json = StatusJson.endpoint(shown);
    json.set("instances", StatusJson.list(instances, StatusJson::endpoint));
    return confirmed(json, done);
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
