package io.cuewire.node.cli;

import io.cuewire.node.api.Json;
import io.cuewire.node.cli.Command.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Replaces the running show. The node checks the file: what its {@code ${env:NAME}} stand for is
 * known there alone.
 */
final class ShowApplyAction implements Action {
  @Parameters(paramLabel = "FILE", description = "The show file.")
  private Path file = Path.of("");

  @Option(names = "--yes", description = "Do not ask first.")
  private boolean yes;

  @Override
  public Exit run(Invocation invocation) {
    var yaml = read();
    invocation.confirm("Replace the running show by " + file + "?", yes);
    var shown = invocation.api().replaceShow(yaml);
    return invocation.answer(Json.NODES.textNode(shown), Text.safe("the show runs as in " + file));
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          Exit.WRONG_USE,
          file + " cannot be read: " + (Files.exists(file) ? e.getMessage() : "no such file"));
    }
  }
}
