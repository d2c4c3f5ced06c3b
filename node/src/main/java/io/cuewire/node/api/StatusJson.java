package io.cuewire.node.api;

import static io.cuewire.node.api.Json.NODES;
import static io.cuewire.node.api.Json.text;
import static io.cuewire.node.api.Json.time;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cuewire.action.Programs.Program;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.HistoryEntry;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.Status;
import io.cuewire.control.Status.EmergencyStatus;
import io.cuewire.control.Status.Messages;
import io.cuewire.control.Status.SceneStatus;
import io.cuewire.control.Status.SurfaceStatus;
import io.cuewire.control.StopConfirmation;
import io.cuewire.message.Arguments;
import io.cuewire.parameter.ParameterDesk.Current;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The objects of contract section 7. What is unknown is {@code null}; {@code reason} and {@code
 * warning} are there only when there is one.
 */
final class StatusJson {
  private StatusJson() {}

  static <T> ArrayNode list(List<T> items, Function<T, ? extends JsonNode> json) {
    var array = NODES.arrayNode(items.size());
    items.forEach(item -> array.add(json.apply(item)));
    return array;
  }

  static ObjectNode status(Status status) {
    var json = NODES.objectNode();
    json.put("show", status.show());
    json.put("node", status.node());
    json.put("cluster", status.cluster());
    json.set("timestamp", time(status.timestamp()));
    json.set("coordinator", text(status.coordinator()));
    json.set("scene", status.scene().<JsonNode>map(StatusJson::scene).orElse(NullNode.instance));
    json.set("emergency", emergency(status.emergency()));
    json.set("nodes", list(status.nodes(), StatusJson::node));
    json.set("endpoints", list(status.endpoints(), StatusJson::endpoint));
    json.put("routes", status.routes());
    json.put("parameters", status.parameters());
    json.set("programs", list(status.programs(), StatusJson::program));
    json.set("surfaces", list(status.surfaces(), StatusJson::surface));
    json.set("messages", messages(status.messages()));
    return json;
  }

  private static ObjectNode scene(SceneStatus scene) {
    var json = NODES.objectNode();
    json.put("name", scene.name());
    json.put("sequence", scene.sequence());
    json.set("since", time(scene.since()));
    return json;
  }

  private static ObjectNode emergency(EmergencyStatus emergency) {
    var json = NODES.objectNode().put("latched", emergency.isLatched());
    emergency
        .inForce()
        .ifPresent(stop -> {
          json.set("since", time(Instant.ofEpochMilli(stop.since())));
          json.put("reason", stop.reason());
          json.put("node", stop.node());
          json.put("by", stop.by());
          json.set("confirmations", confirmations(emergency));
          json.put("refused", emergency.refused());
          json.put("raised_again", emergency.again());
        });
    return json;
  }

  /** The answer to a stop, and to its end. */
  static ObjectNode stopAnswer(EmergencyStatus emergency) {
    var json = NODES.objectNode().put("latched", emergency.isLatched());
    json.set("confirmations", confirmations(emergency));
    return json;
  }

  private static ArrayNode confirmations(EmergencyStatus emergency) {
    return list(emergency.confirmations(), StatusJson::confirmation);
  }

  private static ObjectNode confirmation(StopConfirmation confirmation) {
    var json = NODES.objectNode();
    json.put("endpoint", confirmation.endpoint());
    json.put("node", confirmation.node());
    json.put("state", confirmation.isConfirmed() ? "confirmed" : "unconfirmed");
    confirmation.ms().ifPresent(ms -> json.set("ms", Json.millis(ms)));
    if (!confirmation.isConfirmed()) {
      json.put("error", confirmation.error().orElse("not confirmed yet"));
    }
    return json;
  }

  private static ObjectNode program(Program program) {
    var json = NODES.objectNode();
    json.put("endpoint", program.endpoint());
    json.put("peer", program.peer());
    json.set("fps", program.fps().<JsonNode>map(NODES::numberNode).orElse(NullNode.instance));
    json.set("frame", program.frame().<JsonNode>map(NODES::numberNode).orElse(NullNode.instance));
    json.set("since", time(program.since()));
    return json;
  }

  private static ObjectNode surface(SurfaceStatus surface) {
    var json = NODES.objectNode();
    json.put("name", surface.name());
    json.put("node", surface.node());
    json.put("peer", surface.peer());
    json.set("last_message", time(surface.lastMessage()));
    return json;
  }

  static ObjectNode parameter(Current parameter) {
    var json = NODES.objectNode();
    json.put("operator", parameter.id().operator());
    json.put("parameter", parameter.id().parameter());
    json.set("value", Json.value(parameter.value()));
    json.set("since", time(parameter.since()));
    json.put("node", parameter.node());
    return json;
  }

  /** Of each node that should fire, whether it did. */
  static ObjectNode outcome(SceneOutcome outcome) {
    var json = NODES.objectNode();
    json.put("scene", outcome.scene());
    json.put("sequence", outcome.sequence());
    json.put("success", outcome.isFired());
    var nodes = json.putObject("nodes");
    new TreeMap<>(outcome.nodes())
        .forEach((name, fired) -> {
          var node = nodes.putObject(name);
          node.put("confirmed", fired.error().isEmpty());
          fired.ms().ifPresent(ms -> node.set("ms", Json.millis(ms)));
          fired.error().ifPresent(error -> node.put("error", error));
        });
    return json;
  }

  private static ObjectNode messages(Messages messages) {
    return NODES
        .objectNode()
        .put("in", messages.in())
        .put("out", messages.out())
        .put("dropped", messages.dropped());
  }

  static ObjectNode node(NodeStatus node) {
    var json = NODES.objectNode();
    json.put("name", node.name());
    json.put("host", node.host());
    json.put("state", node.state());
    json.set("since", time(node.since()));
    json.set("uptime", node.uptime().<JsonNode>map(NODES::numberNode).orElse(NullNode.instance));
    node.warning().ifPresent(warning -> json.put("warning", warning));
    return json;
  }

  static ObjectNode endpoint(EndpointStatus endpoint) {
    var json = NODES.objectNode();
    json.put("name", endpoint.name());
    json.put("protocol", endpoint.protocol());
    json.put("node", endpoint.node());
    json.put("state", endpoint.state());
    endpoint.reason().ifPresent(reason -> json.put("reason", reason));
    json.set("since", time(endpoint.since()));
    json.put("in", endpoint.in());
    json.put("out", endpoint.out());
    json.put("dropped", endpoint.dropped());
    json.put("errors", endpoint.errors());
    json.put("attempts", endpoint.attempts());
    json.set("last_error", text(endpoint.lastError()));
    json.set("last_message", time(endpoint.lastMessage()));
    json.set("peers", list(endpoint.peers(), StatusJson::peer));
    return json;
  }

  private static ObjectNode peer(PeerStatus peer) {
    var json = NODES.objectNode();
    json.put("address", peer.address());
    json.set("since", time(peer.since()));
    json.put("in", peer.in());
    json.put("out", peer.out());
    return json;
  }

  static ObjectNode message(HistoryEntry message) {
    var json = NODES.objectNode();
    json.set("timestamp", time(message.timestamp()));
    json.put("node", message.node());
    json.put("endpoint", message.endpoint());
    json.put("direction", message.direction());
    json.put("address", message.address());
    json.set("args", Json.value(Arguments.toJson(message.args())));
    json.set("peer", text(message.peer()));
    return json;
  }

  static ObjectNode event(Event event) {
    return switch (event) {
      case Event.MessageEvent(var message) -> event("message", message(message));
      case Event.EndpointEvent(var endpoint) -> event("endpoint", endpoint(endpoint));
      case Event.NodeEvent(var node) -> event("node", node(node));
      case Event.StatusEvent status -> event("status", status(status));
      case Event.EmergencyEvent(var emergency) -> event("emergency", emergency(emergency));
      case Event.SceneEvent(var scene) -> event("scene", scene(scene));
      case Event.ParameterEvent changed -> event("parameter", parameter(changed));
    };
  }

  private static ObjectNode parameter(Event.ParameterEvent changed) {
    var json = NODES.objectNode();
    json.put("operator", changed.id().operator());
    json.put("parameter", changed.id().parameter());
    json.set("value", Json.value(changed.value()));
    json.put("node", changed.node());
    return json;
  }

  private static ObjectNode status(Event.StatusEvent status) {
    var json = NODES.objectNode();
    json.put("node", status.node());
    json.put("cluster", status.cluster());
    json.set("timestamp", time(status.timestamp()));
    json.set("messages", messages(status.messages()));
    return json;
  }

  private static ObjectNode event(String kind, ObjectNode content) {
    return NODES.objectNode().put("event", kind).setAll(content);
  }
}
