package io.cuewire.action;

import io.cuewire.ledger.Entry.Hand;
import io.cuewire.message.Message;
import io.cuewire.show.ParameterId;
import java.util.Optional;

/** What a message that arrives can set off in the show. Nothing here blocks. */
public interface Stage {

  /**
   * Moves a parameter, as far as it goes.
   *
   * @param by the surface that did it
   * @return false when that was refused
   */
  boolean move(ParameterId id, Object value, Optional<Hand> by);

  /** Takes back what {@link #move} has begun, also when a stop has come since. */
  boolean release(ParameterId id, Object value, Optional<Hand> by);

  Optional<Object> value(ParameterId id);

  void changeScene(String scene, String by);

  void emergencyStop(String by);

  /** A beat of the dead-man's switch has arrived. */
  void beat();

  /** Sends a message out of an endpoint: its instance here, else wherever it runs. */
  void send(String endpoint, Message message);
}
