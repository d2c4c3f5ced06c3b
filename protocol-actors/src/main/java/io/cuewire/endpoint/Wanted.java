package io.cuewire.endpoint;

/** What an endpoint instance shall do, whatever it manages to do. */
public enum Wanted {
  RUN,
  /** Another node runs it; this one would take over. */
  STANDBY,
  /** Taken out of service by the operator. */
  DISABLED
}
