package io.cuewire.show;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the emergency stop does.
 *
 * @param block endpoints that send nothing but the stop, {@code set}, replies and status while it
 *     is latched; default all
 * @param set parameters it sets
 * @param repeat how often datagram protocols send the stop, 20 ms apart; default 3
 * @param heartbeat dead-man's switch
 */
public record Emergency(
    Block block, List<ParameterValue> set, int repeat, Optional<Heartbeat> heartbeat) {
  public static final int REPEAT = 3;

  public Emergency {
    set = List.copyOf(set);
  }

  /** Which endpoints the stop blocks. */
  public sealed interface Block {
    record All() implements Block {}

    record None() implements Block {}

    record Listed(List<String> endpoints) implements Block {
      public Listed {
        endpoints = List.copyOf(endpoints);
      }
    }
  }

  /**
   * Raises the stop when the beats end; armed by the first beat.
   *
   * @param from the endpoint they arrive by
   * @param match address pattern of a beat; default everything
   * @param within longest time between two beats
   */
  public record Heartbeat(String from, String match, Duration within) {}
}
