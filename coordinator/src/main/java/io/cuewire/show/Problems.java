package io.cuewire.show;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The mistakes found so far in one file. */
final class Problems {
  private final String file;
  private final TreeSet<Problem> found = new TreeSet<>(); // an aliased block is read several times
  private final Set<Position> settled = new HashSet<>();

  Problems(String file) {
    this.file = file;
  }

  void add(Position at, String message) {
    if (!settled.contains(at)) {
      addAnyway(at, message);
    }
  }

  /** Reports why nothing is known of a value, so that what follows from that is not reported. */
  void settle(Position at, String message) {
    settled.add(at);
    addAnyway(at, message);
  }

  private void addAnyway(Position at, String message) {
    found.add(new Problem(file, at.line(), at.column(), message));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int count() {
    return found.size();
  }

  List<Problem> inOrder() {
    return List.copyOf(found);
  }
}
