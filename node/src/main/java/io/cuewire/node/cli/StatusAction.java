package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.cli.Command.Action;
import io.cuewire.node.cli.Output.Colour;

/** The whole show at a glance. */
record StatusAction() implements Action {
  static final int NODE_STATE = 2;
  static final int ENDPOINT_STATE = 3;

  @Override
  public Exit run(Invocation invocation) {
    var status = invocation.api().get("/api/status");
    return invocation.answer(status, text(status, invocation.output()));
  }

  private static String text(JsonNode status, Output output) {
    var cluster = Text.of(status, "cluster");
    var messages = status.path("messages");
    var endpoints = Tables.endpoints(status.path("endpoints"));
    return """
    show         %s
    asked        %s, %s, at %s
    coordinator  %s
    scene        %s
    stop         %s
    messages     %s in, %s out, %s dropped; %s routes, %s parameters

    %s

    %s\
    """
        .formatted(
            Text.of(status, "show"),
            Text.of(status, "node"),
            output.state(cluster, cluster),
            Text.time(status.path("timestamp")),
            Text.of(status, "coordinator"),
            scene(status.path("scene")),
            stop(status.path("emergency"), output),
            Text.of(messages, "in"),
            Text.of(messages, "out"),
            Text.of(messages, "dropped"),
            Text.of(status, "routes"),
            Text.of(status, "parameters"),
            Tables.nodes(status.path("nodes")).text(output, NODE_STATE),
            endpoints.isEmpty() ? "no endpoints" : endpoints.text(output, ENDPOINT_STATE));
  }

  private static String scene(JsonNode scene) {
    return scene.isObject()
        ? "%s, number %s, since %s"
            .formatted(
                Text.of(scene, "name"), Text.of(scene, "sequence"), Text.time(scene.path("since")))
        : "-";
  }

  /** One line, and below it one for each endpoint that has not confirmed. */
  private static String stop(JsonNode emergency, Output output) {
    if (!emergency.path("latched").asBoolean()) {
      return "no";
    }
    var text =
        new StringBuilder(output.coloured(Colour.ALARM, "EMERGENCY STOP"))
            .append(" since ")
            .append(Text.time(emergency.path("since")))
            .append(emergency.hasNonNull("by") ? " by " + Text.of(emergency, "by") : "")
            .append(emergency.hasNonNull("node") ? " on " + Text.of(emergency, "node") : "")
            .append(": ")
            .append(Text.of(emergency, "reason"))
            .append(
                emergency.has("refused")
                    ? "; %s refused".formatted(Text.of(emergency, "refused"))
                    : "");
    for (var name : EstopAction.unconfirmed(emergency.path("confirmations"))) {
      text.append("\n             ").append(output.coloured(Colour.RED, "unconfirmed: " + name));
    }
    return text.toString();
  }
}
