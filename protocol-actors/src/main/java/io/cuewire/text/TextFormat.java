package io.cuewire.text;

import com.fasterxml.jackson.databind.node.TextNode;
import com.illposed.osc.argument.OSCImpulse;
import io.cuewire.message.Arguments;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Messages as text, {@code /address arg arg …} (contract section 4). A word in double quotes is a
 * JSON string; a bare one is typed by its looks.
 */
public final class TextFormat {
  /** Their one string argument is the whole text. */
  private static final Set<String> BARE = Set.of("/text", "/xml", "/csv");

  private static final Pattern NEEDS_QUOTES =
      Pattern.compile("[\\p{javaWhitespace}\\p{Cntrl}\"\\\\]");
  private static final Pattern NOT_IN_ADDRESS = Pattern.compile("[\\p{javaWhitespace}\\p{Cntrl}]");

  private TextFormat() {}

  /** Never fails: what has no form in text takes the nearest one (docs/protocols.md). */
  public static String write(Message message) {
    return bare(message)
        .orElseGet(() -> {
          var out = new StringBuilder(address(message.address()));
          appendAll(out, message.args());
          return out.toString();
        });
  }

  /** The text of a message that is nothing else. */
  public static Optional<String> bare(Message message) {
    var args = message.args();
    return args.size() == 1
            && args.getFirst() instanceof String text
            && BARE.contains(message.address())
        ? Optional.of(text)
        : Optional.empty();
  }

  /** An address without what cannot stand in one. */
  static String address(String text) {
    return NOT_IN_ADDRESS.matcher(text).replaceAll("_");
  }

  private static void appendAll(StringBuilder out, List<?> args) {
    for (var arg : args) {
      switch (arg) {
        case List<?> array -> appendAll(out, array);
        case OSCImpulse _ -> out.append(" true");
        case null -> out.append(" null");
        case Object value -> out.append(' ').append(word(value));
      }
    }
  }

  private static String word(Object value) {
    return switch (Arguments.toJson(List.of(value)).getFirst()) {
      case String text when value instanceof Number -> text; // NaN and the infinities
      case String text -> quoted(text);
      case Object number -> number.toString();
    };
  }

  private static String quoted(String text) {
    var bare =
        !text.isEmpty()
            && !NEEDS_QUOTES.matcher(text).find()
            && Arguments.fromWord(text) instanceof String;
    return bare ? text : TextNode.valueOf(text).toString();
  }

  /**
   * The message in a text that begins with a slash.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static Message read(String text) {
    var end = endOfWord(text, 0);
    var address = text.substring(0, end);
    if (NOT_IN_ADDRESS.matcher(address).find()) {
      throw new IllegalArgumentException("the address holds a control character");
    }
    var args = new ArrayList<Object>();
    for (var at = skipSpaces(text, end); at < text.length(); at = skipSpaces(text, end)) {
      if (args.size() == Arguments.MOST) {
        throw new IllegalArgumentException("more than " + Arguments.MOST + " arguments");
      }
      end = endOfQuoted(text, at);
      if (end > at) {
        args.add(JsonText.parse(text.substring(at, end)).orElseThrow().textValue());
      } else {
        end = endOfWord(text, at);
        args.add(Arguments.fromWord(text.substring(at, end)));
      }
    }
    return Message.of(address, args);
  }

  private static int skipSpaces(String text, int from) {
    var at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int endOfWord(String text, int from) {
    var at = from;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Where a JSON string that begins there ends; {@code from} where none does. */
  private static int endOfQuoted(String text, int from) {
    if (text.charAt(from) != '"') {
      return from;
    }
    for (var at = from + 1; at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == '"') {
        var end = at + 1;
        var whole = end == text.length() || Character.isWhitespace(text.charAt(end));
        return whole && JsonText.parse(text.substring(from, end)).isPresent() ? end : from;
      }
    }
    return from;
  }
}
