package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cuewire.node.cli.DemoPlan.Machine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An example show on this machine: starts its nodes, moves its faders, and tidies up. */
final class Demo implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(1);
  private static final Duration REDRAW = Duration.ofSeconds(1);
  private static final Duration LINE = Duration.ofSeconds(5);
  private static final Duration END = Duration.ofSeconds(5);

  private final Output output;
  private final DemoTraffic traffic;
  private final DemoPlan plan;
  private final Path folder;
  private final DemoScreen screen;
  private final List<DemoNode> nodes = new ArrayList<>();
  private final Set<DemoNode> ended = new HashSet<>();
  private boolean closed;

  Demo(int machines, Output output) throws IOException {
    this.output = output;
    this.screen = new DemoScreen(output);
    this.traffic = new DemoTraffic();
    this.plan = DemoPlan.find(machines, traffic.meterPort());
    this.folder = Files.createTempDirectory("cuewire-demo-");
  }

  DemoPlan plan() {
    return plan;
  }

  Path showFile() {
    return folder.resolve("show.yaml");
  }

  /** A node's own folder. */
  Path data(Machine machine) {
    return folder.resolve(machine.name());
  }

  List<DemoNode> nodes() {
    return List.copyOf(nodes);
  }

  /**
   * Starts the nodes, waits until each answers and, no longer than that may take, until all are up;
   * then the faders move.
   */
  void start() throws IOException, InterruptedException {
    Files.writeString(showFile(), plan.show());
    screen.say(
        "starting %d node%s of show demo …"
            .formatted(plan.machines().size(), plan.machines().size() == 1 ? "" : "s"));
    for (var machine : plan.machines()) {
      start(machine);
    }
    var deadline = System.nanoTime() + READY.toNanos();
    for (var node : nodes) {
      awaitReady(node, deadline);
    }
    while (!isTogether() && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL);
    }
    traffic.aim(new InetSocketAddress(plan.first().host(), plan.osc()));
  }

  private synchronized void start(Machine machine) throws IOException {
    if (!closed) {
      nodes.add(DemoNode.start(machine, showFile(), data(machine)));
    }
  }

  private void awaitReady(DemoNode node, long deadline) throws IOException, InterruptedException {
    while (ask(node.machine()).isEmpty()) {
      if (!node.isAlive() || System.nanoTime() - deadline > 0) {
        output.flush();
        output
            .err()
            .println(node.logTail().lines().map(Text::safe).collect(Collectors.joining("\n")));
        throw new Failure(
            Exit.FAILED,
            node.isAlive()
                ? "node %s was not ready within %d s; above is the end of its log"
                    .formatted(node.machine().name(), READY.toSeconds())
                : "node %s ended %s; above is the end of its log"
                    .formatted(node.machine().name(), node.ending()));
      }
      Thread.sleep(POLL);
    }
  }

  private boolean isTogether() {
    var up = 0;
    for (var node : status().path("nodes")) {
      up += Text.of(node, "state").equals("up") ? 1 : 0;
    }
    return up == plan.machines().size();
  }

  private static Optional<JsonNode> ask(Machine machine) {
    try {
      var api = ApiClient.at(machine.url(), Optional.empty()).within(ANSWER);
      return Optional.of(api.get("/api/status"));
    } catch (Failure _) {
      return Optional.empty();
    }
  }

  /**
   * Shows how it goes, until the time is over or nobody looks any longer.
   *
   * @param command how the user calls this program
   */
  void show(Duration duration, String command) throws InterruptedException {
    screen.say(new DemoGuide(this, command).text());
    var begin = System.nanoTime();
    var every = output.terminal() ? REDRAW : LINE;
    var last = moment(begin, Duration.ZERO, 0, 0);
    while (output.flush()) {
      var left = duration.minusNanos(System.nanoTime() - begin);
      if (!left.isPositive()) {
        return;
      }
      var pause = left.compareTo(every) < 0 ? left : every;
      Thread.sleep(pause);
      tellEnded();
      last = moment(begin, pause, last.sent(), last.arrived());
      screen.show(last);
    }
  }

  private DemoScreen.Moment moment(long begin, Duration since, long sent, long arrived) {
    var millis = Math.max(1, since.toMillis());
    return new DemoScreen.Moment(
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
        traffic.sent(),
        (traffic.sent() - sent) * 1000 / millis,
        traffic.arrived(),
        (traffic.arrived() - arrived) * 1000 / millis,
        status());
  }

  private JsonNode status() {
    return plan.machines().stream()
        .flatMap(machine -> ask(machine).stream())
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private synchronized void tellEnded() {
    for (var node : nodes) {
      if (!closed && !node.isAlive() && ended.add(node)) {
        screen.say(
            "node %s ended (%s); the show goes on without it"
                .formatted(node.machine().name(), node.ending()));
      }
    }
  }

  /** Ends what it started and removes its files; the second time does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    traffic.close();
    nodes.forEach(DemoNode::terminate);
    var deadline = System.nanoTime() + END.toNanos();
    try {
      for (var node : nodes) {
        node.awaitEnd(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deleteFolder();
  }

  private void deleteFolder() {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      output.err().println("cuewire: " + folder + " could not be removed: " + e.getMessage());
    }
  }
}
