package io.cuewire.action;

import io.cuewire.parameter.ParameterRules;
import io.cuewire.show.Control.Target;

/** Between a control's own range and that of its parameter. */
final class ControlRange {
  private ControlRange() {}

  /** What the parameter becomes; without ranges, the value as it comes. */
  static Object toParameter(Target target, Object value) {
    if (target.mapping().isEmpty()) {
      return value;
    }
    var input = target.mapping().get().input();
    var output = target.mapping().get().output();
    return (float)
        linear(ParameterRules.number(value), input.from(), input.to(), output.from(), output.to());
  }

  /** What the control shows; it ends where its range ends. */
  static Object toControl(Target target, Object value) {
    if (value instanceof String text) {
      return text;
    }
    var number = ParameterRules.number(value);
    if (target.mapping().isEmpty()) {
      return (float) number;
    }
    var input = target.mapping().get().input();
    var output = target.mapping().get().output();
    if (output.from() == output.to()) {
      return (float) input.from();
    }
    var shown = linear(number, output.from(), output.to(), input.from(), input.to());
    return (float)
        Math.clamp(shown, Math.min(input.from(), input.to()), Math.max(input.from(), input.to()));
  }

  private static double linear(double x, double from, double to, double newFrom, double newTo) {
    return newFrom + (x - from) / (to - from) * (newTo - newFrom);
  }
}
