package io.cuewire.transport;

import io.cuewire.message.Message;
import java.util.Optional;

/** The sending side of an open transport. Nothing of it blocks. */
@FunctionalInterface
public interface Sink {
  /**
   * Sends at once, or says that it cannot; the message then waits in the endpoint's queue. Keeps
   * nothing of the message.
   */
  boolean send(Message message);

  /**
   * Sends an emergency stop, or says that it cannot; it then goes first in the endpoint's queue.
   */
  default boolean stop(StopOrder order) {
    return false;
  }

  /** Whether it sends on the thread of who calls it, instead of waking another. */
  default boolean sendsItself() {
    return false;
  }

  /**
   * An emergency stop was left, now or while nothing was open.
   *
   * @param signal what others may still hold of it
   */
  default void endStop(Optional<Message> signal) {}
}
