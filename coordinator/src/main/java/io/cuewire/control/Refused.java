package io.cuewire.control;

/** A request that was not carried out; the message says what, where and what to do, in one line. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, in the terms of contract section 7: 400, 404, 409 and 503. */
  public enum Kind {
    INVALID,
    NOT_FOUND,
    CONFLICT,
    UNAVAILABLE
  }

  private final Kind kind;

  public Refused(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
