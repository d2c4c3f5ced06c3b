package io.cuewire.show;

/** A place in the show file; both count from 1. */
record Position(int line, int column) {
  static final Position START = new Position(1, 1);
}
