package io.cuewire.node.cli;

import io.cuewire.node.NodeMain;
import io.cuewire.node.cli.Command.Action;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Runs a node in this process. */
final class NodeAction implements Action {
  @Option(names = "--show", paramLabel = "FILE", description = "The show file.")
  private Optional<Path> show = Optional.empty();

  @Option(names = "--name", paramLabel = "NODE", description = "Which of the show's nodes this is.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps what must survive a restart.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--alone",
      description =
          "Runs listed endpoints although the others are not reached: you say they are off.")
  private boolean alone;

  @Override
  public Exit run(Invocation invocation) throws Exception {
    if (show.isEmpty() || name.isEmpty()) {
      throw new Failure(
          Exit.WRONG_USE, "node needs --show FILE and --name NODE; see cuewire node --help");
    }
    return Exit.of(NodeMain.run(show.get(), name.get(), data, alone));
  }
}
