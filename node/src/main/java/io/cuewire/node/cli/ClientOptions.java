package io.cuewire.node.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options of every command that asks a node; they may stand before or after its name. */
final class ClientOptions {
  static final String MIXIN = "client";

  @Option(
      names = "--at",
      paramLabel = "URL",
      description = "The node to ask (default: CUEWIRE_AT, else http://127.0.0.1:7421).")
  Optional<String> at = Optional.empty();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Bearer token of the show's security section (default: CUEWIRE_TOKEN).")
  Optional<String> token = Optional.empty();

  @Option(names = "--json", description = "Print JSON and nothing else.")
  boolean json;

  /** What was said last on the way from the program's name to the command counts. */
  static ClientOptions of(ParseResult parsed) {
    var said = new ClientOptions();
    for (var commandLine : parsed.asCommandLineList()) {
      var spec = commandLine.getCommandSpec();
      if (spec.mixins().containsKey(MIXIN)
          && spec.mixins().get(MIXIN).userObject() instanceof ClientOptions here) {
        said.at = here.at.isPresent() ? here.at : said.at;
        said.token = here.token.isPresent() ? here.token : said.token;
        said.json |= here.json;
      }
    }
    return said;
  }
}
