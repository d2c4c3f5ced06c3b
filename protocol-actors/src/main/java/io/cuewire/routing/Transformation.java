package io.cuewire.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a route changes on a message: the address, the argument list, and the numeric arguments in
 * the order {@code input}/{@code output}, {@code scale}, {@code offset}, {@code clamp}.
 *
 * @param address the rewritten address; {@code {1}} is what the pattern's first wildcard took
 * @param args a fixed argument list, in which {@code "$1"} is the (already changed) first argument
 * @param input the range the argument comes in; present exactly when {@code output} is
 * @param output the range {@code input} is mapped onto, linearly and without limiting
 */
public record Transformation(
    Optional<String> address,
    Optional<List<Object>> args,
    Optional<Range> input,
    Optional<Range> output,
    OptionalDouble scale,
    OptionalDouble offset,
    Optional<Range> clamp) {

  /** Passes everything on as it came. */
  public static final Transformation NONE =
      new Transformation(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          Optional.empty());

  public Transformation {
    args = args.map(ArrayList::new).map(Collections::unmodifiableList); // N is null
  }

  /** True when a message leaves with the bytes it came with. */
  public boolean isIdentity() {
    return equals(NONE);
  }

  /** True when numeric arguments are changed. */
  public boolean changesNumbers() {
    return input.isPresent() || scale.isPresent() || offset.isPresent() || clamp.isPresent();
  }
}
