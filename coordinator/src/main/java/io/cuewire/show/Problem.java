package io.cuewire.show;

import java.util.Comparator;

/**
 * One mistake in a show file.
 *
 * @param line counted from 1
 * @param column counted from 1, in characters
 * @param message one line for the person who wrote the file: what is wrong and what to write
 */
public record Problem(String file, int line, int column, String message)
    implements Comparable<Problem> {
  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::message);

  @Override
  public int compareTo(Problem other) {
    return BY_POSITION.compare(this, other);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
