package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import io.cuewire.show.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Runs the demo in the foreground. */
final class DemoAction implements Action {
  private static final String OVER = "the demo is over, nothing of it is left running";
  private static final Duration FOREVER = Duration.ofDays(3650);

  @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, 1 to 9 (default: 3).")
  private int machines = 3;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "How long it runs once it is ready, such as 30s or 2m (default: until Ctrl-C).")
  private Optional<String> duration = Optional.empty();

  @Override
  public Exit run(Invocation invocation) throws IOException, InterruptedException {
    if (machines < 1 || machines > DemoPlan.MOST) {
      throw new Failure(
          Exit.WRONG_USE, "demo --nodes takes 1 to " + DemoPlan.MOST + ", not " + machines);
    }
    var length = duration.map(DemoAction::parse).orElse(FOREVER);
    var output = invocation.output();
    var demo = new Demo(machines, output);
    var end = new Thread(() -> endBySignal(demo, output), "end");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      demo.start();
      demo.show(length, invocation.environment().getOrDefault("CUEWIRE_COMMAND", "cuewire"));
    } finally {
      demo.close();
      unhook(end);
    }
    output.line(OVER);
    return Exit.DONE;
  }

  /** Ctrl-C is how a demo ends: no failure. */
  private static void endBySignal(Demo demo, Output output) {
    if (output.terminal()) {
      output.line(""); // behind the ^C
    }
    demo.close();
    output.line(OVER);
    output.flush();
    Runtime.getRuntime().halt(Exit.DONE.code());
  }

  private static void unhook(Thread end) {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException _) {
      // a signal came just now: the hook runs
    }
  }

  private static Duration parse(String text) {
    return Durations.parse(text)
        .orElseThrow(() ->
            new Failure(
                Exit.WRONG_USE,
                "demo --for takes a duration such as 30s or 2m, not '" + text + "'"));
  }
}
