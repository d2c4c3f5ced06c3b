package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import io.cuewire.bench.Traffic.Pace;
import io.cuewire.bench.Traffic.Trial;
import io.cuewire.bench.Traffic.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Measures nodes and the raw relay in turns: what disturbs the machine disturbs both. */
final class Comparison {
  static final int ROUNDS = 3;

  private static final double PACED = 5_000;
  private static final double STEADY = 20_000;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int WARM_UP_MESSAGES = 100_000;

  /** The trials of one of the two. */
  private record Side(Way way, List<Trial> fastest, List<Trial> paced, List<Trial> steady) {
    Side(Way way) {
      this(way, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private final String name;
  private final Traffic traffic;
  private final Duration time;
  private final Side ours;
  private final Side raw;

  Comparison(String name, Traffic traffic, Duration time, Way ours, Way raw) {
    this.name = name;
    this.traffic = traffic;
    this.time = time;
    this.ours = new Side(ours);
    this.raw = new Side(raw);
  }

  /** How fast each can be. */
  void throughput(Table table, Goal goal) throws IOException {
    var copies = ours.way.copies();
    for (var side : List.of(raw, ours)) { // so that the compilers are done
      var count = WARM_UP_MESSAGES / copies;
      traffic.run(side.way, count / 5.0, Duration.ofSeconds(5), Pace.BURSTS);
    }
    for (var round = 1; round <= ROUNDS; round++) {
      for (var side : List.of(raw, ours)) {
        side.fastest.add(traffic.fastest(side.way, trialTime(time)));
        var rate = side.fastest.getLast().throughput();
        Bench.say("%s: throughput, round %d: %s %,.0f/s", name, round, side.way.name(), rate);
      }
    }
    var each = copies == 1 ? "" : " in, of which each goes out " + copies + " times";
    row(table, "throughput, messages/s" + each, Side::fastest, Trial::throughput, goal);
    row(
        table,
        "CPU time at that rate, µs for each message out",
        Side::fastest,
        Trial::cpuMicros,
        Goal.NONE);
  }

  /** The goal is about the 99th percentile. */
  void latency(Table table, Goal goal) throws IOException {
    for (var second = 0; second < ROUNDS * time.toSeconds(); second++) {
      for (var side : List.of(raw, ours)) {
        side.paced.add(traffic.run(side.way, PACED, SECOND, Pace.EXACT));
      }
    }
    row(table, "latency at 5,000/s, p50 µs", Side::paced, t -> t.micros(50), Goal.NONE);
    row(table, "latency at 5,000/s, p99 µs", Side::paced, t -> t.micros(99), goal);
    table.compare(
        name + ": the same, p99 µs of all seconds together",
        List.of(together(ours.paced)),
        List.of(together(raw.paced)),
        Goal.NONE);
  }

  private static double together(List<Trial> trials) {
    var all = new Histogram(trials.getFirst().latency());
    all.reset();
    trials.forEach(trial -> all.add(trial.latency()));
    return all.getValueAtPercentile(99) / 1e3;
  }

  void loss(Table table, Goal goal) throws IOException {
    for (var round = 1; round <= ROUNDS; round++) {
      for (var side : List.of(raw, ours)) {
        side.steady.add(traffic.run(side.way, STEADY, time, Pace.BURSTS));
      }
    }
    var lost = ours.steady.stream().mapToLong(Trial::lost).sum();
    table.row(name + ": lost at 20,000/s", lost(ours), lost(raw), "", goal.verdict(lost));
  }

  private static String lost(Side side) {
    var lost = side.steady.stream().mapToLong(Trial::lost).sum();
    return "%,d of %,d".formatted(lost, side.steady.stream().mapToLong(Trial::expected).sum());
  }

  private void row(
      Table table,
      String what,
      Function<Side, List<Trial>> trials,
      ToDoubleFunction<Trial> figure,
      Goal goal) {
    table.compare(
        name + ": " + what,
        trials.apply(ours).stream().map(figure::applyAsDouble).toList(),
        trials.apply(raw).stream().map(figure::applyAsDouble).toList(),
        goal);
  }

  /** A search makes about ten trials. */
  static Duration trialTime(Duration time) {
    return Stream.of(time.dividedBy(5), SECOND).max(Duration::compareTo).orElseThrow();
  }
}
