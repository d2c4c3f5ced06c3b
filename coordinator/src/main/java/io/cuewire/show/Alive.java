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
    return List.copyOf(reasons);
  }
}
