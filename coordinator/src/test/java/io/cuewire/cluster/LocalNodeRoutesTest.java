package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry.Enabled;
import io.cuewire.ledger.Entry.RouteRemoved;
import io.cuewire.ledger.Entry.RouteSet;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where messages go, as owners and routes change. */
class LocalNodeRoutesTest {

  @Test
  void aMessageGoesWhereItsTargetsRun() {
    var a = Rig.settled("a");
    a.sees(UP, UP, UP);
    assertThat(a.after("desk", "/fader/1", 0.5f))
        .containsExactlyInAnyOrder("a/lights /fader/1 [0.5]", "a/video /fader/1 [0.5]");
    assertThat(a.after("desk", "/other")).isEmpty();

    var c = Rig.settled("c");
    c.sees(UP, UP, UP);
    assertThat(c.after("desk", "/fader/1"))
        .containsExactlyInAnyOrder("a/lights /fader/1 []", "a/video /fader/1 []");
  }

  @Test
  void aMessageFollowsAnEndpointThatIsTakenOver() {
    var c = Rig.settled("c");
    c.owns("video", "a");
    c.sees(UP, UP, UP);
    assertThat(c.after("desk", "/fader/1")).contains("a/video /fader/1 []");
    c.sees(DOWN, UP, UP);
    assertThat(c.after("desk", "/fader/1")).contains("b/video /fader/1 []");
    c.owns("video", "b");
    c.sees(UP, UP, UP);
    assertThat(c.after("desk", "/fader/1")).contains("b/video /fader/1 []");
  }

  @Test
  void whileItsClusterSystemBeginsAnewMessagesGoOnToTheOwnerOverTheLink() {
    var c = Rig.settled("c");
    c.owns("video", "b");
    c.sees(UP, UP, UP);
    c.node.membership().outsideCluster();
    assertThat(c.after("desk", "/fader/1")).contains("b/video /fader/1 []");
  }

  @Test
  void whatNobodyRunsIsCountedAsLost() {
    var c = Rig.settled("c");
    c.sees(DOWN, DOWN, UP);
    assertThat(c.after("desk", "/fader/1")).containsExactly("a/lights /fader/1 []");
    assertThat(c.node.endpoint("desk").orElseThrow().io().dropped()).isEqualTo(1);
  }

  @Test
  void aRouteIsAddedReplacedRemovedAndAddedAgain() {
    var c = Rig.settled("c");
    c.changes(new RouteSet(route("pads", "/pad/*", "sound")));
    assertThat(c.after("desk", "/pad/1")).containsExactly("c/sound /pad/1 []");
    c.changes(new RouteSet(route("pads", "/drum/*", "sound")));
    assertThat(c.after("desk", "/pad/1")).isEmpty();
    assertThat(c.after("desk", "/drum/1")).hasSize(1);
    c.changes(new RouteRemoved("pads"));
    assertThat(c.after("desk", "/drum/1")).isEmpty();
    c.changes(new RouteSet(route("pads", "/pad/*", "sound")));
    assertThat(c.after("desk", "/pad/1")).hasSize(1);
  }

  @Test
  void theShowsOwnRoutesAreReplacedAndRemovedToo() {
    var c = Rig.settled("c");
    c.changes(new RouteSet(route("faders", "/slider/*", "sound")));
    assertThat(c.after("desk", "/fader/1")).isEmpty();
    assertThat(c.after("desk", "/slider/1")).containsExactly("c/sound /slider/1 []");
    c.changes(new RouteRemoved("faders"));
    assertThat(c.node.routes()).isEmpty();
    assertThat(c.after("desk", "/slider/1")).isEmpty();
  }

  @Test
  void theTableIsInTheSameOrderOnEveryNode() {
    var one = Rig.settled("a");
    var other = Rig.settled("b");
    for (var name : List.of("z", "m", "faders", "a", "k")) {
      one.changes(new RouteSet(route(name, "/x", "sound")));
    }
    other.node.ledger().merge(one.node.ledger().all().reversed());
    assertThat(one.node.routes())
        .extracting(Route::name)
        .containsExactly("faders", "a", "k", "m", "z");
    assertThat(other.node.routes()).isEqualTo(one.node.routes());
  }

  @Test
  void theShowAsItRunsHasTheChangedRoutes() {
    var c = Rig.settled("c");
    assertThat(c.node.showAsItRuns()).isEqualTo(c.node.show());
    var pads = route("pads", "/pad/*", "sound");
    c.changes(new RouteSet(pads));
    c.changes(new RouteRemoved("faders"));
    assertThat(c.node.showAsItRuns().routes()).isEqualTo(Map.of("pads", pads));
    assertThat(c.node.showAsItRuns().endpoints()).isEqualTo(c.node.show().endpoints());
  }

  @Test
  void everySenderOfAProtocolIsNamedByAStar() {
    var a = Rig.settled("a");
    a.sees(UP, UP, UP);
    a.changes(new RouteSet(route("all", "/all", "osc:*")));
    assertThat(a.after("desk", "/all"))
        .containsExactlyInAnyOrder("a/lights /all []", "a/video /all []", "c/sound /all []");
  }

  @Test
  void aRouteOfANewerShowFileWhoseTargetIsUnknownHereLosesItsMessages() {
    var a = Rig.settled("a");
    a.sees(UP, UP, UP);
    a.changes(new RouteSet(route("new", "/new", "lasers")));
    a.changes(new RouteSet(route("pads", "/pad/*", "lights")));
    assertThat(a.after("desk", "/pad/1")).containsExactly("a/lights /pad/1 []");
    assertThat(a.after("desk", "/new")).isEmpty();
    assertThat(a.node.endpoint("desk").orElseThrow().io().dropped()).isEqualTo(1);
  }

  @Test
  void theTableIsCompiledAnewOnlyWhenARouteOrAnOwnerChanges() {
    var c = Rig.settled("c");
    c.sees(UP, UP, UP);
    assertThat(c.patched).contains("a/lights", "a/video");
    c.patched.clear();
    c.sees(UP, UP, UP);
    c.sees(UP, DOWN, UP);
    c.node.plan().renew();
    c.changes(new Enabled("sound", false));
    c.owns("video", "a"); // where it was thought to be
    assertThat(c.patched).isEmpty();
    c.changes(new RouteSet(route("faders", "/fader/*", "lights")));
    assertThat(c.patched).containsExactly("a/lights");
  }

  private static Route route(String name, String match, String to) {
    return new Route(name, List.of("desk"), match, List.of(to), Transformation.NONE, false);
  }
}
