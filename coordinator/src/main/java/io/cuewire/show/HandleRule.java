package io.cuewire.show;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * The show's own recognition of a text frame, tried before the built-in ones.
 *
 * @param match a regular expression that the whole frame matches
 * @param address of the message it becomes; {@code {1}} is the first group
 * @param args its arguments; the string {@code $1} is the first group
 */
public record HandleRule(Pattern match, String address, List<Object> args) {
  public HandleRule {
    args = OutgoingMessage.copyOf(args);
  }
}
