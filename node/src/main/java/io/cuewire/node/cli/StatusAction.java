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
        ? "%s, since %s".formatted(Text.of(scene, "name"), Text.time(scene.path("since")))
        : "-";
  }

  private static String stop(JsonNode emergency, Output output) {
    if (!emergency.path("latched").asBoolean()) {
      return "no";
    }
    return output.coloured(
        Colour.RED,
        "EMERGENCY STOP since %s: %s"
            .formatted(Text.time(emergency.path("since")), Text.of(emergency, "reason")));
  }
}
