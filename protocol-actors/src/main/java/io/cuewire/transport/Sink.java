package io.cuewire.transport;

import io.cuewire.message.Message;

/** The sending side of an open transport. */
@FunctionalInterface
public interface Sink {
  /**
   * Sends at once, or says that it cannot; the message then waits in the endpoint's queue. Does not
   * block, and keeps nothing of the message.
   */
  boolean send(Message message);
}
