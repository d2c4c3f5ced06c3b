package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import io.cuewire.show.Show;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading.Invalid;
import io.cuewire.show.ShowReading.Valid;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Validates a show file without a node. */
final class CheckAction implements Action {
  @Parameters(paramLabel = "FILE", description = "The show file.")
  private Path file = Path.of("");

  @Override
  public Exit run(Invocation invocation) {
    return switch (ShowReader.read(file)) {
      case Valid(var show) -> {
        invocation.output().line(summary(show));
        yield Exit.DONE;
      }
      case Invalid(var problems) -> {
        problems.forEach(problem -> invocation.output().line(Text.safe(problem.toString())));
        yield Exit.WRONG_USE;
      }
    };
  }

  private String summary(Show show) {
    return "%s: show %s is valid: %d nodes, %d endpoints, %d routes, %d scenes"
        .formatted(
            Text.safe(file.toString()),
            Text.safe(show.name()),
            show.nodes().size(),
            show.endpoints().size(),
            show.routes().size(),
            show.scenes().size());
  }
}
