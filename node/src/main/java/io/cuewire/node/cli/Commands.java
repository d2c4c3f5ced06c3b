package io.cuewire.node.cli;

import static io.cuewire.node.cli.Command.asking;
import static io.cuewire.node.cli.Command.group;
import static io.cuewire.node.cli.Command.local;

import java.util.List;
import java.util.stream.Stream;

/** The table of all commands (contract section 2). */
final class Commands {
  private static final Command DRAIN =
      asking(
          "drain",
          "Moves everything movable off a node, then makes it leave.",
          "cuewire node drain stage-left",
          NodeDrainAction::new);

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
              .with(DRAIN),
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
              "Changes an endpoint while the show runs: move, restart, disable, enable.",
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
              asking(
                  "move",
                  "Moves an endpoint to another of its nodes.",
                  "cuewire endpoint move touchosc-in stage-left",
                  EndpointMoveAction::new)),
          group(
              "show",
              "The show as it runs now: export, apply.",
              "cuewire show export > now.yaml",
              asking(
                  "export",
                  "Prints the show as it runs now, as a show file.",
                  "cuewire show export > now.yaml",
                  ShowExportAction::new),
              asking(
                  "apply",
                  "Replaces the running show; restarts only the endpoints that changed.",
                  "cuewire show apply club-night.yaml",
                  ShowApplyAction::new)),
          group(
              "scene",
              "Changes the scene: go.",
              "cuewire scene go high_energy",
              asking(
                  "go",
                  "Changes the scene on every node.",
                  "cuewire scene go high_energy",
                  SceneGoAction::new)),
          asking(
                  "estop",
                  "Enters the emergency stop of the whole show; estop clear leaves it.",
                  "cuewire estop --reason 'smoke on stage'",
                  EstopAction::new)
              .with(
                  asking(
                      "clear",
                      "Leaves the emergency stop.",
                      "cuewire estop clear",
                      EstopClearAction::new)),
          asking("set", "Sets a parameter.", "cuewire set /project1/geo1 sx 2.5", SetAction::new),
          asking(
              "shell",
              "Takes commands one after the other, with history and completion of names.",
              "cuewire shell --at http://10.0.0.11:7421",
              ShellAction::new));

  /** Those that ask a node. */
  static final List<Command> IN_SHELL =
      Stream.concat(
              ALL.stream().filter(Command::asksNode).filter(c -> !c.name().equals("shell")),
              Stream.of(
                  group(
                      "node",
                      "Takes a node out of the show: drain.",
                      "cuewire node drain stage-left",
                      DRAIN)))
          .toList();

  private Commands() {}
}
