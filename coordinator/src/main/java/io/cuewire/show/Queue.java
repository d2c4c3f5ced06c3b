package io.cuewire.show;

/**
 * What waits to be sent, bounded; what it drops is counted.
 *
 * @param size messages; default 1024
 */
public record Queue(int size, Full full) {
  public static final Queue DEFAULT = new Queue(1024, Full.DROP_OLDEST);

  /** What a full queue gives up. */
  public enum Full {
    /** The oldest message: the default. */
    DROP_OLDEST,
    /** Nothing but what is stale: a newer message replaces a waiting one of the same address. */
    LATEST
  }
}
