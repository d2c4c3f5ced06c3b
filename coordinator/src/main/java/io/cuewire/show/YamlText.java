package io.cuewire.show;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Groups as YAML 1.2 text, on one line where that is short. */
final class YamlText {
  private static final int WIDTH = 120;
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9/_]([A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?");
  private static final Pattern NUMBER =
      Pattern.compile("0x[0-9a-fA-F]+|0o[0-7]+|[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Set<String> WORDS = Set.of("true", "false", "null");

  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  static String of(Group file) {
    var text = new YamlText();
    text.keys(file, "", true);
    return text.out.toString();
  }

  private void keys(Group group, String indent, boolean isTop) {
    group
        .values()
        .forEach((key, value) -> {
          var name = text(key) + ":";
          if (isTop && !out.isEmpty()) {
            out.append('\n');
          }
          out.append(indent).append(name);
          if (isShort(value, indent.length() + name.length(), isTop)) {
            out.append(' ').append(flow(value)).append('\n');
          } else {
            out.append('\n');
            below(value, indent + "  ");
          }
        });
  }

  private void below(Object value, String indent) {
    switch (value) {
      case Group group -> keys(group, indent, false);
      case List<?> list -> list.forEach(item -> item(item, indent));
      default -> out.append(indent).append(flow(value)).append('\n');
    }
  }

  private void item(Object item, String indent) {
    var isStep = item instanceof Group group && group.values().size() == 1;
    if (!isStep && isShort(item, indent.length() + 2, false)) {
      out.append(indent).append("- ").append(flow(item)).append('\n');
      return;
    }
    var start = out.length();
    below(item, indent + "  ");
    out.setCharAt(start + indent.length(), '-'); // in the place of its first space
  }

  /** A section of named entries, and a list of groups, have a line for each. */
  private static boolean isShort(Object value, int before, boolean isTop) {
    return switch (value) {
      case Group group when isTop && group.values().values().stream().anyMatch(YamlText::isGroup) ->
          false;
      case List<?> list when list.size() > 1 && list.stream().anyMatch(YamlText::isGroup) -> false;
      case Group group -> group.values().isEmpty() || before + 1 + flow(group).length() <= WIDTH;
      case List<?> list -> list.isEmpty() || before + 1 + flow(list).length() <= WIDTH;
      case null, default -> true;
    };
  }

  private static boolean isGroup(Object value) {
    return value instanceof Group
        || value instanceof List<?> list && list.stream().anyMatch(YamlText::isGroup);
  }

  private static String flow(Object value) {
    return switch (value) {
      case null -> "null";
      case Group group ->
          group.values().entrySet().stream()
              .map(entry -> text(entry.getKey()) + ": " + flow(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case List<?> list ->
          list.stream().map(YamlText::flow).collect(Collectors.joining(", ", "[", "]"));
      case String text -> text(text);
      default -> value.toString(); // numbers and booleans
    };
  }

  private static String text(String text) {
    var isPlain =
        PLAIN.matcher(text).matches()
            && !NUMBER.matcher(text).matches()
            && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return isPlain ? text : quoted(text);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"', '\\' -> quoted.append('\\').appendCodePoint(c);
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
              if (isVisible(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(String.format(c > 0xFFFF ? "\\U%08X" : "\\u%04X", c));
              }
            }
          }
        });
    return quoted.append('"').toString();
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
