package io.cuewire.node.cli;

import static io.cuewire.node.cli.Text.of;

import com.fasterxml.jackson.databind.JsonNode;

/** The objects of the interface as tables. */
final class Tables {
  /** The column that says how it went, of those two that say so. */
  static final int CONFIRMED = 2;

  private Tables() {}

  static Table nodes(JsonNode nodes) {
    var table =
        new Table().left("NODE").left("HOST").left("STATE").left("SINCE").right("UPTIME").left("");
    for (var node : nodes) {
      var uptime = node.path("uptime");
      table.row(
          of(node, "name"),
          of(node, "host"),
          of(node, "state"),
          Text.time(node.path("since")),
          uptime.isNumber() ? Text.duration(uptime.decimalValue()) : "-",
          node.has("warning") ? of(node, "warning") : "");
    }
    return table;
  }

  static Table endpoints(JsonNode endpoints) {
    var table =
        new Table()
            .left("ENDPOINT")
            .left("PROTOCOL")
            .left("NODE")
            .left("STATE")
            .left("SINCE")
            .right("IN")
            .right("OUT")
            .right("DROPPED")
            .right("ERRORS")
            .left("LAST")
            .left("REASON");
    for (var endpoint : endpoints) {
      table.row(
          of(endpoint, "name"),
          of(endpoint, "protocol"),
          of(endpoint, "node"),
          of(endpoint, "state"),
          Text.time(endpoint.path("since")),
          of(endpoint, "in"),
          of(endpoint, "out"),
          of(endpoint, "dropped"),
          of(endpoint, "errors"),
          Text.time(endpoint.path("last_message")),
          reason(endpoint));
    }
    return table;
  }

  private static String reason(JsonNode endpoint) {
    var attempts = endpoint.path("attempts").asInt();
    var reason = endpoint.hasNonNull("reason") ? of(endpoint, "reason") : "";
    return attempts > 1 && !reason.isEmpty() ? reason + ", attempt " + attempts : reason;
  }

  static Table routes(JsonNode routes) {
    var table = new Table().left("ROUTE").left("FROM").left("MATCH").left("TO").left("CHANGES");
    for (var route : routes) {
      table.row(
          of(route, "name"),
          Text.list(route.path("from")),
          of(route, "match"),
          Text.list(route.path("to")),
          changes(route));
    }
    return table;
  }

  private static String changes(JsonNode route) {
    var changes = new StringBuilder();
    for (var key :
        new String[] {"address", "args", "input", "output", "scale", "offset", "clamp", "echo"}) {
      var value = route.path(key);
      if (!value.isMissingNode()) {
        var text = value.isTextual() ? value.asText() : value.toString();
        changes.append(changes.isEmpty() ? "" : " ").append(key).append('=').append(text);
      }
    }
    return Text.safe(changes.toString());
  }

  static Table parameters(JsonNode parameters) {
    var table =
        new Table().left("OPERATOR").left("PARAMETER").left("VALUE").left("SINCE").left("NODE");
    for (var parameter : parameters) {
      table.row(
          of(parameter, "operator"),
          of(parameter, "parameter"),
          of(parameter, "value"),
          Text.time(parameter.path("since")),
          of(parameter, "node"));
    }
    return table;
  }

  static Table scenes(JsonNode scenes) {
    var table = new Table().left("SCENE");
    for (var scene : scenes) {
      table.row(of(scene, "name"));
    }
    return table;
  }

  /** How each node fired a scene. */
  static Table fired(JsonNode nodes) {
    var table = new Table().left("NODE").right("MS").left("STATE").left("REASON");
    nodes.forEachEntry((name, said) ->
        table.row(
            Text.safe(name),
            of(said, "ms"),
            said.path("confirmed").asBoolean() ? "confirmed" : "unconfirmed",
            said.hasNonNull("error") ? of(said, "error") : ""));
    return table;
  }

  /** How each endpoint instance sent an emergency stop. */
  static Table confirmations(JsonNode confirmations) {
    var table = new Table().left("ENDPOINT").left("NODE").left("STATE").right("MS").left("REASON");
    for (var confirmation : confirmations) {
      table.row(
          of(confirmation, "endpoint"),
          of(confirmation, "node"),
          of(confirmation, "state"),
          of(confirmation, "ms"),
          confirmation.hasNonNull("error") ? of(confirmation, "error") : "");
    }
    return table;
  }

  static Table history(JsonNode history) {
    var table =
        new Table()
            .left("TIME")
            .left("NODE")
            .left("ENDPOINT")
            .left("")
            .left("ADDRESS")
            .left("ARGS")
            .left("PEER");
    for (var message : history) {
      table.row(
          Text.time(message.path("timestamp")),
          of(message, "node"),
          of(message, "endpoint"),
          of(message, "direction"),
          of(message, "address"),
          Text.arguments(message.path("args")),
          of(message, "peer"));
    }
    return table;
  }
}
