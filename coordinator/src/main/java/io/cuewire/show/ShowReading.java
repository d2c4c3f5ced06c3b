package io.cuewire.show;

import java.util.List;

/** What reading a show file came to. */
public sealed interface ShowReading {

  record Valid(Show show) implements ShowReading {}

  /**
   * @param problems all of them, in the order of the file
   */
  record Invalid(List<Problem> problems) implements ShowReading {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
