package io.cuewire.control;

import java.util.Optional;

/**
 * How one endpoint instance has taken the emergency stop. One that is open was told and has not
 * answered yet; it is confirmed or not within two seconds.
 *
 * @param ms until it was confirmed, since its node had learned of the stop
 * @param error why it is not confirmed
 */
public record StopConfirmation(
    String endpoint, String node, Optional<Double> ms, Optional<String> error) {

  public static StopConfirmation confirmed(String endpoint, String node, double ms) {
    return new StopConfirmation(endpoint, node, Optional.of(ms), Optional.empty());
  }

  public static StopConfirmation unconfirmed(String endpoint, String node, String why) {
    return new StopConfirmation(endpoint, node, Optional.empty(), Optional.of(why));
  }

  public static StopConfirmation open(String endpoint, String node) {
    return new StopConfirmation(endpoint, node, Optional.empty(), Optional.empty());
  }

  public boolean isConfirmed() {
    return ms.isPresent();
  }

  public boolean isOpen() {
    return ms.isEmpty() && error.isEmpty();
  }
}
