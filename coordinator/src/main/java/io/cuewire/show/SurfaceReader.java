package io.cuewire.show;

import io.cuewire.show.Control.Axis;
import io.cuewire.show.Control.Ranges;
import io.cuewire.show.Control.Target;
import io.cuewire.show.Value.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads one entry of {@code surfaces}. */
final class SurfaceReader {
  private static final String CONTROL = "(fader|push|xy|rotary)_\\d+";
  private static final Decoder<String> ACTION =
      Decoders.choice(List.of("parameter", "scene", "toggle", "pulse", "emergency"));

  private final Scope scope;

  SurfaceReader(Scope scope) {
    this.scope = scope;
  }

  Optional<Surface> read(Entry entry, Fields fields) {
    var in = fields.need("in", "the endpoint its messages arrive by", scope.receiver());
    var out = fields.get("out", scope.sender());
    var controls = controls(fields, out.isPresent() || fields.has("out"));
    fields.end();
    return in.map(from -> new Surface(entry.key(), from, out, controls));
  }

  private SequencedMap<String, Control> controls(Fields fields, boolean hasOut) {
    var controls = new LinkedHashMap<String, Control>();
    for (var entry : fields.entries("controls")) {
      if (!entry.key().matches(CONTROL)) {
        fields.entryProblem(
            entry,
            "'" + entry.key() + "' is no control: they are called fader_1, push_1, xy_1, rotary_1");
      }
      fields
          .within("control", entry)
          .flatMap(keys -> control(entry.key(), keys, hasOut))
          .ifPresent(control -> controls.put(entry.key(), control));
    }
    return controls;
  }

  private Optional<Control> control(String name, Fields fields, boolean hasOut) {
    var feedback = fields.get("feedback", Formats.ADDRESS);
    if (feedback.isPresent() && !hasOut) {
      fields.keyProblem("feedback", "'feedback' needs an 'out' endpoint at the surface");
    }
    var action = fields.has("action") ? fields.get("action", ACTION) : Optional.of("parameter");
    var does = action.flatMap(word -> action(word, name, fields));
    if (action.isEmpty()) {
      fields.has("scene"); // which of the two belongs to it, nobody knows
      fields.has("targets");
    }
    fields.end();
    return does.map(doing -> new Control(name, feedback, doing));
  }

  private Optional<Control.Action> action(String word, String name, Fields fields) {
    if (word.equals("scene")) {
      if (fields.has("targets")) {
        fields.keyProblem("targets", "'targets' are for parameters; this control goes to a scene");
      }
      return fields.need("scene", "the one to go to", scope.scene()).map(Control.GoScene::new);
    }
    if (fields.has("scene")) {
      fields.keyProblem("scene", "'scene' needs 'action: scene'");
    }
    if (word.equals("emergency")) {
      if (fields.has("targets")) {
        fields.keyProblem("targets", "'targets' are for parameters; this control stops the show");
      }
      return Optional.of(new Control.Stop());
    }
    var targets =
        fields.need(
            "targets",
            "the parameters it moves",
            Decoders.list(Decoders.group("a target", target -> target(name, target))));
    if (targets.filter(List::isEmpty).isPresent()) {
      fields.problem("targets", "'targets' is an empty list");
    }
    return targets.map(moved ->
        switch (word) {
          case "toggle" -> new Control.Toggle(moved);
          case "pulse" -> new Control.Pulse(moved);
          default -> new Control.Follow(moved);
        });
  }

  private Optional<Target> target(String control, Fields fields) {
    var parameter = scope.parameter(fields);
    var isPad = control.startsWith("xy_");
    var axis =
        isPad
            ? fields.need("axis", "x or y", Decoders.choice(Axis.class))
            : fields.get("axis", Decoders.choice(Axis.class));
    if (!isPad && fields.has("axis")) {
      fields.keyProblem("axis", "'axis' is for xy controls; '" + control + "' has one value");
    }
    var input = fields.get("input", RouteReader.FILLED_RANGE);
    var output = fields.get("output", Formats.RANGE);
    if (fields.has("input") != fields.has("output")) {
      RouteReader.pairProblem(fields);
    }
    var mapping = input.flatMap(from -> output.map(to -> new Ranges(from, to)));
    return parameter.map(id -> new Target(id, axis, mapping));
  }
}
