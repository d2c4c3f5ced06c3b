package io.cuewire.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;

/** The results, as Markdown. */
final class Table {
  /** What a figure should be. */
  record Goal(String text, DoublePredicate met) {
    static final Goal NONE = new Goal("", _ -> true);

    String verdict(double figure) {
      return text.isEmpty() ? "" : text + (met.test(figure) ? ": met" : ": **missed**");
    }
  }

  private final StringBuilder text =
      new StringBuilder("| measured | Cuewire | raw | ratio | goal |\n|---|---|---|---|---|\n");

  /** A figure of both, of each round; the goal is about the ratio of the medians. */
  void compare(String measured, List<Double> ours, List<Double> raw, Goal goal) {
    var ratio = median(ours) / median(raw);
    row(measured, cell(ours), cell(raw), "%.2f".formatted(ratio), goal.verdict(ratio));
  }

  /** A figure of Cuewire alone. */
  void row(String measured, String ours, Goal goal, double figure) {
    row(measured, ours, "", "", goal.verdict(figure));
  }

  void row(String measured, String ours, String raw, String ratio, String verdict) {
    text.append("| %s | %s | %s | %s | %s |%n".formatted(measured, ours, raw, ratio, verdict));
  }

  /** The median, and in parentheses the lowest and the highest. */
  private static String cell(List<Double> figures) {
    var all = figures.stream().sorted().map(Table::number).toList();
    return all.size() == 1
        ? all.getFirst()
        : "%s (%s–%s)".formatted(number(median(figures)), all.getFirst(), all.getLast());
  }

  private static double median(List<Double> figures) {
    return figures.stream().sorted().toList().get(figures.size() / 2);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value < 1000 ? "%.1f" : "%,.0f", value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
