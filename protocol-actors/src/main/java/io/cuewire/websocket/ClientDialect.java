package io.cuewire.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import io.cuewire.text.Recognition;
import io.cuewire.text.TextFormat;
import io.cuewire.transport.EndpointIo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client says and understands: the frames of another Cuewire, and whatever text other
 * servers send.
 *
 * @param handle the endpoint's own recognition, which comes first
 * @param show carries out what is asked for
 */
record ClientDialect(EndpointIo io, List<HandleRule> handle, ShowControl show) implements Dialect {
  /** What a Cuewire server says beside messages. */
  private static final Set<String> CHATTER =
      Set.of(
          "welcome", "periodic_status", "status_update", "control_response", "parameter_response");

  /** Bare text is for other servers than ours, which take JSON only. */
  @Override
  public String encode(Message message, boolean hops) {
    return hops
        ? JsonFrames.message(message, true)
        : TextFormat.bare(message).orElseGet(() -> JsonFrames.message(message, false));
  }

  @Override
  public void text(String text, WebSocketConnection from) {
    var own = HandleRule.first(handle, text);
    if (own.isPresent()) {
      io.received(own.get(), from.peer());
      return;
    }
    var json = JsonText.parse(text).filter(JsonNode::isObject);
    var type = json.map(JsonFrames::type).orElse("");
    if (type.equals("message")) {
      message(json.orElseThrow(), from);
    } else if (type.equals("emergency_stop")) {
      stop(text, from);
    } else if (type.equals("error")) { // never answered, or two would go on for ever
      io.malformed("refused there: " + json.orElseThrow().path("error").asText(), from.peer());
    } else if (!CHATTER.contains(type)) {
      recognise(text, from);
    }
  }

  /** The server is in an emergency stop: so is this show. */
  private void stop(String text, WebSocketConnection from) {
    io.asked(Message.of("/text", List.of(text)), from.peer());
    show.emergencyStop(io.origin(from.peer()))
        .exceptionally(bug -> Optional.of("internal error: " + bug.getMessage()))
        .thenAccept(error ->
            error.ifPresent(e -> io.lastError("the stop of " + from.peer().name() + ": " + e)));
  }

  private void message(JsonNode frame, WebSocketConnection from) {
    try {
      io.received(JsonFrames.message(frame, from.countsHops()), from.peer());
    } catch (IllegalArgumentException e) {
      io.malformed(e.getMessage(), from.peer());
    }
  }

  private void recognise(String text, WebSocketConnection from) {
    switch (Recognition.of(text, List.of())) {
      case Recognition.Routed(var message) -> io.received(message, from.peer());
      case Recognition.Asked request -> {
        io.asked(Message.of("/text", List.of(text)), from.peer());
        request
            .ask(show, io.origin(from.peer()))
            .exceptionally(bug -> "ERROR:internal error: " + bug.getMessage())
            .thenAccept(from::answer);
      }
      case Recognition.Wrong(var defect, var answer) -> {
        io.malformed(defect, from.peer());
        from.answer(answer);
      }
    }
  }

  /** A server that does not speak OSC would not understand the answer either. */
  @Override
  public void notOsc(String defect, WebSocketConnection from) {}
}
