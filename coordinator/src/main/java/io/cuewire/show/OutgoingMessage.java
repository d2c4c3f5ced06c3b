package io.cuewire.show;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A message that the show file spells out. */
public sealed interface OutgoingMessage {

  /**
   * @param args OSC arguments as Java values: Integer, Long, Float, String, Boolean, null, List
   */
  record Addressed(String address, List<Object> args) implements OutgoingMessage {
    public Addressed {
      args = copyOf(args);
    }
  }

  /** Goes out as this text in the endpoint's framing. */
  record Text(String text) implements OutgoingMessage {}

  /** An immutable copy that may hold null, OSC's N, which {@code List.copyOf} refuses. */
  static List<Object> copyOf(List<?> args) {
    return Collections.unmodifiableList(new ArrayList<>(args));
  }
}
