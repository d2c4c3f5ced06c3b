package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;

/** Values as a person reads them in a table. */
final class Text {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String NOTHING = "-";

  private Text() {}

  /**
   * Strings come from the network and may hold what a terminal obeys, or what turns its writing
   * direction: such characters are shown as {@code \\u001b}.
   */
  static String safe(String text) {
    if (text.codePoints().noneMatch(Text::isUnsafe)) {
      return text;
    }
    var safe = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (isUnsafe(c)) {
            safe.append("\\u%04x".formatted(c));
          } else {
            safe.appendCodePoint(c);
          }
        });
    return safe.toString();
  }

  private static boolean isUnsafe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** The text of a key, or a dash. */
  static String of(JsonNode json, String key) {
    var value = json.path(key);
    return value.isMissingNode() || value.isNull() ? NOTHING : safe(value.asText());
  }

  /** {@code ": no such device"}, where an object says what is wrong. */
  static String because(JsonNode json) {
    return json.hasNonNull("error") ? ": " + of(json, "error") : "";
  }

  /** The texts of a list, or the one text. */
  static String list(JsonNode value) {
    var texts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(entry -> texts.add(safe(entry.asText())));
    } else {
      texts.add(safe(value.asText()));
    }
    return String.join(", ", texts);
  }

  /** Seconds since the epoch as local time of day. */
  static String time(JsonNode seconds) {
    return seconds.isNumber()
        ? TIME.format(instant(seconds).atZone(ZoneId.systemDefault()))
        : NOTHING;
  }

  private static Instant instant(JsonNode seconds) {
    return Instant.ofEpochMilli(seconds.decimalValue().movePointRight(3).longValue());
  }

  /** How long before {@code now} it was; both in seconds since the epoch, by the node's clock. */
  static String age(JsonNode seconds, JsonNode now) {
    return seconds.isNumber() && now.isNumber()
        ? duration(now.decimalValue().subtract(seconds.decimalValue()))
        : NOTHING;
  }

  /** {@code 12s}, {@code 5m}, {@code 3h 20m}, {@code 2d 4h}. */
  static String duration(BigDecimal seconds) {
    var whole = Math.max(0, seconds.longValue());
    if (whole < 60) {
      return whole + "s";
    }
    if (whole < 3600) {
      return whole / 60 + "m";
    }
    return whole < 86_400
        ? "%dh %dm".formatted(whole / 3600, whole / 60 % 60)
        : "%dd %dh".formatted(whole / 86_400, whole / 3600 % 24);
  }

  /** Arguments as they would be typed behind {@code send}: JSON strings where it is not plain. */
  static String arguments(JsonNode args) {
    var words = new ArrayList<String>();
    args.forEach(arg -> words.add(argument(arg)));
    return String.join(" ", words);
  }

  private static String argument(JsonNode arg) {
    if (!arg.isTextual()) {
      return arg.isArray() ? "[" + arguments(arg) + "]" : arg.toString();
    }
    var text = arg.asText();
    return text.matches("[^\\s\"\\\\]+") && !text.matches("[+-.]?\\d.*|true|false|null")
        ? safe(text)
        : safe(arg.toString());
  }
}
