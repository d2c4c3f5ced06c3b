package io.cuewire.transport;

/**
 * Waits for a thread whose channel was closed, so that a closed transport leaves nothing behind.
 */
public final class Ending {
  /** A closed channel ends its threads at once; more is a bug, which shall not hang the caller. */
  private static final long PATIENCE_MILLIS = 1000;

  private Ending() {}

  public static void await(Thread thread) {
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
