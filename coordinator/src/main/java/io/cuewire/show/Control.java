package io.cuewire.show;

import io.cuewire.routing.Range;
import java.util.List;
import java.util.Optional;

/**
 * One control of a surface.
 *
 * @param feedback address that shows the parameter's value on the surface
 */
public record Control(String name, Optional<String> feedback, Action action) {

  /** What using the control does. */
  public sealed interface Action {}

  /** Sets the parameters to its value. */
  public record Follow(List<Target> targets) implements Action {
    public Follow {
      targets = List.copyOf(targets);
    }
  }

  /** Switches the parameters between on and off. */
  public record Toggle(List<Target> targets) implements Action {
    public Toggle {
      targets = List.copyOf(targets);
    }
  }

  /** Sets the parameters for a moment. */
  public record Pulse(List<Target> targets) implements Action {
    public Pulse {
      targets = List.copyOf(targets);
    }
  }

  /** Changes the scene. */
  public record GoScene(String scene) implements Action {}

  /** Enters the emergency stop. */
  public record Stop() implements Action {}

  /**
   * @param axis of an xy control
   * @param mapping from the control's range to the parameter's; absent, the value as it comes
   */
  public record Target(ParameterId parameter, Optional<Axis> axis, Optional<Ranges> mapping) {}

  /** One direction of an xy control. */
  public enum Axis {
    X,
    Y
  }

  /** A linear mapping; {@code input} is not empty. */
  public record Ranges(Range input, Range output) {}
}
