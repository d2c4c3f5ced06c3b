package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the command that its arguments mean, and runs it. */
public final class Cuewire {
  private static final int HELP_WIDTH = 100;
  private static final Set<String> TAKE_NUMBERS = Set.of("send", "set");

  private final Output output;
  private final Map<String, String> environment;
  private final Session session;

  Cuewire(Output output, Map<String, String> environment, Session session) {
    this.output = output;
    this.environment = environment;
    this.session = session;
  }

  /** Runs what the program was started with, on this process's own terminal. */
  public static Exit start(String... args) {
    var environment = System.getenv();
    var console = System.console();
    var terminal = console != null && console.isTerminal();
    var colours =
        terminal
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb");
    var output =
        new Output(stream(FileDescriptor.out), stream(FileDescriptor.err), terminal, colours);
    UnaryOperator<String> asker =
        question -> Optional.ofNullable(console.readLine("%s", question)).orElse("");
    var session =
        new Session(
            Commands.ALL, terminal ? Optional.of(asker) : Optional.empty(), Optional.empty());
    return new Cuewire(output, environment, session).run(args);
  }

  /** UTF-8, also where the environment claims ASCII, as containers do. */
  private static PrintStream stream(FileDescriptor descriptor) {
    var said = Charset.forName(System.getProperty("stdout.encoding", "UTF-8"));
    var charset = said.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : said;
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor)),
        descriptor == FileDescriptor.err,
        charset);
  }

  /** Runs one command; what went wrong is said in one line on standard error. */
  public Exit run(String... args) {
    try {
      var exit = parseAndRun(args);
      output.flush();
      return exit;
    } catch (ParameterException e) {
      return fail(new Failure(Exit.WRONG_USE, reason(e)));
    } catch (Failure e) {
      return fail(e);
    } catch (InterruptedException e) { // by Ctrl-C in a shell
      output.flush();
      return Exit.DONE;
    } catch (Throwable e) { // an Error too: the process must end, whatever else runs in it
      if (environment.containsKey("CUEWIRE_DEBUG")) {
        e.printStackTrace(output.err());
      }
      return fail(new Failure(Exit.FAILED, "internal error: " + e));
    }
  }

  private Exit fail(Failure failure) {
    output.flush();
    output
        .err()
        .println("cuewire: " + Text.safe(failure.getMessage().replaceAll("\\s*\\R\\s*", " ")));
    output.err().flush();
    return failure.exit();
  }

  private Exit parseAndRun(String... args) throws Exception {
    var parsed = program(args).parseArgs(args);
    if (CommandLine.executeHelpRequest(parsed) != null) {
      return Exit.DONE;
    }
    var last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.commandSpec().userObject() instanceof Action action
        ? action.run(new Invocation(output, environment, ClientOptions.of(parsed), session))
        : help(last);
  }

  private Exit help(ParseResult program) {
    program.commandSpec().commandLine().usage(output.out());
    return Exit.WRONG_USE;
  }

  /**
   * The commands as picocli wants them: those that {@code args} names, for a quick start, else all,
   * for the help.
   */
  private CommandLine program(String... args) {
    var words = List.of(args);
    var all = session.commands();
    var named = all.stream().filter(command -> words.contains(command.name())).toList();
    var quick = args.length > 0 && args[0].matches("-V|--version");
    return program(quick ? List.of() : named.isEmpty() ? all : named);
  }

  private CommandLine program(List<Command> commands) {
    var program = new CommandLine(CommandSpec.create());
    program.setCommandName("cuewire");
    program.getCommandSpec().addMixin(ClientOptions.MIXIN, mixin());
    describe(
        program,
        "A show-control hub: carries OSC and other control messages between the machines of a show.",
        "cuewire demo");
    commands.forEach(command -> add(program, command));
    program.setOut(new PrintWriter(output.out(), true, output.out().charset()));
    program.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    program.setUsageHelpWidth(HELP_WIDTH);
    program.setExpandAtFiles(false); // what is sent may begin with @
    program.setPosixClusteredShortOptionsAllowed(false); // -hot is not -h
    return program;
  }

  /** All commands, their options and arguments. */
  CommandSpec commands() {
    return program(session.commands()).getCommandSpec();
  }

  private static CommandSpec mixin() {
    return CommandSpec.forAnnotatedObject(new ClientOptions());
  }

  private static void add(CommandLine parent, Command command) {
    var spec = CommandSpec.forAnnotatedObjectLenient(command.action().get());
    var line = new CommandLine(spec);
    if (command.asksNode()) {
      spec.addMixin(ClientOptions.MIXIN, mixin());
    }
    describe(line, command.description(), command.example());
    // so that -0.5 is an argument; what looks like a mistyped option is refused by the command
    spec.parser().unmatchedOptionsArePositionalParams(TAKE_NUMBERS.contains(command.name()));
    command.commands().forEach(below -> add(line, below));
    parent.addSubcommand(command.name(), line);
  }

  private static void describe(CommandLine line, String description, String example) {
    var spec = line.getCommandSpec();
    spec.mixinStandardHelpOptions(true);
    spec.version("cuewire " + version());
    spec.usageMessage()
        .abbreviateSynopsis(true)
        .description(description)
        .footer("", "Example: " + example);
  }

  private static String version() {
    return Optional.ofNullable(Cuewire.class.getPackage().getImplementationVersion())
        .orElse("(development)");
  }

  private static String reason(ParameterException e) {
    var command = e.getCommandLine().getCommandSpec().qualifiedName();
    var meant =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions().stream()
                .findFirst()
                .map(suggestion -> "; did you mean " + suggestion + "?")
                .orElse("")
            : "";
    var said = e.getMessage().lines().findFirst().orElse("wrong use");
    return said + meant + "; see " + command + " --help";
  }
}
