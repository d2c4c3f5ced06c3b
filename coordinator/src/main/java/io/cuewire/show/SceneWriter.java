package io.cuewire.show;

import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.show.Emergency.Block;
import java.util.List;
import java.util.Optional;

/** Surfaces, scenes and the emergency stop as in the show file. */
final class SceneWriter {
  private SceneWriter() {}

  static List<Object> range(Range range) {
    return List.of(ShowWriter.number(range.from()), ShowWriter.number(range.to()));
  }

  static Group surface(Surface surface) {
    return new Group()
        .put("in", surface.in())
        .put("out", surface.out())
        .put("controls", Group.named(surface.controls(), SceneWriter::control));
  }

  private static Group control(Control control) {
    var group = new Group().put("feedback", control.feedback());
    return switch (control.action()) {
      case Control.Follow(var targets) -> targets(group, targets);
      case Control.Toggle(var targets) -> targets(group.put("action", "toggle"), targets);
      case Control.Pulse(var targets) -> targets(group.put("action", "pulse"), targets);
      case Control.Stop() -> group.put("action", "emergency");
      case Control.GoScene(var scene) -> group.put("action", "scene").put("scene", scene);
    };
  }

  private static Group targets(Group group, List<Control.Target> targets) {
    return group.put("targets", targets.stream().map(SceneWriter::target).toList());
  }

  private static Group target(Control.Target target) {
    var ranges = target.mapping();
    return ShowWriter.parameter(target.parameter())
        .put("axis", target.axis().map(Words::of))
        .put("input", ranges.map(mapping -> range(mapping.input())))
        .put("output", ranges.map(mapping -> range(mapping.output())));
  }

  static List<Group> scene(Scene scene) {
    return scene.steps().stream().map(SceneWriter::step).toList();
  }

  private static Group step(Step step) {
    return switch (step) {
      case Step.Set(var value, var fade) ->
          new Group().put("set", value(value).put("fade", fade.map(Durations::format)));
      case Step.Send(var to, var message) ->
          new Group()
              .put(
                  "send",
                  new Group()
                      .put("to", ShowWriter.oneOrMore(to))
                      .put("address", message.address())
                      .filled("args", message.args()));
      case Step.Wait(var time) -> new Group().put("wait", Durations.format(time));
    };
  }

  private static Group value(ParameterValue value) {
    return ShowWriter.parameter(value.id()).put("value", value.value());
  }

  static Group emergency(Emergency emergency) {
    return new Group()
        .put("block", block(emergency.block()))
        .filled("set", emergency.set().stream().map(SceneWriter::value).toList())
        .unless(Emergency.REPEAT, "repeat", emergency.repeat())
        .put("heartbeat", emergency.heartbeat().map(SceneWriter::heartbeat));
  }

  private static Optional<Object> block(Block block) {
    return switch (block) {
      case Block.All _ -> Optional.empty();
      case Block.None _ -> Optional.of("none");
      case Block.Listed(var endpoints) -> Optional.of(endpoints);
    };
  }

  private static Group heartbeat(Emergency.Heartbeat heartbeat) {
    return new Group()
        .put("from", heartbeat.from())
        .unless(Route.EVERYTHING, "match", heartbeat.match())
        .put("within", Durations.format(heartbeat.within()));
  }
}
