package io.cuewire.mqtt;

import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.text.TextFormat;
import java.util.List;

/**
 * Arguments as payloads: a JSON array, or the bare value where there is one (contract section 4).
 */
final class Payload {
  private Payload() {}

  static String write(Message message) {
    return TextFormat.bare(message).orElseGet(() -> values(message.args()));
  }

  private static String values(List<Object> args) {
    var array = JsonText.args(args);
    var single = array.size() == 1 && !array.get(0).isArray();
    if (single && array.get(0).isTextual() && isReadBack(array.get(0).textValue())) {
      return array.get(0).textValue();
    }
    return JsonText.compact(single ? array.get(0) : array);
  }

  /** Whether a bare text is taken for itself by who reads it. */
  private static boolean isReadBack(String text) {
    return read(text).equals(List.of(text)) && !isCommand(text);
  }

  /** JSON values, or the whole text as the one argument; an object stays text. */
  static List<Object> read(String payload) {
    if (payload.isEmpty()) {
      return List.of();
    }
    try {
      return JsonText.parse(payload)
          .filter(json -> !json.isObject())
          .map(JsonText::arguments)
          .orElse(List.of(payload));
    } catch (IllegalArgumentException noOscForm) {
      return List.of(payload);
    }
  }

  /** Whether it asks for something instead of carrying arguments; an answer does not. */
  static boolean isCommand(String payload) {
    return payload.stripLeading().startsWith("{")
        && JsonText.parse(payload.strip())
            .filter(json -> json.has("command") && !json.has("success"))
            .isPresent();
  }
}
