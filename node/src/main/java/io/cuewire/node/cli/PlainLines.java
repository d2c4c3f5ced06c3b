package io.cuewire.node.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;

/**
 * Lines of a pipe or of a file; or of a terminal that edits them itself and can do nothing else.
 */
final class PlainLines implements Lines {
  private final Output output;
  private final BufferedReader in;
  private volatile String prompt = "";

  PlainLines(Output output) {
    this.output = output;
    this.in = new BufferedReader(new InputStreamReader(System.in, output.out().charset()));
  }

  @Override
  public Optional<String> next(String prompt) {
    this.prompt = prompt;
    var line = read(prompt);
    if (line.isEmpty() && attended()) {
      output.line(""); // behind the prompt
    }
    return line;
  }

  @Override
  public String ask(String question) {
    return read(question).orElse("");
  }

  private Optional<String> read(String prompt) {
    if (attended()) {
      output.out().print(prompt);
      output.flush();
    }
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean attended() {
    return output.terminal();
  }

  @Override
  public void tell(String line) {
    output.err().println("cuewire: " + line);
  }

  @Override
  public void prompt(String prompt) {
    // comes with the next line
  }

  @Override
  public void complete(Completion completion) {
    // no Tab here
  }

  /** Without a terminal Ctrl-C ends all that was started together, as it does with any program. */
  @Override
  public void onInterrupt(BooleanSupplier interrupt) {
    if (attended()) {
      Signals.register(
          "INT",
          () -> {
            if (!interrupt.getAsBoolean()) {
              output.out().print("\n" + prompt);
              output.flush();
            }
          });
    }
  }

  @Override
  public void close() {
    // standard input stays as it is
  }
}
