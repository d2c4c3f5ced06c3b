package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.link.LinkState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The nodes that are known to run nothing that others could run: their machines refuse the link, or
 * they have said farewell. A process that is there again is still absent until it is up, or in a
 * cluster of its own, or out of reach: then nobody knows what it does.
 */
final class Absences {
  private enum Absence {
    /** It has handed over what it had, and is about to leave. */
    FAREWELL,
    /** It has left, and its process is about to end. */
    LEFT,
    /** Its process is gone, whatever becomes of its machine. */
    GONE,
    /** Its next process has begun, and has not joined anybody yet. */
    RETURNING
  }

  private final Map<String, Absence> absences = new HashMap<>();

  synchronized void farewell(String node) {
    absences.put(node, Absence.FAREWELL);
  }

  /** A node of which this one is no fellow says that it is in a cluster. */
  synchronized void inAnotherCluster(String node) {
    absences.remove(node);
  }

  synchronized void look(String node, LinkState link, NodeState state) {
    var before = absences.get(node);
    switch (link) {
      case REFUSED -> absences.put(node, Absence.GONE);
      case CONNECTED -> {
        if (before == Absence.GONE) {
          absences.put(node, Absence.RETURNING);
        } else if (before == Absence.FAREWELL && state == NodeState.DOWN) {
          absences.put(node, Absence.LEFT);
        } else if (before != Absence.FAREWELL && state == NodeState.UP) {
          absences.remove(node);
        }
      }
      case UNREACHABLE -> absences.remove(node, Absence.RETURNING);
      case UNKNOWN -> {}
    }
  }

  /** Those whose processes are gone, and no others have begun. */
  synchronized Set<String> gone() {
    return absences.entrySet().stream()
        .filter(a -> a.getValue() == Absence.GONE)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  synchronized Set<String> nodes() {
    return Set.copyOf(absences.keySet());
  }
}
