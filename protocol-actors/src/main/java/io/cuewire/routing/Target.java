package io.cuewire.routing;

import io.cuewire.message.Message;

/** Where a route ends: an endpoint on this node, or the link to the node that runs it. */
@FunctionalInterface
public interface Target {
  /**
   * Takes the message now or never; keeps what it needs for longer. Does not block.
   *
   * @return false when it was lost because nobody is there to take it
   */
  boolean deliver(Message message);
}
