package io.cuewire.show;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a scene does next. */
public sealed interface Step {

  /**
   * Sets a parameter.
   *
   * @param fade time it takes to get there; absent, at once
   */
  record Set(ParameterValue value, Optional<Duration> fade) implements Step {}

  /**
   * Sends a message.
   *
   * @param to endpoint names; {@code "osc:*"} is every sender of that protocol
   */
  record Send(List<String> to, OutgoingMessage.Addressed message) implements Step {
    public Send {
      to = List.copyOf(to);
    }
  }

  /** Does nothing for a while; fades go on. */
  record Wait(Duration time) implements Step {}
}
