package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import io.cuewire.bench.Takeover.Blow;
import io.cuewire.bench.Traffic.Way;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures nodes of the distribution beside {@link RawRelay}, in turns within one run, and writes a
 * table. docs/bench.md tells how and why.
 */
final class Bench {
  /** Issue 2, "It is done when"; the first two are ratios. */
  private static final Goal FAST = new Goal("≥ 0.60", ratio -> ratio >= 0.6);

  private static final Goal PROMPT = new Goal("≤ 2.00", ratio -> ratio <= 2);
  private static final Goal LOSSLESS = new Goal("none", lost -> lost == 0);
  static final Goal SMALL = new Goal("< 220", megabytes -> megabytes < 220);

  private final Rig rig;
  private final Duration time = Duration.ofSeconds(Integer.getInteger("bench.seconds", 10));
  private final Table table = new Table();

  /** Of what is random; {@code -Dbench.seed} repeats it. */
  private final long seed = Long.getLong("bench.seed", System.nanoTime() & 0xffff_ffffL);

  private Bench(Rig rig) {
    this.rig = rig;
  }

  /**
   * The parts, with spaces between. The system properties {@code bench.seconds}, {@code
   * bench.minutes}, {@code bench.trials} and {@code bench.seed} are the options of bench/run.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var load = load();
    var network =
        Boolean.getBoolean("bench.network")
            ? Optional.of(new Network())
            : Optional.<Network>empty();
    var rig = new Rig(Path.of(System.getProperty("cuewire.dist")), network);
    var bench = new Bench(rig);
    try {
      for (var part : args[0].split(" ")) {
        bench.run(part);
        rig.endProcesses();
      }
    } catch (IOException e) {
      if (!rig.hasEnded()) { // it was not Ctrl-C
        say("%s\n%s", rig.log(), e.getMessage());
        System.exit(1);
      }
    }
    var results =
        """
        %s, %s, Java %s, load average %.1f before and %.1f after (this run's own work included).
        Medians of turns, in parentheses the lowest and the highest.

        %s\
        """
            .formatted(begun, machine(), Runtime.version(), load, load(), bench.table);
    System.out.print(results);
    Files.writeString(Path.of(System.getProperty("bench.results")), results);
    System.exit(0); // devices have threads of their own
  }

  /** Progress; standard output is for the results. */
  static void say(String format, Object... args) {
    System.err.println(format.formatted(args));
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String machine() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      var model = lines.filter(l -> l.startsWith("model name")).findFirst().orElse(": unknown");
      return Runtime.getRuntime().availableProcessors()
          + " cores (%s)".formatted(model.replaceAll(".*: ", ""));
    }
  }

  private void run(String part) throws IOException, InterruptedException {
    switch (part) {
      case "relay" -> {
        limit();
        compare("relay", 1, 1, FAST, PROMPT, Goal.NONE);
      }
      case "cross" -> compare("three nodes", 3, 1, Goal.NONE, Goal.NONE, LOSSLESS);
      case "fanout" -> compare("fan-out", 1, 100, Goal.NONE, Goal.NONE, Goal.NONE);
      case "crowd" -> new Crowd(rig).run(table, time);
      case "fuzz" -> new Fuzz(rig, told(part)).run(table, time);
      case "scenes" -> new Scenes(rig, trials(200), told(part)).run(table);
      case "faders" -> new Faders(rig, Integer.getInteger("bench.seconds", 60)).run(table);
      case "stop" -> new Stops(rig, trials(200), told(part)).run(table);
      case "crash" -> new Takeover(rig, told(part)).run(table, List.of(Blow.KILL), trials(50));
      case "freeze" ->
          new Takeover(rig, told(part)).run(table, List.of(Blow.FREEZE, Blow.CUT), trials(20));
      case "chaos" -> new Chaos(rig, length(30), told(part)).run(table);
      case "quiet" -> new Quiet(rig, length(10)).run(table);
      case "memory" -> memory();
      default -> throw new IllegalArgumentException(part);
    }
  }

  private long told(String part) {
    say("%s: --seed %d", part, seed);
    return seed;
  }

  private static int trials(int usual) {
    return Integer.getInteger("bench.trials", usual);
  }

  /** The seconds that are wanted, or else minutes. */
  private static Duration length(int minutes) {
    var seconds = Integer.getInteger("bench.seconds", 0);
    return seconds > 0 ? Duration.ofSeconds(seconds) : Duration.ofMinutes(minutes(minutes));
  }

  private static int minutes(int usual) {
    return Integer.getInteger("bench.minutes", usual);
  }

  /** What the sender and the sink of this program can do on this machine. */
  private void limit() throws IOException {
    var out = rig.address("127.0.0.1");
    try (var traffic = new Traffic(List.of(out))) {
      var direct = new Way("no relay", out, 1, List.of());
      var rate = traffic.fastest(direct, Comparison.trialTime(time)).throughput();
      say("no relay: throughput %,.0f/s", rate);
      table.row("no relay: throughput, messages/s", "", Table.number(rate), "", "");
    }
  }

  /** Nodes that pass faders from the first to targets of the last, beside one raw relay. */
  private void compare(String name, int size, int targets, Goal throughput, Goal latency, Goal loss)
      throws IOException, InterruptedException {
    var in = rig.address("127.0.0.1");
    var outs = new ArrayList<InetSocketAddress>();
    while (outs.size() < targets) {
      outs.add(rig.address("127.0.0." + size));
    }
    try (var traffic = new Traffic(outs)) {
      var nodes = rig.nodes(size, in, outs);
      var rawIn = rig.address("127.0.0.1");
      var raw = rig.raw(nodes.getFirst(), rawIn, outs);
      var comparison =
          new Comparison(
              name,
              traffic,
              time,
              new Way("Cuewire", in, targets, nodes),
              new Way("raw", rawIn, targets, List.of(raw)));
      comparison.throughput(table, throughput);
      if (targets == 1) {
        comparison.latency(table, latency);
        comparison.loss(table, loss);
      }
      var resident = nodes.stream().mapToDouble(Rig::resident).max().orElseThrow();
      table.row(name + ": resident after that, MB", Table.number(resident), SMALL, resident);
    }
  }

  /** Minutes of traffic through one node, and what its memory does meanwhile. */
  private void memory() throws IOException, InterruptedException {
    var in = rig.address("127.0.0.1");
    var out = rig.address("127.0.0.1");
    try (var traffic = new Traffic(List.of(out))) {
      var way = new Way("soak", in, 1, rig.nodes(1, in, List.of(out)));
      new Soak().run(traffic, way, minutes(10), table);
    }
  }
}
