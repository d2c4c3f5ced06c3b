package io.cuewire.endpoint;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The guardian of the device system: parent of every endpoint of this node. */
public final class Endpoints {
  /**
   * Tells one endpoint something.
   *
   * @param name of an endpoint that this node carries
   */
  public record Tell(String name, EndpointActor.Command command) {}

  private Endpoints() {}

  /**
   * @param blocking runs what waits for the network
   */
  public static Behavior<Tell> create(List<Endpoint> endpoints, Executor blocking) {
    return Behaviors.setup(context -> {
      var actors =
          endpoints.stream()
              .collect(
                  Collectors.toMap(
                      e -> e.settings().name(),
                      e -> context.spawn(EndpointActor.create(e, blocking), e.settings().name())));
      return Behaviors.receiveMessage(tell -> {
        Optional.ofNullable(actors.get(tell.name())).ifPresent(actor -> actor.tell(tell.command()));
        return Behaviors.same();
      });
    });
  }
}
