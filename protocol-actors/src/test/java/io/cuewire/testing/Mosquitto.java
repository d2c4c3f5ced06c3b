package io.cuewire.testing;

import static io.cuewire.testing.Eventually.eventually;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The Mosquitto broker on a free port, which can be killed, frozen and started again. */
public final class Mosquitto implements AutoCloseable {
  private final int port = Ports.free();
  private final Path folder;
  private Process process;

  private Mosquitto(Path folder, String... lines) throws IOException {
    this.folder = folder;
    var config =
        new ArrayList<>(
            List.of(
                "listener " + port + " 127.0.0.1",
                "persistence false",
                "log_dest none",
                "user " + System.getProperty("user.name")));
    for (var line : lines) {
      config.add(line.replace("FOLDER", folder.toString()));
    }
    Files.write(folder.resolve("mosquitto.conf"), config);
    restart();
  }

  /** One that takes everybody. */
  public static Mosquitto start() throws IOException {
    return start("allow_anonymous true");
  }

  /**
   * @param lines of its configuration beside the listener's
   */
  public static Mosquitto start(String... lines) throws IOException {
    return startIn(Files.createTempDirectory("mosquitto"), lines);
  }

  /**
   * @param folder where its files are, {@code FOLDER} in the lines; it is deleted in the end
   */
  public static Mosquitto startIn(Path folder, String... lines) throws IOException {
    return new Mosquitto(folder, lines);
  }

  public int port() {
    return port;
  }

  public void restart() throws IOException {
    process =
        new ProcessBuilder("mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    eventually().until(this::accepts);
  }

  private boolean accepts() {
    try (var socket = new Socket(Ports.local(port).getAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Ends it at once: the system resets its connections. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Stops it where it is: its connections stay open, and silent. */
  public void freeze() throws IOException, InterruptedException {
    ForeignProgram.run("kill", "-STOP", String.valueOf(process.pid()));
  }

  /** Lets it go on. */
  public void thaw() throws IOException, InterruptedException {
    ForeignProgram.run("kill", "-CONT", String.valueOf(process.pid()));
  }

  /** Begins to print what is published, each with this format of {@code mosquitto_sub}. */
  public ForeignProgram subscriber(String format, String... more) throws IOException {
    var ready = "cuewire-test/ready-" + System.nanoTime();
    var command = new ArrayList<>(client("mosquitto_sub", "-F", format, "-t", ready));
    command.addAll(List.of(more));
    var program = ForeignProgram.start(command.toArray(String[]::new));
    eventually()
        .until(() -> {
          publish(ready, "ready");
          return program.hasPrinted();
        });
    return program;
  }

  public void publish(String topic, String payload, String... more)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(client("mosquitto_pub", "-t", topic, "-m", payload));
    command.addAll(List.of(more));
    ForeignProgram.run(command.toArray(String[]::new));
  }

  /** A client program of this broker. */
  public List<String> client(String program, String... arguments) {
    var command =
        new ArrayList<>(List.of(program, "-V", "5", "-h", "127.0.0.1", "-p", String.valueOf(port)));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public void close() throws IOException {
    kill();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
