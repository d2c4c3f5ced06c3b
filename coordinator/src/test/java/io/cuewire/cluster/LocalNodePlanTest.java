package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.JOINING;
import static io.cuewire.cluster.ClusterView.NodeState.LEAVING;
import static io.cuewire.cluster.ClusterView.NodeState.UNREACHABLE;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who runs what, as the cluster changes: {@code video} can run on a, or else on b. */
class LocalNodePlanTest {

  @Test
  void beforeItKnowsAnybodyItRunsWhatIsItsOwnAlone() {
    var a = Rig.settled("a");
    assertThat(a.told).containsExactly("desk RUN", "lights RUN", "video STANDBY");
    assertThat(a.node.isMember()).isFalse();
    assertThat(Rig.settled("c").told).containsExactly("desk RUN", "sound RUN");
  }

  @Test
  void theFirstNodeOfTheListTakesWhatNobodyOwns() {
    var a = Rig.settled("a");
    a.sees(UP, UP, UP);
    assertThat(a.node.isMember()).isTrue();
    assertThat(a.wanted("video")).contains(Wanted.RUN);
    assertThat(a.node.ledger().owner("video")).contains("a");

    var b = Rig.settled("b");
    b.sees(UP, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    assertThat(b.node.ledger().all()).as("b has changed nothing").isEmpty();
  }

  @Test
  void theNextOneTakesOverWhenTheOwnerIsGone() {
    var b = owned("b", "a");
    b.sees(UP, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    assertThat(b.node.ledger().owner("video")).contains("b");
  }

  @Test
  void itStaysWhereItIsWhenTheFirstOneReturns() {
    var a = owned("a", "b");
    a.sees(UP, UP, UP);
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.node.ledger().owner("video")).contains("b");
  }

  @Test
  void anOwnerThatIsMerelyOutOfReachKeepsItUntilItsDeathIsProven() {
    var b = owned("b", "a");
    b.sees(UNREACHABLE, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.links.put("a", LinkState.UNREACHABLE);
    b.node.replan();
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.links.put("a", LinkState.REFUSED);
    b.node.replan();
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void aDeathOnceProvenStaysSoUntilTheProcessIsConnectedToAgain() {
    var b = owned("b", "a");
    b.links.put("a", LinkState.REFUSED);
    b.sees(UNREACHABLE, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    b.links.put("a", LinkState.UNREACHABLE); // somebody switches the machine off
    b.changes(new Entry.Owner("video", "a"));
    assertThat(b.node.ledger().owner("video")).contains("b");
    b.links.put("a", LinkState.CONNECTED);
    b.changes(new Entry.Owner("video", "a"));
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
  }

  @Test
  void anOwnerThatLeavesHandsItOver() {
    var b = owned("b", "a");
    b.sees(LEAVING, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);

    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    assertThat(a.wanted("video")).contains(Wanted.RUN);
    a.node.leave();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.wanted("lights")).as("what is its own alone goes on").contains(Wanted.RUN);
    assertThat(a.node.runs(a.node.show().endpoints().get("video"))).containsExactly("b");
  }

  @Test
  void aNodeWithoutAMajorityRunsNothingThatOthersCouldRun() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.sees(UP, UNREACHABLE, UNREACHABLE);
    assertThat(a.node.isMember()).isFalse();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.wanted("lights")).contains(Wanted.RUN);
    a.links.put("c", LinkState.REFUSED);
    a.node.replan();
    assertThat(a.wanted("video")).as("two of three, one of them dead").contains(Wanted.RUN);
  }

  @Test
  void aNodeThatIsNotUpDecidesNothing() {
    for (var state : List.of(JOINING, LEAVING, DOWN)) {
      var a = owned("a", "a");
      a.sees(state, UP, UP);
      assertThat(a.node.isMember()).isFalse();
      assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    }
  }

  @Test
  void aPersonCanSayThatANodeCarriesOnAlone() {
    var a = new Rig(Rig.THREE, "a", new HandClock(), true);
    a.sees(JOINING, DOWN, DOWN);
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    a.sees(UP, DOWN, DOWN);
    assertThat(a.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void shortlyAfterItsStartANodeLeavesAnEndpointToThoseBeforeIt() {
    var clock = new HandClock();
    var b = new Rig(Rig.THREE, "b", clock);
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofMillis(1499));
    b.node.replan();
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofMillis(1));
    b.node.replan();
    assertThat(b.wanted("video")).contains(Wanted.RUN);

    var a = new Rig(Rig.THREE, "a", clock);
    a.sees(UP, UP, DOWN);
    assertThat(a.wanted("video")).as("nobody is before a").contains(Wanted.RUN);
  }

  @Test
  void whatOneNodeTakesTheOthersAreTold() {
    var a = Rig.settled("a");
    var written = new ArrayList<Entry>();
    a.node.onOwnerWritten(written::add);
    a.sees(UP, UP, UP);
    a.sees(UP, UP, UP);
    assertThat(written).isEqualTo(a.node.ledger().all()).hasSize(1);
  }

  @Test
  void aDisabledEndpointStopsOnEveryNodeUntilItIsEnabled() {
    for (var node : List.of("a", "b")) {
      var rig = owned(node, "a");
      rig.sees(UP, UP, UP);
      var before = rig.wanted("video").orElseThrow();
      rig.changes(new Entry.Enabled("video", false));
      assertThat(rig.wanted("video")).contains(Wanted.DISABLED);
      assertThat(rig.wanted("desk")).contains(Wanted.RUN);
      rig.changes(new Entry.Enabled("video", true));
      assertThat(rig.wanted("video")).contains(before);
    }
  }

  @Test
  void whileItsClusterSystemBeginsAnewItGivesUpListedEndpointsAlone() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.told.clear();
    a.node.outsideCluster();
    assertThat(a.told).containsExactly("video STANDBY");
    assertThat(a.node.isMember()).isFalse();
    a.sees(UP, UP, UP);
    assertThat(a.told).containsExactly("video STANDBY", "video RUN");
  }

  @Test
  void anEndpointIsToldOnlyWhatIsNew() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.told.clear();
    for (NodeState[] others : new NodeState[][] {{UP, DOWN, UP}, {UP, UP, UP}, {UP, UP, LEAVING}}) {
      a.sees(others);
      a.node.replan();
    }
    assertThat(a.told).isEmpty();
  }

  @Test
  void whateverIsSeenNoTwoNodesThatSeeTheSameRunTheSameEndpoint() {
    var states = List.of(UP, UNREACHABLE, LEAVING, DOWN);
    for (var owner : List.of("", "a", "b")) {
      for (var seen : Every.choice(states, 3)) {
        var running =
            List.of("a", "b").stream()
                .filter(node -> {
                  var rig = owned(node, owner);
                  rig.sees(seen.toArray(NodeState[]::new));
                  return rig.wanted("video").orElseThrow() == Wanted.RUN;
                })
                .toList();
        assertThat(running).as("owner %s, seen %s", owner, seen).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  /** A node that knows who owns the video. */
  private static Rig owned(String node, String owner) {
    var rig = Rig.settled(node);
    if (!owner.isEmpty()) {
      rig.changes(new Entry.Owner("video", owner));
    }
    return rig;
  }
}
