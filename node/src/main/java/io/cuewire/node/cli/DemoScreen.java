package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** What the demo shows while it runs: on a terminal drawn again in place, else one line. */
final class DemoScreen {
  private static final int NODE_STATE = 1;
  private static final String UP = "\u001b[%dA\u001b[J";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final Output output;
  private int drawn;

  /**
   * How the demo stands.
   *
   * @param seconds since it was ready
   * @param sentRate messages a second since the last time, as {@code arrivedRate}
   * @param status the answer of a node that still speaks, or nothing
   */
  record Moment(
      long seconds, long sent, long sentRate, long arrived, long arrivedRate, JsonNode status) {}

  DemoScreen(Output output) {
    this.output = output;
  }

  /** Something that stays on the screen. */
  void say(String text) {
    output.out().print(erase());
    drawn = 0;
    output.line(text);
    output.flush();
  }

  void show(Moment moment) {
    if (output.terminal()) {
      var block = traffic(moment) + "\n\n" + nodes(moment) + "\n";
      output.out().print(erase() + NO_WRAP + block + WRAP);
      drawn = (int) block.chars().filter(c -> c == '\n').count();
    } else {
      output.line("%4ds  %s; %s".formatted(moment.seconds(), traffic(moment), summary(moment)));
    }
    output.flush();
  }

  private String erase() {
    return drawn == 0 ? "" : UP.formatted(drawn);
  }

  static String traffic(Moment moment) {
    return "sent %d (%d/s), arrived %d (%d/s)"
        .formatted(moment.sent(), moment.sentRate(), moment.arrived(), moment.arrivedRate());
  }

  /** {@code foh up, stage-left ended; 4 of 5 endpoints work}. */
  static String summary(Moment moment) {
    var nodes = new ArrayList<String>();
    moment
        .status()
        .path("nodes")
        .forEach(node -> nodes.add(Text.of(node, "name") + " " + Text.of(node, "state")));
    var endpoints = moment.status().path("endpoints");
    var working = 0;
    for (var endpoint : endpoints) {
      working += works(endpoint) ? 1 : 0;
    }
    return nodes.isEmpty()
        ? "no node answers"
        : "%s; %d of %d endpoints work"
            .formatted(String.join(", ", nodes), working, endpoints.size());
  }

  private static boolean works(JsonNode endpoint) {
    return switch (Text.of(endpoint, "state")) {
      case "listening", "connected", "stale" -> true;
      default -> false;
    };
  }

  private String nodes(Moment moment) {
    var table =
        new Table()
            .left("NODE")
            .left("STATE")
            .right("IN")
            .right("OUT")
            .right("DROPPED")
            .wide("ENDPOINTS");
    for (var node : moment.status().path("nodes")) {
      var name = Text.of(node, "name");
      var in = 0L;
      var out = 0L;
      var dropped = 0L;
      var endpoints = new ArrayList<String>();
      for (var endpoint : moment.status().path("endpoints")) {
        if (Text.of(endpoint, "node").equals(name)) {
          in += endpoint.path("in").asLong();
          out += endpoint.path("out").asLong();
          dropped += endpoint.path("dropped").asLong();
          endpoints.add(Text.of(endpoint, "name") + " " + Text.of(endpoint, "state"));
        }
      }
      table.row(
          name,
          Text.of(node, "state"),
          String.valueOf(in),
          String.valueOf(out),
          String.valueOf(dropped),
          endpoints.stream().collect(Collectors.joining(", ")));
    }
    return table.isEmpty() ? " no node answers" : table.text(output, NODE_STATE);
  }
}
