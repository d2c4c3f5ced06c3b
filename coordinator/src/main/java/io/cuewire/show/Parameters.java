package io.cuewire.show;

import java.util.List;
import java.util.SequencedMap;

/**
 * @param to endpoints that each change goes out by, as OSC: address OPERATOR/PARAMETER, one
 *     argument; at most 100 a second per parameter, the last value always
 * @param strict whether only declared parameters may be set; default false
 */
public record Parameters(
    List<String> to, boolean strict, SequencedMap<ParameterId, DeclaredParameter> declared) {
  public Parameters {
    to = List.copyOf(to);
    declared = Show.inOrder(declared);
  }
}
