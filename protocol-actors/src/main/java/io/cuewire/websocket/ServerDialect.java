package io.cuewire.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.command.ParameterRequest;
import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.EndpointIo;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a server says and understands.
 *
 * @param handle the endpoint's own recognition, which comes first
 * @param show carries out what is asked for
 */
record ServerDialect(EndpointIo io, List<HandleRule> handle, ShowControl show) implements Dialect {

  @Override
  public String encode(Message message, boolean hops) {
    return JsonFrames.message(message, hops);
  }

  @Override
  public void text(String text, WebSocketConnection from) {
    var own = HandleRule.first(handle, text);
    if (own.isPresent()) {
      io.received(own.get(), from.peer());
      return;
    }
    var json = JsonText.parse(text).filter(JsonNode::isObject);
    if (json.isEmpty()) {
      wrong("a JSON object is expected, such as {\"type\":\"request_status\"}", from);
      return;
    }
    var frame = json.get();
    switch (JsonFrames.type(frame)) {
      case "message" -> message(frame, from);
      case "control" -> control(frame, text, from);
      case "parameter" -> parameter(frame, text, from);
      case "request_status" -> {
        asked(text, from);
        from.answer(JsonFrames.statusUpdate(show.status(), io.clock().millis()));
      }
      case "error" -> {} // an answer to it could be answered again
      case "" -> wrong("'type' is missing or no text", from);
      case String unknown -> wrong("unknown type '" + unknown + "'", from);
    }
  }

  private void message(JsonNode frame, WebSocketConnection from) {
    try {
      io.received(JsonFrames.message(frame, from.countsHops()), from.peer());
    } catch (IllegalArgumentException e) {
      wrong(e.getMessage(), from);
    }
  }

  private void control(JsonNode frame, String text, WebSocketConnection from) {
    var action = frame.path("action").asText("");
    switch (action) {
      case "scene_change" -> {
        try {
          var scene = ParameterRequest.text(frame, "scene_name");
          asked(text, from);
          answer(show.changeScene(scene), from, error -> controlled(action, frame, error));
        } catch (IllegalArgumentException e) {
          io.malformed(e.getMessage(), from.peer());
          from.answer(controlled(action, frame, Optional.of(e.getMessage())));
        }
      }
      case "emergency_stop" -> {
        asked(text, from);
        answer(
            show.emergencyStop(io.origin(from.peer())),
            from,
            error -> controlled(action, frame, error));
      }
      default -> wrong("unknown action '" + action + "'", from);
    }
  }

  private static String controlled(String action, JsonNode frame, Optional<String> error) {
    var response = JsonFrames.typed("control_response").put("action", action);
    response.put("success", error.isEmpty());
    if (frame.has("scene_name")) {
      response.set("scene_name", frame.get("scene_name"));
    }
    return JsonFrames.outcome(response, error);
  }

  private void parameter(JsonNode frame, String text, WebSocketConnection from) {
    try {
      var request = ParameterRequest.of(frame);
      asked(text, from);
      answer(request.ask(show), from, error -> set(frame, error));
    } catch (IllegalArgumentException e) {
      io.malformed(e.getMessage(), from.peer());
      from.answer(set(frame, Optional.of(e.getMessage())));
    }
  }

  private static String set(JsonNode frame, Optional<String> error) {
    var response = JsonFrames.typed("parameter_response");
    for (var key : List.of("operator", "parameter", "value")) {
      if (frame.has(key)) {
        response.set(key, frame.get(key));
      }
    }
    return JsonFrames.outcome(response.put("success", error.isEmpty()), error);
  }

  @Override
  public void notOsc(String defect, WebSocketConnection from) {
    from.answer(JsonFrames.error("a binary frame must hold one OSC packet: " + defect));
  }

  private void wrong(String defect, WebSocketConnection from) {
    io.malformed(defect, from.peer());
    from.answer(JsonFrames.error(defect));
  }

  private void asked(String text, WebSocketConnection from) {
    io.asked(Message.of("/text", List.of(text)), from.peer());
  }

  private static void answer(
      CompletionStage<Optional<String>> outcome, WebSocketConnection to, Answer answer) {
    outcome
        .exceptionally(bug -> Optional.of("internal error: " + bug.getMessage()))
        .thenAccept(error -> to.answer(answer.with(error)));
  }

  /** The response to a request, once it is known what became of it. */
  @FunctionalInterface
  private interface Answer {
    String with(Optional<String> error);
  }
}
