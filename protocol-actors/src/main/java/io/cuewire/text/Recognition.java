package io.cuewire.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.command.ParameterRequest;
import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a text frame means, in the order of contract section 4. */
public sealed interface Recognition {

  /** A message to route. */
  record Routed(Message message) implements Recognition {}

  /** A request, which is answered on the connection that asked. */
  @FunctionalInterface
  non-sealed interface Asked extends Recognition {
    /**
     * Carries it out; gives the answer as it stands on the wire.
     *
     * @param by who asks, for people
     */
    CompletionStage<String> ask(ShowControl show, String by);
  }

  /** A mistake, which is counted, and its answer. */
  record Wrong(String defect, String answer) implements Recognition {}

  /**
   * Recognises one frame.
   *
   * @param rules the endpoint's own, which come first
   */
  static Recognition of(String text, List<HandleRule> rules) {
    var own = HandleRule.first(rules, text);
    if (own.isPresent()) {
      return new Routed(own.get());
    }
    var content = text.strip();
    if (content.startsWith("CMD:")) {
      return command(content.substring("CMD:".length()));
    }
    if (content.startsWith("{")) {
      var json = JsonText.parse(content);
      if (json.isPresent()) {
        return json.flatMap(Recognition::json).orElseGet(() -> whole("/text", text));
      }
    }
    if (content.startsWith("<") && content.endsWith(">")) {
      return whole("/xml", text);
    }
    if (content.startsWith("/")) {
      return message(content);
    }
    return whole(content.contains(",") ? "/csv" : "/text", text);
  }

  private static Recognition whole(String address, String text) {
    return new Routed(Message.of(address, List.of(text)));
  }

  private static Recognition message(String text) {
    try {
      return new Routed(TextFormat.read(text));
    } catch (IllegalArgumentException wrong) {
      return new Wrong(wrong.getMessage(), "ERROR:" + wrong.getMessage());
    }
  }

  private static Recognition command(String command) {
    if (command.equals("EMERGENCY_STOP")) {
      return asked(
          (show, by) -> show.emergencyStop(by).thenApply(error -> outcome(command, error)));
    }
    if (command.equals("STATUS")) {
      return asked((show, _) -> CompletableFuture.completedStage("STATUS:" + show.status()));
    }
    var scene = "SCENE:";
    if (command.startsWith(scene) && command.length() > scene.length()) {
      var name = command.substring(scene.length());
      return asked((show, _) -> show.changeScene(name).thenApply(error -> outcome(command, error)));
    }
    var defect = "unknown command CMD:" + command;
    return new Wrong(defect, outcome(command, Optional.of(defect)));
  }

  private static String outcome(String command, Optional<String> error) {
    return error.map(e -> "ERROR:" + e).orElse("OK:" + command);
  }

  /** Whether a text asks for an emergency stop. */
  static boolean isStop(String text) {
    return text.strip().equals("CMD:EMERGENCY_STOP")
        || JsonText.parse(text)
            .filter(json -> json.path("command").asText().equals("emergency_stop"))
            .isPresent();
  }

  private static Asked asked(Asked request) {
    return request;
  }

  /** A command or a message. An object of any other kind is opaque: an answer, for one. */
  private static Optional<Recognition> json(JsonNode json) {
    try {
      if (json.has("success")) {
        return Optional.empty();
      }
      if (json.has("command")) {
        return Optional.of(jsonCommand(json));
      }
      return json.has("address")
          ? Optional.of(new Routed(JsonText.message(json).hops(hops(json))))
          : Optional.empty();
    } catch (IllegalArgumentException wrong) {
      var defect = wrong.getMessage();
      return Optional.of(new Wrong(defect, answer(json, Optional.of(defect))));
    }
  }

  private static Recognition jsonCommand(JsonNode json) {
    return switch (json.get("command").asText()) {
      case "set_parameter" -> {
        var request = ParameterRequest.of(json);
        yield asked((show, _) -> request.ask(show).thenApply(error -> answer(json, error)));
      }
      case "get_status" -> asked((show, _) -> CompletableFuture.completedStage(show.status()));
      case "scene_change" -> {
        var name = ParameterRequest.text(json, "scene_name");
        yield asked((show, _) -> show.changeScene(name).thenApply(error -> answer(json, error)));
      }
      case "emergency_stop" ->
          asked((show, by) -> show.emergencyStop(by).thenApply(error -> answer(json, error)));
      default -> throw new IllegalArgumentException("unknown command " + json.get("command"));
    };
  }

  /** The command again, with what became of it. */
  private static String answer(JsonNode json, Optional<String> error) {
    var answer = JsonText.object();
    for (var key : List.of("command", "operator", "parameter", "value", "scene_name")) {
      if (json.has(key)) {
        answer.set(key, json.get(key));
      }
      if (key.equals("command")) {
        answer.put("success", error.isEmpty());
      }
    }
    error.ifPresent(e -> answer.put("error", e));
    return JsonText.compact(answer);
  }

  /** Routes it has crossed before, see {@link TextWire}. */
  private static int hops(JsonNode json) {
    return Math.clamp(json.path(TextWire.HOPS).asInt(0), 0, 127);
  }
}
