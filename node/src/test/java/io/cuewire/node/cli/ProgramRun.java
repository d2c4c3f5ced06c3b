package io.cuewire.node.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs the program inside the test's own process. */
record ProgramRun(int code, String out, String err) {

  /** A command line that nobody sees. */
  static final Session UNATTENDED = new Session(Commands.ALL, Optional.empty(), Optional.empty());

  static ProgramRun of(String... args) {
    return of(Map.of(), false, args);
  }

  static ProgramRun of(Map<String, String> environment, boolean colours, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var output = new Output(stream(out), stream(err), false, colours);
    var exit = new Cuewire(output, new HashMap<>(environment), UNATTENDED).run(args);
    return new ProgramRun(
        exit.code(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
