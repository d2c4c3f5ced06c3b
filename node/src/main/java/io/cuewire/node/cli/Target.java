package io.cuewire.node.cli;

import java.net.URI;

/** The node that is asked. */
interface Target {
  URI at();

  /** Goes on with another node; false when there is none that answers. */
  boolean leave(URI gone);

  /** This one, whether it answers or not. */
  static Target only(URI at) {
    return new Target() {
      @Override
      public URI at() {
        return at;
      }

      @Override
      public boolean leave(URI gone) {
        return false;
      }
    };
  }
}
