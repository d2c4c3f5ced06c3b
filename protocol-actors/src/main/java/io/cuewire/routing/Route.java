package io.cuewire.routing;

import java.util.List;

/**
 * "What arrives here and matches this goes there, changed like this", as the show file says it.
 *
 * @param name unique in the show
 * @param from endpoint names, or {@code "*"} alone for every endpoint
 * @param match OSC 1.0 address pattern with the {@code //} of OSC 1.1; {@link #EVERYTHING} by
 *     default
 * @param to endpoint names; {@code "osc:*"} is every sender of that protocol
 * @param change what is different on the way out
 * @param echo whether a message may leave by the endpoint it came in by
 */
public record Route(
    String name,
    List<String> from,
    String match,
    List<String> to,
    Transformation change,
    boolean echo) {

  /** The pattern that every address matches: any depth below the root. */
  public static final String EVERYTHING = "//";

  public static final String EVERY_ENDPOINT = "*";

  public Route {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }
}
