package io.cuewire.transport;

/** How one endpoint instance has taken a stop. */
public sealed interface Confirmation {

  /**
   * It has gone out to all.
   *
   * @param ms milliseconds after this node had learned of it
   */
  record Confirmed(double ms) implements Confirmation {}

  /** It has not, or not to all; that may still change. */
  record Unconfirmed(String why) implements Confirmation {}

  /** It is on its way. */
  record Open() implements Confirmation {}
}
