package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.cli.Output.Colour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;

/** Runs one command after the other, with the words of the command line. */
final class Shell {
  /** Its own words, beside the commands. */
  static final List<String> OWN = List.of("help", "exit", "quit");

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final List<List<String>> ENDS = List.of(List.of("exit"), List.of("quit"));
  private static final String UNCLOSED = "a quote is not closed";

  private final Output output;
  private final Lines lines;
  private final boolean json;
  private final LiveShow show;
  private final Cuewire program;
  private final AtomicReference<Optional<Thread>> running = new AtomicReference<>(Optional.empty());
  private volatile String prompt = "";

  Shell(Invocation invocation, Lines lines) {
    this.output = invocation.output();
    this.lines = lines;
    this.json = invocation.json();
    var token = invocation.token();
    var nodes = new ShowNodes(invocation.api().at(), token, lines::tell);
    this.show = new LiveShow(nodes, token);
    var environment = new HashMap<>(invocation.environment());
    token.ifPresent(t -> environment.put("CUEWIRE_TOKEN", t));
    this.program =
        new Cuewire(
            output,
            Map.copyOf(environment),
            new Session(
                Commands.IN_SHELL,
                lines.attended() ? Optional.of(lines::ask) : Optional.empty(),
                Optional.of(nodes)));
  }

  /** Returns how the last command went, as a script of any other shell does. */
  Exit run() {
    lines.onInterrupt(this::interrupt);
    lines.complete(new Completion(program.commands(), show));
    if (!lines.attended()) {
      show.status(); // so that the other nodes are known when they are needed
      return runAll();
    }
    output.line("cuewire shell; help lists the commands, exit or Ctrl-D ends it");
    output.flush();
    var looking = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    looking.scheduleWithFixedDelay(
        this::keepPrompt, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return runAll();
    } finally {
      looking.shutdownNow();
    }
  }

  private Exit runAll() {
    var last = Exit.DONE;
    while (true) {
      var typed = lines.next(lines.attended() ? look() : "");
      if (typed.isEmpty()) {
        return last;
      }
      for (var line : typed.get().lines().toList()) { // several, when they were pasted
        var words = words(line);
        if (words.isEmpty()) {
          last = complain(UNCLOSED);
        } else if (ENDS.contains(words.get())) {
          return last;
        } else if (!words.get().isEmpty()) {
          last = run(words.get());
        }
      }
    }
  }

  /** Those of a line; nothing when a quote is not closed. */
  private static Optional<List<String>> words(String line) {
    if (line.isBlank() || line.stripLeading().startsWith("#")) {
      return Optional.of(List.of());
    }
    try {
      var parser = new DefaultParser().eofOnUnclosedQuote(true);
      var words = parser.parse(line.strip(), 0, ParseContext.ACCEPT_LINE).words();
      return Optional.of(
          words.getFirst().equals("cuewire") ? words.subList(1, words.size()) : words);
    } catch (EOFError e) {
      return Optional.empty();
    }
  }

  private Exit complain(String reason) {
    output.err().println("cuewire: " + reason);
    return Exit.WRONG_USE;
  }

  private Exit run(List<String> typed) {
    var words = new ArrayList<>(typed);
    if (words.getFirst().equals("help")) {
      words.removeFirst();
      words.add("--help");
    } else if (json) {
      words.addFirst("--json");
    }
    var exit = new CompletableFuture<Exit>();
    // a virtual thread, as it can be interrupted while it waits for the network
    var thread =
        Thread.ofVirtual()
            .unstarted(() -> exit.complete(program.run(words.toArray(String[]::new))));
    running.set(Optional.of(thread));
    thread.start();
    try {
      return exit.join();
    } finally {
      running.set(Optional.empty());
    }
  }

  /** False when no command runs. */
  private boolean interrupt() {
    var thread = running.get();
    if (thread.isPresent()) {
      output.line(""); // behind the ^C
      thread.get().interrupt();
    }
    return thread.isPresent();
  }

  private void keepPrompt() {
    var before = prompt;
    var now = look();
    if (!now.equals(before)) {
      lines.prompt(now);
    }
  }

  /** The prompt for how the show is now: {@code foh member high_energy EMERGENCY STOP>}. */
  private String look() {
    prompt =
        show.status()
                .map(this::describe)
                .orElseGet(() -> output.coloured(Colour.RED, "no node answers"))
            + "> ";
    return prompt;
  }

  private String describe(JsonNode status) {
    var words = new StringJoiner(" ");
    words.add(Text.of(status, "node"));
    var cluster = Text.of(status, "cluster");
    words.add(output.state(cluster, cluster));
    if (status.path("scene").isObject()) {
      words.add(Text.of(status.path("scene"), "name"));
    }
    if (status.path("emergency").path("latched").asBoolean()) {
      words.add(output.coloured(Colour.ALARM, "EMERGENCY STOP"));
    }
    return words.toString();
  }
}
