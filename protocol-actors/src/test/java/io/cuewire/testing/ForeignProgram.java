package io.cuewire.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another program, run beside the test. */
public final class ForeignProgram implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ForeignProgram(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().start(() -> read(process.inputReader()));
  }

  /** Starts it; what it prints can be read line by line. */
  public static ForeignProgram start(String... command) throws IOException {
    return new ForeignProgram(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Runs it to its end, which must be a good one. */
  public static void run(String... command) throws IOException, InterruptedException {
    try (var program = start(command)) {
      assertThat(program.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(program.process.exitValue()).as("%s", program.lines).isZero();
    }
  }

  private void read(BufferedReader output) {
    try (output) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException ended) {
      lines.add(String.valueOf(ended.getMessage()));
    }
  }

  /** Gives it a line to read. */
  public void type(String line) throws IOException {
    var input = process.outputWriter();
    input.write(line);
    input.newLine();
    input.flush();
  }

  /** True once it has printed something that was not read yet. */
  public boolean hasPrinted() {
    return !lines.isEmpty();
  }

  /** The next line, waited for. */
  public String nextLine() throws InterruptedException {
    var line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("a line within %d seconds", PATIENCE_SECONDS).isNotNull();
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
