package io.cuewire.show;

import java.util.Optional;
import java.util.SequencedMap;

/**
 * A control surface, such as TouchOSC or Lemur.
 *
 * @param in the endpoint its messages arrive by
 * @param out the endpoint that feedback goes to
 * @param controls by name: {@code fader_1} is {@code /PAGE/fader1} on any page
 */
public record Surface(
    String name, String in, Optional<String> out, SequencedMap<String, Control> controls) {
  public Surface {
    controls = Show.inOrder(controls);
  }
}
