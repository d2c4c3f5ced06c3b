package io.cuewire.node.cli;

import static io.cuewire.node.cli.Command.asking;
import static io.cuewire.node.cli.Command.group;
import static io.cuewire.node.cli.Command.later;
import static io.cuewire.node.cli.Command.local;

import java.util.List;

/** The table of all commands (contract section 2). */
final class Commands {
  static final List<Command> ALL =
      List.of(
          local(
              "demo",
              "Starts an example show of several nodes on this machine, with moving input.",
              "cuewire demo --nodes 3 --for 2m",
              DemoAction::new),
          local(
                  "node",
                  "Runs one node of a show in the foreground, until Ctrl-C or SIGTERM.",
                  "cuewire node --show club-night.yaml --name foh",
                  NodeAction::new)
              .with(later("drain", "node drain")),
          local(
              "check",
              "Validates a show file: one line per problem, with line and column.",
              "cuewire check club-night.yaml",
              CheckAction::new),
          local(
              "schema",
              "Prints the show file's JSON Schema, for editors that complete and check YAML.",
              "cuewire schema > show.schema.json",
              SchemaAction::new),
          asking(
              "status",
              "Shows the whole show: nodes, endpoints, their states and counts.",
              "cuewire status --at http://10.0.0.11:7421",
              StatusAction::new),
          asking(
              "nodes",
              "Lists the nodes and their states.",
              "cuewire nodes",
              () -> new ListAction("nodes", Tables::nodes, StatusAction.NODE_STATE)),
          asking(
              "endpoints",
              "Lists the endpoints on every node, their states and counts.",
              "cuewire endpoints --json",
              () -> new ListAction("endpoints", Tables::endpoints, StatusAction.ENDPOINT_STATE)),
          asking(
              "routes",
              "Lists the routes as they are now.",
              "cuewire routes",
              () -> new ListAction("routes", Tables::routes, -1)),
          asking(
              "parameters",
              "Lists the parameters and their values.",
              "cuewire parameters",
              () -> new ListAction("parameters", Tables::parameters, -1)),
          asking(
              "scenes",
              "Lists the scenes.",
              "cuewire scenes",
              () -> new ListAction("scenes", Tables::scenes, -1)),
          asking(
              "history",
              "Lists the messages that passed lately on all nodes, or each one as it passes.",
              "cuewire history --follow --match '/1/*'",
              HistoryAction::new),
          asking(
              "send",
              "Sends one message out of an endpoint, wherever it runs.",
              "cuewire send td-left /1/fader1 0.5",
              SendAction::new),
          group(
              "route",
              "Changes the routes while the show runs: add, remove.",
              "cuewire route add dim --from touchosc-in --to dimmers --match /1/fader1",
              asking(
                  "add",
                  "Adds a route on every node, or replaces the one of that name.",
                  "cuewire route add dim --from touchosc-in --to dimmers --match /1/fader1"
                      + " --address /dim --scale 255",
                  RouteAddAction::new),
              asking(
                  "remove",
                  "Removes a route on every node.",
                  "cuewire route remove dim",
                  RouteRemoveAction::new)),
          group(
              "endpoint",
              "Changes an endpoint while the show runs: restart, disable, enable.",
              "cuewire endpoint restart dimmers",
              asking(
                  "restart",
                  "Closes and opens an endpoint on every node that runs it.",
                  "cuewire endpoint restart dimmers",
                  () -> new EndpointAction("restart")),
              asking(
                  "disable",
                  "Takes an endpoint out of service on every node.",
                  "cuewire endpoint disable dimmers",
                  () -> new EndpointAction("disable")),
              asking(
                  "enable",
                  "Takes an endpoint back into service.",
                  "cuewire endpoint enable dimmers",
                  () -> new EndpointAction("enable")),
              later("move", "endpoint move")),
          group(
              "show",
              "The show as it runs now: export.",
              "cuewire show export > now.yaml",
              asking(
                  "export",
                  "Prints the show as it runs now, as a show file.",
                  "cuewire show export > now.yaml",
                  ShowExportAction::new),
              later("apply", "show apply")),
          later("scene", "scene go"),
          later("estop", "estop"),
          later("set", "set"),
          later("shell", "shell"));

  private Commands() {}
}
