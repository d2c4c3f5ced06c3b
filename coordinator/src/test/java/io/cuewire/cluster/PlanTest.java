package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.JOINING;
import static io.cuewire.cluster.ClusterView.NodeState.LEAVING;
import static io.cuewire.cluster.ClusterView.NodeState.UNREACHABLE;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.link.LinkState;
import io.cuewire.show.Show;
import io.cuewire.testing.HandClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who runs what, as the cluster changes: {@code video} can run on a, or else on b. */
class PlanTest {
  private static final Show PAIR =
      Rig.show(
          """
          show: pair
          nodes:
            a: {host: 10.0.0.1, cluster: 7411, api: 7421}
            b: {host: 10.0.0.2, cluster: 7411, api: 7421}
          endpoints:
            video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
          """);

  @Test
  void beforeItKnowsAnybodyItRunsWhatIsItsOwnAlone() {
    var a = Rig.settled("a");
    assertThat(a.told).containsExactly("desk RUN", "lights RUN", "video STANDBY");
    assertThat(a.node.membership().isMember()).isFalse();
    assertThat(Rig.settled("c").told).containsExactly("desk RUN", "sound RUN");
  }

  @Test
  void theFirstNodeOfTheListTakesWhatNobodyOwns() {
    var a = Rig.settled("a");
    a.sees(UP, UP, UP);
    assertThat(a.node.membership().isMember()).isTrue();
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
    b.node.plan().renew();
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.links.put("a", LinkState.REFUSED);
    b.node.plan().renew();
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void aDeathOnceProvenStaysSoUntilTheNextProcessIsUp() {
    var b = owned("b", "a");
    b.links.put("a", LinkState.REFUSED);
    b.sees(UNREACHABLE, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    b.links.put("a", LinkState.UNREACHABLE); // somebody switches the machine off
    b.owns("video", "a");
    assertThat(b.node.ledger().owner("video")).contains("b");
    b.links.put("a", LinkState.REFUSED);
    b.node.plan().renew();
    b.links.put("a", LinkState.CONNECTED);
    b.owns("video", "a");
    assertThat(b.node.ledger().owner("video")).as("it has not joined yet").contains("b");
    b.sees(UP, UP, UP);
    b.owns("video", "a");
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
    a.node.membership().leave();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.wanted("lights")).as("what is its own alone goes on").contains(Wanted.RUN);
    assertThat(a.node.plan().runs(a.node.show().endpoints().get("video"))).containsExactly("b");
  }

  @Test
  void whoWasLostIsNotReplacedBeforeItsLeaseMustBeOver() {
    var clock = new HandClock();
    var b = new Rig(Rig.THREE, "b", clock);
    b.owns("video", "a");
    clock.goesOn(Duration.ofMinutes(1));
    b.sees(UP, UP, UP);
    b.node.membership().heartbeats().answer("a");
    clock.goesOn(Heartbeats.LEASE);
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofSeconds(1));
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void whoseProcessIsGoneIsReplacedAtOnce() {
    var b = owned("b", "a");
    b.sees(UP, UP, UP);
    b.node.membership().heartbeats().answer("a");
    b.links.put("a", LinkState.REFUSED);
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void eachOwnershipHasAnEpochOfItsOwn() {
    var b = owned("b", "a");
    b.sees(DOWN, UP, UP);
    assertThat(b.node.ledger().ownership("video")).contains(new Entry.Owner("video", "b", 2));
  }

  @Test
  void whatMovesIsClosedFirstAndOpensNowhereBeforeItIsHandedOver() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    assertThat(a.node.plan().movable()).containsOnly(Map.entry("video", "b"));
    assertThat(a.node.plan().beginMove("video")).isTrue();
    assertThat(a.node.plan().beginMove("video")).as("twice at once").isFalse();
    assertThat(a.node.plan().giveUp("video")).isCompleted();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.after("desk", "/fader/1")).as("what comes now waits").hasSize(1);
    a.node.ledger().own("video", "b");
    a.node.plan().renew();
    assertThat(a.after("desk", "/fader/2")).as("b does not run it yet").hasSize(1);
    a.delivered.clear();
    a.node.plan().handedOver("video", "b");
    assertThat(a.delivered).containsExactly("b/video /fader/1 []", "b/video /fader/2 []");
    assertThat(a.after("desk", "/fader/3")).contains("b/video /fader/3 []");
    assertThat(a.node.plan().movable()).isEmpty();
  }

  @Test
  void whatMovesIsHeldAlsoWhenAnotherChangeClosesItFirst() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.node.plan().beginMove("video");
    a.node.plan().renew(); // for another endpoint that moves, or a lease
    a.arrives("desk", "/fader/1");
    a.node.plan().giveUp("video");
    a.node.ledger().own("video", "b");
    a.node.plan().handedOver("video", "b");
    assertThat(a.delivered).contains("b/video /fader/1 []");
  }

  @Test
  void whatStaysAndMayNotRunAnyMoreKeepsNothingForLater() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.node.plan().beginMove("video");
    a.node.plan().giveUp("video");
    a.node.endpoint("video").orElseThrow().io().stopped(); // as its actor does
    a.arrives("desk", "/fader/1");
    a.node.membership().leave();
    a.node.plan().keep("video");
    assertThat(a.node.endpoint("video").orElseThrow().io().queue().isEmpty()).isTrue();
  }

  @Test
  void whatCannotBeClosedStays() {
    var a = owned("a", "a");
    a.sees(UP, UP, UP);
    a.node.plan().beginMove("video");
    a.node.plan().giveUp("video");
    a.node.plan().keep("video");
    assertThat(a.wanted("video")).contains(Wanted.RUN);
    assertThat(a.after("desk", "/fader/1")).contains("a/video /fader/1 []");
  }

  @Test
  void aNodeThatIsDrainedTakesNothing() {
    var a = Rig.settled("a");
    a.node.membership().drain();
    a.sees(UP, UP, UP);
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.node.ledger().owner("video")).isEmpty();
  }

  @Test
  void theOtherOfAPairGoesOnWhileTheFirstIsRestarted() {
    var b = Rig.settled(PAIR, "b");
    b.owns("video", "a");
    b.sees(UP, UP);
    b.owns("video", "b"); // handed over
    b.node.membership().farewell("a");
    b.told.clear();
    b.links.put("a", LinkState.CONNECTED);
    for (var state : List.of(UP, LEAVING, DOWN)) {
      b.sees(state, UP);
    }
    for (var link : List.of(LinkState.UNREACHABLE, LinkState.REFUSED, LinkState.CONNECTED)) {
      b.links.put("a", link);
      b.sees(DOWN, UP);
    }
    b.sees(JOINING, UP);
    b.sees(UP, UP);
    assertThat(b.told).isEmpty();
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void shortlyAfterItsStartANodeLeavesAnEndpointToThoseBeforeIt() {
    var clock = new HandClock();
    var b = new Rig(Rig.THREE, "b", clock);
    b.sees(DOWN, UP, UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofMillis(1499));
    b.node.plan().renew();
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    clock.goesOn(Duration.ofMillis(1));
    b.node.plan().renew();
    assertThat(b.wanted("video")).contains(Wanted.RUN);

    var a = new Rig(Rig.THREE, "a", clock);
    a.sees(UP, UP, DOWN);
    assertThat(a.wanted("video")).as("nobody is before a").contains(Wanted.RUN);
  }

  @Test
  void whatOneNodeTakesTheOthersAreTold() {
    var a = Rig.settled("a");
    var written = new ArrayList<Entry>();
    a.node.plan().onOwnerWritten(written::add);
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
    a.node.membership().outsideCluster();
    assertThat(a.told).containsExactly("video STANDBY");
    assertThat(a.node.membership().isMember()).isFalse();
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
      a.node.plan().renew();
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
      rig.owns("video", owner);
    }
    return rig;
  }
}
