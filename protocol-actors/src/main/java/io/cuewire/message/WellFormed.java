package io.cuewire.message;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;

/**
 * Text that can travel. JSON's escapes and a cut can leave half of a pair of surrogates, which no
 * encoding has: it would arrive as something else, or keep all that it stands in from arriving.
 */
public final class WellFormed {
  /** Makes every text in a tree well formed. */
  public static final JsonNodeFactory JSON =
      new JsonNodeFactory() {
        private static final long serialVersionUID = 1L;

        @Override
        public TextNode textNode(String text) {
          return super.textNode(of(text));
        }
      };

  private WellFormed() {}

  /** The text with a question mark for each half of a pair. */
  public static String of(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
