package io.cuewire.transport;

import java.io.IOException;

/** The other side does not accept who this endpoint says it is; trying again changes nothing. */
public final class LoginRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public LoginRefusedException(String message) {
    super(message);
  }
}
