package io.cuewire.testing;

import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A route as a show file says it: only what it needs. */
public final class RouteBuilder {
  private final List<String> from;
  private List<String> to = List.of();
  private String match = Route.EVERYTHING;
  private Transformation change = Transformation.NONE;
  private boolean echo;

  private RouteBuilder(List<String> from) {
    this.from = from;
  }

  public static RouteBuilder from(String... sources) {
    return new RouteBuilder(List.of(sources));
  }

  public RouteBuilder to(String... targets) {
    to = List.of(targets);
    return this;
  }

  public RouteBuilder match(String pattern) {
    match = pattern;
    return this;
  }

  public RouteBuilder echo() {
    echo = true;
    return this;
  }

  public RouteBuilder address(String address) {
    return change(Optional.of(address), change.args());
  }

  public RouteBuilder args(Object... args) {
    return change(change.address(), Optional.of(Arrays.asList(args)));
  }

  private RouteBuilder change(Optional<String> address, Optional<List<Object>> args) {
    change =
        new Transformation(
            address,
            args,
            change.input(),
            change.output(),
            change.scale(),
            change.offset(),
            change.clamp());
    return this;
  }

  public RouteBuilder range(Range input, Range output) {
    return numbers(
        Optional.of(input), Optional.of(output), change.scale(), change.offset(), change.clamp());
  }

  public RouteBuilder scale(double factor) {
    return numbers(
        change.input(),
        change.output(),
        OptionalDouble.of(factor),
        change.offset(),
        change.clamp());
  }

  public RouteBuilder offset(double offset) {
    return numbers(
        change.input(), change.output(), change.scale(), OptionalDouble.of(offset), change.clamp());
  }

  public RouteBuilder clamp(double from, double to) {
    return numbers(
        change.input(),
        change.output(),
        change.scale(),
        change.offset(),
        Optional.of(new Range(from, to)));
  }

  private RouteBuilder numbers(
      Optional<Range> input,
      Optional<Range> output,
      OptionalDouble scale,
      OptionalDouble offset,
      Optional<Range> clamp) {
    change =
        new Transformation(change.address(), change.args(), input, output, scale, offset, clamp);
    return this;
  }

  public Route build() {
    return new Route("route", from, match, to, change, echo);
  }
}
