package io.cuewire.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What was measured again and again, in milliseconds. */
final class Figures {
  private final List<Double> all = Collections.synchronizedList(new ArrayList<>());

  void add(double millis) {
    all.add(millis);
  }

  /** Since an instant of {@link System#nanoTime}. */
  static double millis(long from, long to) {
    return (to - from) / 1e6;
  }

  /** Forgets what was measured while the JVMs were warming up. */
  void clear() {
    all.clear();
  }

  int count() {
    return all.size();
  }

  /** The smallest figure that at least this part of all do not exceed. */
  double at(double part) {
    var sorted = all.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }

  double median() {
    return at(0.5);
  }

  double max() {
    return at(1);
  }

  /** One row for each of the three that have a goal. */
  void rows(Table table, String what, Table.Goal median, Table.Goal p99, Table.Goal max) {
    row(table, what + ": median, ms", median(), median);
    row(table, what + ": 99th percentile, ms", at(0.99), p99);
    row(table, what + ": highest of " + count() + ", ms", max(), max);
  }

  private static void row(Table table, String what, double figure, Table.Goal goal) {
    table.row(what, String.format(Locale.ROOT, "%.2f", figure), goal, figure);
  }
}
