package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import io.cuewire.bench.Traffic.Pace;
import io.cuewire.bench.Traffic.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Minutes of traffic through one node, and what its memory does meanwhile. */
final class Soak {
  /** Both in MB (10^6 bytes), the heap after a full collection. */
  private record Sample(double minute, double resident, double heap) {}

  private static final double RATE = 5_000;
  private static final Duration EACH = Duration.ofSeconds(30);

  /** The JVM compiles and sizes its heap at first. */
  private static final double WARM_UP_MINUTES = 2;

  private final List<Sample> samples = new ArrayList<>();

  void run(Traffic traffic, Way way, int minutes, Table table) throws IOException {
    var node = way.processes().getFirst();
    var lost = 0L;
    for (var minute = 0.5; minute <= minutes; minute += 0.5) {
      lost += traffic.run(way, RATE, EACH, Pace.BURSTS).lost();
      samples.add(new Sample(minute, Rig.resident(node), Rig.liveHeap(node)));
      Bench.say("memory: %s, lost %d", samples.getLast(), lost);
    }
    table.row("soak: lost at 5,000/s in %d minutes".formatted(minutes), "" + lost, Goal.NONE, lost);
    var highest = samples.stream().mapToDouble(Sample::resident).max().orElseThrow();
    table.row("soak: resident, highest, MB", Table.number(highest), Bench.SMALL, highest);
    row(table, "resident", Sample::resident, new Goal("flat: slope < 4", slope -> slope < 4));
    row(table, "heap", Sample::heap, new Goal("flat: slope < 0.5", slope -> slope < 0.5));
  }

  private void row(Table table, String what, ToDoubleFunction<Sample> figure, Goal goal) {
    var warm = samples.stream().filter(s -> s.minute > WARM_UP_MINUTES).toList();
    if (warm.size() > 2) {
      var first = warm.getFirst();
      var last = warm.getLast();
      var slope = slope(warm, figure) * 10;
      table.row(
          "soak: %s from minute %.1f to %.1f, MB".formatted(what, first.minute, last.minute),
          "%.2f to %.2f, slope %+.2f in 10 minutes"
              .formatted(figure.applyAsDouble(first), figure.applyAsDouble(last), slope),
          goal,
          slope);
    }
  }

  /** Least squares, a minute. */
  private static double slope(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    var middle = samples.stream().mapToDouble(Sample::minute).average().orElseThrow();
    var rise = 0.0;
    var run = 0.0;
    for (var sample : samples) {
      rise += (sample.minute - middle) * figure.applyAsDouble(sample);
      run += (sample.minute - middle) * (sample.minute - middle);
    }
    return rise / run;
  }
}
