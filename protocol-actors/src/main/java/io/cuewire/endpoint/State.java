package io.cuewire.endpoint;

import java.util.Locale;

/** The states of an endpoint instance, as contract section 6 names them. */
public enum State {
  STARTING,
  CONNECTING,
  CONNECTED,
  LISTENING,
  STALE,
  BACKING_OFF,
  STANDBY,
  STOPPED,
  FAILED;

  /** The contract's word: {@code backing-off}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
