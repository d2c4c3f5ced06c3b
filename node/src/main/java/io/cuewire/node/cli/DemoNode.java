package io.cuewire.node.cli;

import io.cuewire.node.cli.DemoPlan.Machine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One node of the demo, as a process of this same program. */
final class DemoNode {
  private static final int LOG_TAIL = 12;

  /** A node ends when the process of this id does, however that ended. */
  private static final String PARENT = "CUEWIRE_PARENT_PID";

  private final Machine machine;
  private final Process process;
  private final Path log;

  private DemoNode(Machine machine, Process process, Path log) {
    this.machine = machine;
    this.process = process;
    this.log = log;
  }

  /**
   * @param data the node's own folder; what it prints goes beside it
   */
  static DemoNode start(Machine machine, Path show, Path data) throws IOException {
    var log = data.resolveSibling(machine.name() + ".log");
    var command = new ArrayList<>(program());
    command.addAll(
        List.of(
            "node",
            "--show",
            show.toString(),
            "--name",
            machine.name(),
            "--data",
            data.toString()));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put(PARENT, String.valueOf(ProcessHandle.current().pid()));
    var process = builder.start();
    process.getOutputStream().close();
    return new DemoNode(machine, process, log);
  }

  /** The distribution's launcher, which knows a node's JVM options; else this JVM's own program. */
  private static List<String> program() {
    try {
      var code =
          Path.of(DemoNode.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      var launcher = code.resolveSibling("../bin/cuewire").normalize();
      if (Files.isExecutable(launcher)) {
        return List.of(launcher.toString());
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        "io.cuewire.node.Main");
  }

  Machine machine() {
    return machine;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** How it ended, once it has: {@code by SIGKILL} …. */
  String ending() {
    var code = process.exitValue();
    return switch (code) {
      case 128 + 9 -> "killed by SIGKILL";
      case 128 + 15 -> "killed by SIGTERM";
      default -> "with exit code " + code;
    };
  }

  /** The end of what it wrote. */
  String logTail() throws IOException {
    var lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end, with SIGKILL when it takes too long. */
  void awaitEnd(long deadlineNanos) throws InterruptedException {
    if (!process.waitFor(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
