package io.cuewire.transport;

import java.io.IOException;

/** A device of this machine that cannot be used, and the contract's words for why. */
public final class DeviceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason for the status: {@code no such device}, {@code not permitted} …
   * @param message what more is known, and what to do about it
   */
  public DeviceException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
