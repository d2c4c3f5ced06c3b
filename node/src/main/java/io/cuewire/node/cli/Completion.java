package io.cuewire.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What can stand at a place of a line: commands, options, and the names of the show. */
final class Completion {
  private final CommandSpec program;
  private final LiveShow show;

  Completion(CommandSpec program, LiveShow show) {
    this.program = program;
    this.show = show;
  }

  /**
   * @param before the words before the one that is typed
   * @param word how that one begins
   */
  List<String> candidates(List<String> before, String word) {
    var command = program;
    var arguments = new ArrayList<String>();
    var option = Optional.<OptionSpec>empty();
    for (var earlier : before) {
      if (option.isPresent()) {
        option = Optional.empty(); // this was its value
      } else if (arguments.isEmpty() && command.subcommands().containsKey(earlier)) {
        command = command.subcommands().get(earlier).getCommandSpec();
      } else if (command.optionsMap().containsKey(earlier)) {
        option = Optional.of(command.optionsMap().get(earlier)).filter(o -> o.arity().max() > 0);
      } else if (command != program || !Shell.OWN.contains(earlier)) {
        arguments.add(earlier);
      }
    }
    var names =
        option.isPresent()
            ? values(option.get(), arguments, word)
            : word.startsWith("-")
                ? options(command, before)
                : Stream.concat(below(command, arguments), positional(command, arguments, word));
    return names.filter(name -> name.startsWith(word)).distinct().toList();
  }

  private static Stream<String> options(CommandSpec command, List<String> before) {
    return command.options().stream()
        .filter(option -> Stream.of(option.names()).noneMatch(before::contains))
        .map(OptionSpec::longestName);
  }

  private Stream<String> below(CommandSpec command, List<String> arguments) {
    if (!arguments.isEmpty()) {
      return Stream.empty();
    }
    var own = command == program ? Shell.OWN.stream() : Stream.<String>empty();
    return Stream.concat(command.subcommands().keySet().stream(), own);
  }

  private Stream<String> positional(CommandSpec command, List<String> arguments, String word) {
    return command.positionalParameters().stream()
        .filter(parameter -> parameter.index().contains(arguments.size()))
        .flatMap(parameter -> values(parameter, arguments, word));
  }

  /** In a list with commas the last of its names is the one that is typed. */
  private Stream<String> values(ArgSpec argument, List<String> arguments, String word) {
    var listed =
        argument.splitRegex().isEmpty() ? "" : word.substring(0, word.lastIndexOf(',') + 1);
    return (switch (argument.paramLabel()) {
          case "NODE" -> show.names("nodes", "name");
          case "ENDPOINT" -> show.names("endpoints", "name");
          case "ROUTE" -> show.names("routes", "name");
          case "SCENE" -> show.names("scenes", "name");
          case "OPERATOR" -> show.names("parameters", "operator");
          case "PARAMETER" -> show.parametersOf(arguments.getFirst());
          case "FILE" -> files(word);
          default -> Stream.<String>empty();
        })
        .map(name -> listed + name);
  }

  private static Stream<String> files(String word) {
    var folder = word.substring(0, word.lastIndexOf('/') + 1);
    try (var entries = Files.list(Path.of(folder.isEmpty() ? "." : folder))) {
      return entries
          .map(entry -> folder + entry.getFileName() + (Files.isDirectory(entry) ? "/" : ""))
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
