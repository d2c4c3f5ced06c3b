package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cuewire.control.HistoryQuery;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.ledger.Entry;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What node a refuses, and why. */
class ClusterControlTest {
  private final Rig a = Rig.settled("a");
  private final ClusterControl control = new ClusterControl(a.node, a.board);

  @Test
  void sendingNeedsAnEndpointThatSends() {
    assertRefused(() -> send("nothing", "/x"), Kind.NOT_FOUND, "there is no endpoint 'nothing'");
    assertRefused(() -> send("desk", "/x"), Kind.INVALID, "desk only receives");
    assertRefused(
        () -> send("mqtt:*", "/x"), Kind.NOT_FOUND, "no endpoint is a sender of 'mqtt:*'");
  }

  @Test
  void sendingNeedsAMessage() {
    assertRefused(
        () -> send("lights", "x"), Kind.INVALID, "the address 'x' does not start with '/'");
    assertThat(refusal(() -> send("lights", "/x", new StringBuilder())).kind())
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void sendingNeedsAnOpenEndpoint() {
    assertRefused(() -> send("lights", "/x"), Kind.UNAVAILABLE, "lights on a is starting");
    a.sees(DOWN, DOWN, DOWN);
    assertRefused(() -> send("video", "/x"), Kind.UNAVAILABLE, "video runs nowhere");
    assertThat(a.delivered).isEmpty();
  }

  @Test
  void whatRunsElsewhereIsNotReachedBetweenTwoClusterSystems() {
    a.sees(UP, UP, UP);
    assertRefused(
        () -> send("sound", "/x"),
        Kind.UNAVAILABLE,
        "sound on c is not reached: a is joining the cluster, try again");
  }

  @Test
  void anIsolatedNodeChangesNothingForTheOthers() {
    var why = "a is isolated and cannot change the show for the others";
    assertRefused(() -> control.putRoute(route("pads", "lights")), Kind.CONFLICT, why);
    assertRefused(() -> control.removeRoute("faders"), Kind.CONFLICT, why);
    assertRefused(() -> control.enable("video", false), Kind.CONFLICT, why);
    assertThat(a.node.ledger().all()).isEmpty();
  }

  @Test
  void aRouteMustBeRightInThisShow() {
    a.sees(UP, UP, UP);
    var refused = refusal(() -> control.putRoute(route("pads", "nothing")));
    assertThat(refused.kind()).isEqualTo(Kind.INVALID);
    assertThat(refused).hasMessageStartingWith("route 'pads': ").hasMessageContaining("'nothing'");
    assertThat(refusal(() -> control.putRoute(route("pads", "desk"))).kind())
        .as("desk only receives")
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void onlyAThingThatIsThereIsRemovedRestartedOrDisabled() {
    a.sees(UP, UP, UP);
    assertRefused(
        () -> control.removeRoute("nothing"), Kind.NOT_FOUND, "there is no route 'nothing'");
    assertRefused(
        () -> control.restart("nothing"), Kind.NOT_FOUND, "there is no endpoint 'nothing'");
    assertRefused(
        () -> control.enable("nothing", true), Kind.NOT_FOUND, "there is no endpoint 'nothing'");
  }

  @Test
  void movingNeedsAnEndpointAndAnotherNodeOfItsList() {
    a.sees(UP, UP, UP);
    assertRefused(
        () -> control.move("nothing", "b"), Kind.NOT_FOUND, "there is no endpoint 'nothing'");
    assertRefused(
        () -> control.move("video", "nobody"), Kind.NOT_FOUND, "there is no node 'nobody'");
    assertRefused(
        () -> control.move("video", "c"), Kind.INVALID, "video is not listed for c, but for a, b");
    assertRefused(() -> control.move("desk", "b"), Kind.INVALID, "desk runs on every node");
    assertRefused(() -> control.move("sound", "b"), Kind.INVALID, "sound is c's");
    a.sees(UP, DOWN, UP);
    assertRefused(
        () -> control.move("video", "b"), Kind.UNAVAILABLE, "b is down: video is not moved");
  }

  @Test
  void drainingNeedsANodeThatIsThere() {
    assertRefused(() -> control.drain("nobody"), Kind.NOT_FOUND, "there is no node 'nobody'");
    assertRefused(() -> control.drain("b"), Kind.CONFLICT, "a is isolated");
    assertRefused(() -> control.move("video", "b"), Kind.CONFLICT, "a is isolated");
    a.sees(UP, DOWN, UP);
    assertRefused(() -> control.drain("b"), Kind.UNAVAILABLE, "b is down: it is not drained");
  }

  @Test
  void aDisabledEndpointIsNotRestarted() {
    a.changes(new Entry.Enabled("video", false));
    assertRefused(
        () -> control.restart("video"), Kind.CONFLICT, "video is disabled: enable it first");
  }

  @Test
  void theHistoryIsAskedForByAPatternAndAnEndpoint() {
    var wrong = refusal(() -> history(Optional.of("no/slash"), Optional.empty()));
    assertThat(wrong.kind()).isEqualTo(Kind.INVALID);
    assertThat(wrong).hasMessageStartingWith("'no/slash' is no address pattern: ");
    assertRefused(
        () -> history(Optional.empty(), Optional.of("nothing")),
        Kind.NOT_FOUND,
        "there is no endpoint 'nothing'");
  }

  private CompletionStage<?> send(String endpoint, String address, Object... args) {
    return control.send(endpoint, address, List.of(args), Optional.empty());
  }

  private CompletionStage<?> history(Optional<String> match, Optional<String> endpoint) {
    return control.history(new HistoryQuery(10, match, endpoint));
  }

  private static Route route(String name, String to) {
    return new Route(name, List.of("desk"), "/x", List.of(to), Transformation.NONE, false);
  }

  private static void assertRefused(
      Supplier<CompletionStage<?>> request, Kind kind, String message) {
    var refused = refusal(request);
    assertThat(refused).hasMessageStartingWith(message);
    assertThat(refused.kind()).isEqualTo(kind);
  }

  /** It is thrown at once, or the answer completes with it. */
  private static Refused refusal(Supplier<CompletionStage<?>> request) {
    var thrown = catchThrowable(() -> request.get().toCompletableFuture().join());
    var cause = thrown instanceof CompletionException later ? later.getCause() : thrown;
    assertThat(cause).isInstanceOf(Refused.class);
    return (Refused) cause;
  }
}
