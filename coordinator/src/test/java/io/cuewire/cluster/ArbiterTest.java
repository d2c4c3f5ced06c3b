package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.cluster.SplitVerdict.Arbiter;
import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import io.cuewire.show.Show;
import org.junit.jupiter.api.Test;

/** What the second of a pair may run, by what its arbiter answers. */
class ArbiterTest {
  private static final Show PAIR =
      Rig.show(
          """
          show: pair
          nodes:
            a: {host: 10.0.0.1, cluster: 7411, api: 7421}
            b: {host: 10.0.0.2, cluster: 7411, api: 7421}
          endpoints:
            video: {protocol: osc, send: 10.0.1.2:9002, on: [b, a]}
          split: {arbiter: "10.0.0.100:80"}
          """);

  private final Rig b = Rig.settled(PAIR, "b");

  @Test
  void whatItRanGoesOnUntilTheArbiterHasAnswered() {
    b.sees(NodeState.UP, NodeState.UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    b.sees(NodeState.UNREACHABLE, NodeState.UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
    b.node.membership().arbiter(Arbiter.OUT_OF_REACH);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.node.membership().arbiter(Arbiter.REACHED);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void nothingNewIsTakenBeforeItHasAnswered() {
    b.sees(NodeState.DOWN, NodeState.UP);
    assertThat(b.wanted("video")).contains(Wanted.STANDBY);
    b.node.membership().arbiter(Arbiter.REACHED);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }

  @Test
  void aProofOfDeathNeedsNoArbiter() {
    b.links.put("a", LinkState.REFUSED);
    b.sees(NodeState.DOWN, NodeState.UP);
    assertThat(b.wanted("video")).contains(Wanted.RUN);
  }
}
