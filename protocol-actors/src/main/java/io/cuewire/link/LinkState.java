package io.cuewire.link;

/** What a node knows of another one's process from trying to reach it. */
public enum LinkState {
  /** Nothing yet. */
  UNKNOWN,
  /** Connected and answering. */
  CONNECTED,
  /** The machine answered that no such process is there: proof of its death. */
  REFUSED,
  /** No answer: off, frozen, or cut off. */
  UNREACHABLE
}
