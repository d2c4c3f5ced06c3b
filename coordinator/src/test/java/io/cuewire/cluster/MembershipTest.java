package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.JOINING;
import static io.cuewire.cluster.ClusterView.NodeState.LEAVING;
import static io.cuewire.cluster.ClusterView.NodeState.UNREACHABLE;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import io.cuewire.testing.HandClock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a node may do what only one side of a split may do, and so run {@code video}. */
class MembershipTest {

  @Test
  void aNodeWithoutAMajorityRunsNothingThatOthersCouldRun() {
    var a = owner();
    a.sees(UP, UP, UP);
    a.sees(UP, UNREACHABLE, UNREACHABLE);
    assertThat(a.node.membership().isMember()).isFalse();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.wanted("lights")).contains(Wanted.RUN);
    a.links.put("c", LinkState.REFUSED);
    a.node.plan().renew();
    assertThat(a.wanted("video")).as("two of three, one of them dead").contains(Wanted.RUN);
  }

  @Test
  void aNodeThatIsNotUpDecidesNothing() {
    for (var state : List.of(JOINING, LEAVING, DOWN)) {
      var a = owner();
      a.sees(state, UP, UP);
      assertThat(a.node.membership().isMember()).isFalse();
      assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    }
  }

  @Test
  void aNodeThatWasStoppedRunsNothingThatOthersCouldRunUntilItIsAnsweredAgain() {
    var clock = new HandClock();
    var a = new Rig(Rig.THREE, "a", clock);
    a.sees(UP, UP, UP);
    assertThat(a.wanted("video")).contains(Wanted.RUN);
    clock.goesOn(Heartbeats.LEASE);
    assertThat(a.after("desk", "/fader/1")).as("before anybody has looked").hasSize(1);
    a.node.plan().renew();
    assertThat(a.node.membership().isMember()).isFalse();
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    assertThat(a.wanted("lights")).contains(Wanted.RUN);
    a.hearsAnswers();
    assertThat(a.node.membership().isMember()).isTrue();
    assertThat(a.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void aPersonCanSayThatANodeCarriesOnAlone() {
    var a = new Rig(Rig.THREE, "a", new HandClock(), true);
    a.sees(JOINING, DOWN, DOWN);
    assertThat(a.wanted("video")).contains(Wanted.STANDBY);
    a.sees(UP, DOWN, DOWN);
    assertThat(a.wanted("video")).contains(Wanted.RUN);
  }

  /** Node a, which owns the video. */
  private static Rig owner() {
    var a = Rig.settled("a");
    a.owns("video", "a");
    return a;
  }
}
