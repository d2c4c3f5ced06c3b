package io.cuewire.node.cli;

import io.cuewire.node.cli.DemoPlan.Machine;
import java.util.ArrayList;
import java.util.List;

/** Tells where everything of the demo is and what to try. */
final class DemoGuide {
  private final Demo demo;
  private final DemoPlan plan;
  private final String command;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param command how the user calls this program
   */
  DemoGuide(Demo demo, String command) {
    this.demo = demo;
    this.plan = demo.plan();
    this.command = command;
  }

  String text() {
    title(
        plan.isUnusual()
            ? "The show demo is running (some ports are not the usual ones: those are in use)"
            : "The show demo is running");
    for (var node : demo.nodes()) {
      var machine = node.machine();
      line("%-12s %s  (process %d)".formatted(machine.name(), machine.url(), node.pid()));
    }
    controller(plan.first());
    title("See what the show programs get");
    for (var sender : plan.senders()) {
      line("oscdump %d    # what %s sends".formatted(sender.program(), sender.name()));
    }
    commands(plan.first(), plan.senders().getFirst());
    death(demo.nodes().getLast());
    lines.add("");
    lines.add("Ctrl-C ends the demo and leaves nothing behind.");
    lines.add("");
    return String.join("\n", lines);
  }

  private void controller(Machine first) {
    title(
        "Aim a controller (TouchOSC, Lemur) at %s port %d, or type in another terminal"
            .formatted(first.host(), plan.osc()));
    line("oscsend %s %d /1/fader1 f 0.5".formatted(first.host(), plan.osc()));
  }

  private void commands(Machine first, Machine sender) {
    title("Look at the show from any node, and take part");
    ask("status", first);
    ask("history --follow --match '/1/fader1'", sender);
    ask("send program-" + sender.name() + " /hello 1 0.5 world", first);
    ask("show export", first);
  }

  private void death(DemoNode victim) {
    var machine = victim.machine();
    title("See what happens when a machine dies, and bring it back");
    line("kill -9 " + victim.pid());
    line(
        "%s node --show %s --name %s --data %s"
            .formatted(command, demo.showFile(), machine.name(), demo.data(machine)));
  }

  private void title(String text) {
    lines.add("");
    lines.add(text + ":");
  }

  private void line(String text) {
    lines.add("  " + text);
  }

  private void ask(String what, Machine machine) {
    line("%s %s --at %s".formatted(command, what, machine.url()));
  }
}
