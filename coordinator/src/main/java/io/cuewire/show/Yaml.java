package io.cuewire.show;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML 1.2 text as a tree of values; the only place that sees the parser's exceptions. */
final class Yaml {
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(true) // reported with their position by Document
          .setAllowNonScalarKeys(true) // these too
          .setSchema(new CoreSchema())
          .build();

  /** A show is eight levels deep. */
  private static final int DEEPEST = 64;

  private Yaml() {}

  /**
   * @param root what stands in the file, if anything does
   */
  record Tree(Optional<Value> root, SequencedMap<List<String>, String> sources) {}

  static Tree read(String text, Map<String, String> environment, Problems problems) {
    var document = new Document(environment, problems);
    Optional<Value> root = Optional.empty();
    try {
      if (isTree(text, problems)) {
        root = new Compose(SETTINGS).composeString(text).map(document::read);
      }
    } catch (MarkedYamlEngineException wrong) {
      report(wrong, text, problems);
    } catch (ReaderException wrong) {
      problems.add(
          position(text, wrong.getPosition()),
          String.format("the character U+%04X cannot stand in YAML", wrong.getCodePoint()));
    } catch (YamlEngineException wrong) {
      problems.add(Position.START, "not YAML: " + oneLine(wrong.getMessage()));
    }
    return new Tree(root, document.sources());
  }

  /**
   * Whether the parser can build a graph of this text: it overflows the stack where blocks are
   * nested too deep, and never ends on a merge key inside the block that it takes in.
   */
  private static boolean isTree(String text, Problems problems) {
    var open = new ArrayDeque<Optional<Anchor>>();
    for (var event : new Parse(SETTINGS).parseString(text)) {
      var wrong =
          switch (event) {
            case CollectionStartEvent start -> {
              open.push(start.getAnchor());
              yield Optional.of("nested more than " + DEEPEST + " levels deep")
                  .filter(_ -> open.size() > DEEPEST);
            }
            case CollectionEndEvent _ -> {
              open.pop();
              yield Optional.<String>empty();
            }
            case AliasEvent alias ->
                Optional.of("'*" + alias.getAlias() + "' stands inside of what it names")
                    .filter(_ -> open.contains(Optional.of(alias.getAlias())));
            default -> Optional.<String>empty();
          };
      if (wrong.isPresent()) {
        var at = event.getStartMark().map(Document::position).orElse(Position.START);
        problems.add(at, wrong.get());
        return false;
      }
    }
    return true;
  }

  private static void report(MarkedYamlEngineException wrong, String text, Problems problems) {
    var context = wrong.getContextMark().map(Document::position);
    var at =
        wrong.getProblemMark().map(Document::position).or(() -> context).orElse(Position.START);
    var problem = oneLine(Optional.ofNullable(wrong.getProblem()).orElse(wrong.getContext()));
    var line = text.lines().skip(at.line() - 1L).findFirst().orElse("");
    if (problem.contains("TAB")) {
      problems.add(at, "not YAML: a tab cannot indent; use spaces");
    } else if (problem.contains("another document")) {
      problems.add(at, "a second show begins here; a file has one");
    } else if (problem.contains("end of stream") && context.isPresent()) {
      problems.add(context.get(), "not YAML: what begins here has no end, such as a quote");
    } else if (line.matches(".*[^\"']\\$\\{env:.*")) {
      problems.add(at, "not YAML: " + problem + "; put ${env:NAME} in quotes");
    } else {
      var earlier = context.filter(begun -> begun.line() < at.line());
      var hint = earlier.map(begun -> "; is all closed that begins in line " + begun.line() + "?");
      problems.add(at, "not YAML: " + problem + hint.orElse(""));
    }
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ").strip();
  }

  /** Where a character stands, counting code points. */
  static Position position(String text, int offset) {
    var before = text.substring(0, text.offsetByCodePoints(0, bounded(text, offset)));
    var line = before.lastIndexOf('\n') + 1;
    return new Position(
        (int) before.chars().filter(c -> c == '\n').count() + 1,
        before.codePointCount(line, before.length()) + 1);
  }

  private static int bounded(String text, int offset) {
    return Math.clamp(offset, 0, text.codePointCount(0, text.length()));
  }
}
