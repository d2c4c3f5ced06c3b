package io.cuewire.cluster;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cluster as this node sees it.
 *
 * @param nodes every node of the show by name
 * @param coordinator the node that runs the coordinator, once it has said so
 */
record ClusterView(Map<String, Node> nodes, Optional<String> coordinator) {

  /** The contract's states of a node. */
  enum NodeState {
    JOINING,
    UP,
    UNREACHABLE,
    LEAVING,
    DOWN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One node, and since when it is in that state. */
  record Node(NodeState state, Instant since) {}

  ClusterView {
    nodes = Map.copyOf(nodes);
  }

  NodeState state(String node) {
    return nodes.get(node).state();
  }

  Set<String> in(NodeState state) {
    return nodes.entrySet().stream()
        .filter(e -> e.getValue().state() == state)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The members of this node's cluster, in whatever state. */
  Set<String> members() {
    return nodes.entrySet().stream()
        .filter(e -> e.getValue().state() != NodeState.DOWN)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
