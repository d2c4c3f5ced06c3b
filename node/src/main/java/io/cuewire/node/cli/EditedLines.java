package io.cuewire.node.cli;

import io.cuewire.node.StateHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/** Lines typed on a terminal, with JLine's editing, history and completion. */
final class EditedLines implements Lines {
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private final Terminal terminal;
  private final LineReaderImpl reader;
  private volatile Optional<Completion> completion = Optional.empty();

  private EditedLines(Terminal terminal, Optional<Path> history) {
    this.terminal = terminal;
    var builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer((_, line, candidates) -> complete(line, candidates))
            .option(Option.DISABLE_EVENT_EXPANSION, true) // '!' means nothing here
            .option(Option.HISTORY_TIMESTAMPED, false)
            .variable(LineReader.HISTORY_IGNORE, "*--token*")
            .variable(LineReader.BELL_STYLE, "none");
    history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    this.reader = (LineReaderImpl) builder.build();
    // what arrow keys send on terminals that know no application mode (ECMA-48 §8.3.19 to 22)
    var keys = reader.getKeyMaps().get(LineReader.MAIN);
    keys.bind(new Reference(LineReader.UP_LINE_OR_HISTORY), "\u001b[A");
    keys.bind(new Reference(LineReader.DOWN_LINE_OR_HISTORY), "\u001b[B");
    keys.bind(new Reference(LineReader.FORWARD_CHAR), "\u001b[C");
    keys.bind(new Reference(LineReader.BACKWARD_CHAR), "\u001b[D");
  }

  static EditedLines open(Invocation invocation) {
    JLINE.setLevel(Level.OFF); // it has stack traces for terminals that it does not know
    try {
      // no probing: terminals that do not answer would cost a quarter of a second
      var terminal =
          TerminalBuilder.builder()
              .system(true)
              .graphemeCluster(false)
              .color(invocation.output().colours())
              .build();
      return new EditedLines(terminal, history(invocation.environment()));
    } catch (IOException e) {
      throw new Failure(Exit.FAILED, "this terminal cannot be used: " + e.getMessage());
    }
  }

  /** The file that keeps what was typed; none where it cannot be kept. */
  private static Optional<Path> history(Map<String, String> environment) {
    try {
      var folder = Files.createDirectories(StateHome.of(environment));
      var file = folder.resolve("history");
      return Files.isWritable(Files.exists(file) ? file : folder)
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> next(String prompt) {
    while (true) {
      try {
        return Optional.of(reader.readLine(escaped(prompt)));
      } catch (UserInterruptException e) {
        // Ctrl-C: the line is given up
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  /** A percent sign would begin a pattern. */
  private static String escaped(String prompt) {
    return prompt.replace("%", "%%");
  }

  /** With a reader of its own: an answer is no command, and has no place in the history. */
  @Override
  public String ask(String question) {
    try {
      return LineReaderBuilder.builder().terminal(terminal).build().readLine(escaped(question));
    } catch (UserInterruptException | EndOfFileException e) {
      return "";
    }
  }

  @Override
  public boolean attended() {
    return true;
  }

  @Override
  public void tell(String line) {
    reader.printAbove("cuewire: " + line);
  }

  @Override
  public void prompt(String prompt) {
    if (reader.isReading()) {
      reader.setPrompt(escaped(prompt));
      try {
        reader.callWidget(LineReader.REDISPLAY);
      } catch (IllegalStateException e) {
        // the line was finished just now
      }
    }
  }

  @Override
  public void complete(Completion completion) {
    this.completion = Optional.of(completion);
  }

  private void complete(ParsedLine line, List<Candidate> candidates) {
    var before = line.words().subList(0, line.wordIndex());
    var word = line.word().substring(0, line.wordCursor());
    completion
        .map(c -> c.candidates(before, word))
        .orElse(List.of())
        .forEach(name -> candidates.add(candidate(name)));
  }

  /** Behind a folder more follows. */
  private static Candidate candidate(String name) {
    return new Candidate(name, name, null, null, null, null, !name.endsWith("/"));
  }

  @Override
  public void onInterrupt(BooleanSupplier interrupt) {
    terminal.handle(
        Signal.INT,
        _ -> {
          var _ = interrupt.getAsBoolean();
        });
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      // it is gone already
    }
  }
}
