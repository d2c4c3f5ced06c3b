package io.cuewire.show;

import io.cuewire.show.Value.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one entry of {@code scenes}. */
final class SceneReader {
  private static final List<String> KINDS = List.of("set", "send", "wait");

  private final Scope scope;

  SceneReader(Scope scope) {
    this.scope = scope;
  }

  Optional<Scene> read(Entry entry, Fields scenes) {
    return scenes
        .entry(entry, Decoders.list(Decoders.group("a step", this::step)))
        .map(steps -> new Scene(entry.key(), steps));
  }

  private Optional<Step> step(Fields fields) {
    var steps = new ArrayList<Step>();
    fields.get("set", Decoders.group("'set'", this::set)).ifPresent(steps::add);
    fields.get("send", Decoders.group("'send'", this::send)).ifPresent(steps::add);
    fields.get("wait", Decoders.DURATION).map(Step.Wait::new).ifPresent(steps::add);
    var given = KINDS.stream().filter(fields::has).toList();
    if (given.isEmpty()) {
      fields.missing(KINDS, "a step is one of set, send and wait");
    } else if (given.size() > 1) {
      fields.problem("'" + String.join("' and '", given) + "' in one step: begin each with '-'");
    }
    return steps.stream().findFirst();
  }

  private Optional<Step> set(Fields fields) {
    var value = scope.value(fields);
    var fade = fields.get("fade", Decoders.DURATION);
    if (fade.isPresent() && value.filter(v -> !(v.value() instanceof Number)).isPresent()) {
      fields.keyProblem("fade", "'fade' needs a number to go to");
    }
    return value.map(v -> new Step.Set(v, fade));
  }

  private Optional<Step> send(Fields fields) {
    var to =
        fields.need(
            "to",
            "the endpoints it goes out by",
            Decoders.distinct(Decoders.oneOrMore(scope.senders())));
    var message = EndpointParts.addressed(fields);
    return to.flatMap(targets -> message.map(sent -> new Step.Send(targets, sent)));
  }
}
