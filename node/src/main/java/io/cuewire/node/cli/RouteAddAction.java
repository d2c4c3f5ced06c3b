package io.cuewire.node.cli;

import io.cuewire.message.Arguments;
import io.cuewire.node.api.Json;
import io.cuewire.node.api.RouteJson;
import io.cuewire.node.cli.Command.Action;
import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a route on every node, or replaces the one of that name. */
final class RouteAddAction implements Action {
  @Parameters(
      paramLabel = "ROUTE",
      description = "Its name. Replaces the route of that name, if there is one.")
  private String name = "";

  @Option(
      names = "--from",
      required = true,
      split = ",",
      paramLabel = "ENDPOINT",
      description = "Where it comes from: names with commas between, or '*'.")
  private List<String> from = new ArrayList<>();

  @Option(
      names = "--to",
      required = true,
      split = ",",
      paramLabel = "ENDPOINT",
      description = "Where it goes: names with commas between, or 'osc:*'.")
  private List<String> to = new ArrayList<>();

  @Option(names = "--match", paramLabel = "PATTERN", description = "OSC address pattern.")
  private String match = Route.EVERYTHING;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "The new address; {1} is what the pattern's first wildcard took.")
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--args",
      paramLabel = "ARG,ARG",
      description = "The new arguments; $1 is the first one that came.")
  private Optional<String> args = Optional.empty();

  @Option(names = "--input", paramLabel = "FROM,TO", description = "Range of what comes.")
  private Optional<String> input = Optional.empty();

  @Option(names = "--output", paramLabel = "FROM,TO", description = "Range that it becomes.")
  private Optional<String> output = Optional.empty();

  @Option(names = "--scale", paramLabel = "FACTOR", description = "Multiplies numbers.")
  private Optional<Double> scale = Optional.empty();

  @Option(names = "--offset", paramLabel = "NUMBER", description = "Is added to numbers.")
  private Optional<Double> offset = Optional.empty();

  @Option(names = "--clamp", paramLabel = "LOWEST,HIGHEST", description = "Limits numbers.")
  private Optional<String> clamp = Optional.empty();

  @Option(names = "--echo", description = "Also back out of the endpoint that it came in by.")
  private boolean echo;

  @Override
  public Exit run(Invocation invocation) {
    var route =
        new Route(
            name,
            from,
            match,
            to,
            new Transformation(
                address,
                args.map(RouteAddAction::arguments),
                input.map(text -> range("--input", text)),
                output.map(text -> range("--output", text)),
                number(scale),
                number(offset),
                clamp.map(text -> range("--clamp", text))),
            echo);
    var answer =
        invocation
            .api()
            .call("PUT", "/api/routes/" + ApiClient.encoded(name), RouteJson.write(route));
    return invocation.answer(
        answer, Tables.routes(Json.NODES.arrayNode().add(answer)).text(invocation.output(), -1));
  }

  private static List<Object> arguments(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(Arguments::fromWord).toList();
  }

  private static Range range(String option, String text) {
    try {
      var ends = Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
      if (ends.length == 2) {
        return new Range(ends[0], ends[1]);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new Failure(
        Exit.WRONG_USE, option + " takes two numbers such as 0,1, not '" + text + "'");
  }

  private static OptionalDouble number(Optional<Double> number) {
    return number.isPresent() ? OptionalDouble.of(number.get()) : OptionalDouble.empty();
  }
}
