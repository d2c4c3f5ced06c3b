package io.cuewire.node.cli;

import io.cuewire.node.cli.Command.Action;
import java.util.ArrayList;
import java.util.stream.Collectors;
import picocli.CommandLine.Parameters;

/** Changes the scene on every node. */
final class SceneGoAction implements Action {
  @Parameters(paramLabel = "SCENE", description = "The scene's name.")
  private String name = "";

  @Override
  public Exit run(Invocation invocation) {
    var answer = invocation.api().call("POST", "/api/scenes/" + ApiClient.encoded(name) + "/go");
    var unconfirmed = new ArrayList<String>();
    answer
        .path("nodes")
        .forEachEntry((node, said) -> {
          if (!said.path("confirmed").asBoolean()) {
            unconfirmed.add(node + Text.because(said));
          }
        });
    if (!answer.path("success").asBoolean() && unconfirmed.size() == answer.path("nodes").size()) {
      var nobody = "scene " + name + ": no node has confirmed it";
      throw new Failure(
          Exit.FAILED,
          Text.safe(
              nobody + unconfirmed.stream().map(n -> ", not " + n).collect(Collectors.joining())));
    }
    return invocation.answer(
        answer,
        "scene %s, number %s\n\n%s"
            .formatted(
                Text.of(answer, "scene"),
                Text.of(answer, "sequence"),
                Tables.fired(answer.path("nodes")).text(invocation.output(), Tables.CONFIRMED)),
        unconfirmed);
  }
}
