package io.cuewire.text;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.cuewire.message.Arguments;
import io.cuewire.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text frame that an endpoint recognises by itself, before everything built in.
 *
 * @param match a regular expression that runs in linear time, found anywhere in the text
 * @param address of the message; {@code {1}} is what the first group took
 * @param args of the message; {@code "$1"} is what the first group took, typed by its looks
 */
public record HandleRule(Pattern match, String address, List<Object> args) {
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\$([1-9]\\d{0,2})");
  private static final java.util.regex.Pattern CAPTURE =
      java.util.regex.Pattern.compile("\\{([1-9]\\d{0,2})}");

  public HandleRule {
    args = java.util.Collections.unmodifiableList(new ArrayList<>(args)); // N is null
  }

  /** What the first rule that matches makes of a text. */
  public static Optional<Message> first(List<HandleRule> rules, String text) {
    return rules.stream().flatMap(rule -> rule.apply(text).stream()).findFirst();
  }

  private Optional<Message> apply(String text) {
    var found = match.matcher(text);
    return found.find() ? Optional.of(message(found)) : Optional.empty();
  }

  private Message message(Matcher found) {
    var name =
        CAPTURE
            .matcher(address)
            .replaceAll(r -> java.util.regex.Matcher.quoteReplacement(group(found, r.group(1))));
    var values = new ArrayList<Object>();
    for (var arg : args) {
      var reference = arg instanceof String word ? REFERENCE.matcher(word) : null;
      values.add(
          reference != null && reference.matches()
              ? Arguments.fromWord(group(found, reference.group(1)))
              : arg);
    }
    return Message.of(TextFormat.address(name), values);
  }

  private static String group(Matcher found, String number) {
    var index = Integer.parseInt(number);
    var group = index <= found.groupCount() ? found.group(index) : "";
    return group == null ? "" : group; // a group that took no part
  }
}
