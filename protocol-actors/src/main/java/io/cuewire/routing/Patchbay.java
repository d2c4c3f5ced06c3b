package io.cuewire.routing;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The endpoints that a table of routes is compiled against. */
public interface Patchbay {
  /** The names that messages arrive by on this node. */
  Collection<String> sources();

  /** The endpoint names behind one entry of {@link Route#to}: itself, or all of a protocol. */
  List<String> named(String to);

  /**
   * What the show itself does with a message, beside its routes: a control surface, a mapping …
   *
   * @param address as it arrived, never a pattern
   */
  default Optional<Target> acts(String source, String address) {
    return Optional.empty();
  }

  /** One target for each node that runs the endpoint now. */
  List<Target> instances(String endpoint);
}
