package io.cuewire.show;

import java.util.List;

/** Where an endpoint runs. */
public sealed interface On {

  /** One instance on each node but the witnesses. */
  record All() implements On {}

  /** On this node and no other. */
  record Pinned(String node) implements On {}

  /** On the first live node of the list; another takes over when that one is lost. */
  record Listed(List<String> nodes) implements On {
    public Listed {
      nodes = List.copyOf(nodes);
    }
  }
}
