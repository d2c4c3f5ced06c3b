package io.cuewire.show;

import java.util.List;

/** A named list of steps that all nodes fire together. */
public record Scene(String name, List<Step> steps) {
  public Scene {
    steps = List.copyOf(steps);
  }
}
