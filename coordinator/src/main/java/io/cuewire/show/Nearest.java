package io.cuewire.show;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the writer of a misspelt name may have meant. */
public final class Nearest {
  private static final int LONGEST_LIST = 20;

  private Nearest() {}

  /** {@code ; did you mean 'listen'?}, or what there is to choose from. */
  public static String suggestion(String written, Collection<String> known, String listedAs) {
    return to(written, known)
        .map(near -> "; did you mean '" + near + "'?")
        .orElseGet(() -> list(known, listedAs));
  }

  private static String list(Collection<String> known, String listedAs) {
    if (known.isEmpty()) {
      return "; there is none";
    }
    var rest = known.size() > LONGEST_LIST ? " …" : "";
    return known.stream()
        .limit(LONGEST_LIST)
        .collect(Collectors.joining(", ", "; " + listedAs + ": ", rest));
  }

  /** The known name with the fewest typing mistakes, if they are few, or with this beginning. */
  static Optional<String> to(String written, Collection<String> known) {
    var typed = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> distance(typed, name.toLowerCase(Locale.ROOT)) <= tolerance(typed, name))
        .min(Comparator.comparingInt(name -> distance(typed, name.toLowerCase(Locale.ROOT))))
        .or(() -> beginning(typed, known));
  }

  private static int tolerance(String typed, String name) {
    return Math.min(3, Math.max(typed.length(), name.length()) / 3);
  }

  private static Optional<String> beginning(String typed, Collection<String> known) {
    return known.stream()
        .filter(name -> typed.length() >= 3 && name.toLowerCase(Locale.ROOT).startsWith(typed))
        .findFirst();
  }

  /** Letters inserted, left out, replaced, or swapped with their neighbour. */
  static int distance(String a, String b) {
    var table = new int[a.length() + 1][b.length() + 1];
    for (var i = 0; i <= a.length(); i++) {
      for (var j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          table[i][j] = i + j;
          continue;
        }
        var replaced = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        table[i][j] =
            Math.min(
                table[i - 1][j - 1] + replaced, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
        }
      }
    }
    return table[a.length()][b.length()];
  }
}
