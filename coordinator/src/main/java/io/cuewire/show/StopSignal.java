package io.cuewire.show;

/** What an endpoint sends on an emergency stop. */
public sealed interface StopSignal {

  /** The stop of its protocol. */
  record Default() implements StopSignal {}

  /** Nothing. */
  record Off() implements StopSignal {}

  /** This instead. */
  record Instead(OutgoingMessage message) implements StopSignal {}
}
