package io.cuewire.show;

import io.cuewire.message.WellFormed;
import io.cuewire.show.Value.Entry;
import io.cuewire.show.Value.Kind;
import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import io.cuewire.show.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One YAML graph as a tree of values: aliases followed, {@code ${env:NAME}} replaced, duplicate
 * keys reported. The parser has already resolved merge keys, and {@link Yaml} refused cycles.
 */
final class Document {
  /** A show has a few thousand values; aliases of aliases can make billions of a small file. */
  private static final int MOST_VALUES = 100_000;

  private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([^}]*)}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Map<String, String> environment;
  private final Problems problems;
  private final SequencedMap<List<String>, String> sources = new LinkedHashMap<>();
  private final List<String> path = new ArrayList<>();
  private int values;

  Document(Map<String, String> environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The tree below this node; what is wrong in it is a problem and reads as nothing. */
  Value read(Node node) {
    if (++values > MOST_VALUES) {
      if (values == MOST_VALUES + 1) {
        problems.settle(position(node), "more than " + MOST_VALUES + " values: too many aliases");
      }
      return nothing(node);
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode list -> sequence(list);
      case MappingNode group -> mapping(group);
      default -> nothing(node);
    };
  }

  /** The {@code ${env:NAME}} forms found, see {@link Show#sources}. */
  SequencedMap<List<String>, String> sources() {
    return sources;
  }

  private Value sequence(SequenceNode list) {
    var items = new ArrayList<Value>();
    var nodes = list.getValue();
    for (var i = 0; i < nodes.size(); i++) {
      var node = nodes.get(i);
      items.add(nodes.size() == 1 ? read(node) : under(Integer.toString(i), node));
    }
    return new Sequence(position(list), items);
  }

  private Value under(String step, Node node) {
    path.addLast(step);
    try {
      return read(node);
    } finally {
      path.removeLast();
    }
  }

  private Value mapping(MappingNode group) {
    var entries = new LinkedHashMap<String, Entry>();
    for (var tuple : group.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        add(entries, key, tuple.getValueNode());
      } else {
        problems.add(position(tuple.getKeyNode()), "a key is one word, not a list or a group");
      }
    }
    return new Mapping(position(group), List.copyOf(entries.values()));
  }

  private void add(Map<String, Entry> entries, ScalarNode key, Node value) {
    var name = key.getValue();
    var before = entries.get(name);
    if (before != null) {
      var message = "'" + name + "' is given twice; the first is in line " + before.at().line();
      problems.add(position(key), message);
      return;
    }
    entries.put(name, new Entry(name, position(key), under(name, value)));
  }

  private Value scalar(ScalarNode node) {
    var kind = kind(node.getTag());
    if (kind.isEmpty()) {
      problems.settle(position(node), "tags such as " + node.getTag() + " have no meaning here");
      return nothing(node);
    }
    var text = WellFormed.of(node.getValue());
    if (kind.get() != Kind.TEXT || !text.contains("${env:")) {
      return new Scalar(position(node), kind.get(), text, Optional.empty());
    }
    sources.put(List.copyOf(path), text);
    return new Scalar(position(node), Kind.TEXT, replaced(node, text), Optional.of(text));
  }

  private String replaced(ScalarNode node, String text) {
    var reference = ENVIRONMENT.matcher(text);
    var out = new StringBuilder();
    while (reference.find()) {
      var name = reference.group(1);
      var value = Optional.ofNullable(environment.get(name));
      if (!VARIABLE.matcher(name).matches()) {
        problems.settle(position(node), "'" + name + "' in ${env:…} cannot be a variable's name");
      } else if (value.isEmpty()) {
        problems.settle(position(node), "the environment variable " + name + " is not set");
      }
      reference.appendReplacement(out, "");
      out.append(value.orElse(""));
    }
    reference.appendTail(out);
    if (ENVIRONMENT.matcher(text).replaceAll("").contains("${env:")) {
      problems.settle(position(node), "'${env:' without its '}'");
    }
    return out.toString();
  }

  private static Optional<Kind> kind(Tag tag) {
    if (tag.equals(Tag.STR)) {
      return Optional.of(Kind.TEXT);
    }
    if (tag.equals(Tag.INT)) {
      return Optional.of(Kind.INTEGER);
    }
    if (tag.equals(Tag.FLOAT)) {
      return Optional.of(Kind.FLOAT);
    }
    if (tag.equals(Tag.BOOL)) {
      return Optional.of(Kind.BOOLEAN);
    }
    return tag.equals(Tag.NULL) ? Optional.of(Kind.NOTHING) : Optional.empty();
  }

  private static Value nothing(Node node) {
    return new Scalar(position(node), Kind.NOTHING, "", Optional.empty());
  }

  private static Position position(Node node) {
    return node.getStartMark().map(Document::position).orElse(Position.START);
  }

  static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
