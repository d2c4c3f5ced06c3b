package io.cuewire.show;

import java.util.ArrayList;
import java.util.List;

/**
 * What a show asks for and this version does not run yet. A show with such parts is valid; a node
 * says so instead of pretending. What comes to life is deleted here.
 */
public final class Alive {
  private static final String NOT_YET = ", which this version does not run yet";

  private Alive() {}

  /** One line for each part, or nothing. */
  public static List<String> notYet(Show show) {
    var reasons = new ArrayList<String>();
    for (var node : show.nodes().values()) {
      if (node.host().contains(":")) {
        reasons.add("node '" + node.name() + "' has an IPv6 address as host" + NOT_YET);
      }
    }
    for (var endpoint : show.endpoints().values()) {
      if (!(endpoint.emergency() instanceof StopSignal.Default)) {
        reasons.add("endpoint '" + endpoint.name() + "' has 'emergency'" + NOT_YET);
      }
    }
    if (!show.parameters().equals(Scope.NOTHING_DECLARED)) {
      reasons.add("the show has 'parameters'" + NOT_YET);
    }
    if (!show.mappings().isEmpty()) {
      reasons.add("the show has 'mappings'" + NOT_YET);
    }
    if (!show.surfaces().isEmpty()) {
      reasons.add("the show has 'surfaces'" + NOT_YET);
    }
    if (!show.scenes().isEmpty()) {
      reasons.add("the show has 'scenes'" + NOT_YET);
    }
    var emergency = show.emergency();
    if (!(emergency.block() instanceof Emergency.Block.All)) {
      reasons.add("'emergency' has 'block'" + NOT_YET);
    }
    if (!emergency.set().isEmpty()) {
      reasons.add("'emergency' has 'set'" + NOT_YET);
    }
    if (emergency.repeat() != Emergency.REPEAT) {
      reasons.add("'emergency' has 'repeat'" + NOT_YET);
    }
    if (emergency.heartbeat().isPresent()) {
      reasons.add("'emergency' has 'heartbeat'" + NOT_YET);
    }
    if (show.split().arbiter().isPresent()) {
      reasons.add("'split' has 'arbiter'" + NOT_YET);
    }
    return List.copyOf(reasons);
  }
}
