package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.JOINING;
import static io.cuewire.cluster.ClusterView.NodeState.LEAVING;
import static io.cuewire.cluster.ClusterView.NodeState.UNREACHABLE;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static io.cuewire.link.LinkState.CONNECTED;
import static io.cuewire.link.LinkState.REFUSED;
import static io.cuewire.link.LinkState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.link.LinkState;
import org.junit.jupiter.api.Test;

class AbsencesTest {
  private final Absences absences = new Absences();

  private boolean isAbsent(LinkState link, NodeState state) {
    absences.look("b", link, state);
    return absences.nodes().contains("b");
  }

  @Test
  void aNodeThatIsNotHeardIsNotKnownToBeAbsent() {
    assertThat(isAbsent(UNKNOWN, DOWN)).isFalse();
    assertThat(isAbsent(LinkState.UNREACHABLE, UNREACHABLE)).isFalse();
    assertThat(isAbsent(LinkState.UNREACHABLE, DOWN)).isFalse();
  }

  @Test
  void aProcessThatIsGoneIsAbsentWhateverBecomesOfItsMachine() {
    assertThat(isAbsent(REFUSED, UP)).isTrue();
    assertThat(isAbsent(REFUSED, DOWN)).isTrue();
    assertThat(isAbsent(LinkState.UNREACHABLE, DOWN)).isTrue();
  }

  @Test
  void itsNextProcessIsAbsentUntilItIsUp() {
    isAbsent(REFUSED, DOWN);
    assertThat(isAbsent(CONNECTED, DOWN)).isTrue();
    assertThat(isAbsent(CONNECTED, JOINING)).isTrue();
    assertThat(isAbsent(CONNECTED, UP)).isFalse();
  }

  @Test
  void orUntilItIsInAnotherCluster() {
    isAbsent(REFUSED, DOWN);
    isAbsent(CONNECTED, DOWN);
    absences.inAnotherCluster("b");
    assertThat(isAbsent(CONNECTED, DOWN)).isFalse();
  }

  @Test
  void orUntilNobodyKnowsWhatItDoes() {
    isAbsent(REFUSED, DOWN);
    isAbsent(CONNECTED, DOWN);
    assertThat(isAbsent(LinkState.UNREACHABLE, DOWN)).isFalse();
  }

  @Test
  void whoSaysFarewellIsAbsentFromThenUntilItsNextProcessIsUp() {
    absences.farewell("b");
    assertThat(isAbsent(CONNECTED, UP)).isTrue();
    assertThat(isAbsent(CONNECTED, LEAVING)).isTrue();
    assertThat(isAbsent(CONNECTED, DOWN)).isTrue();
    assertThat(isAbsent(LinkState.UNREACHABLE, DOWN)).as("its links are closed").isTrue();
    assertThat(isAbsent(REFUSED, DOWN)).isTrue();
    assertThat(isAbsent(CONNECTED, JOINING)).isTrue();
    assertThat(isAbsent(CONNECTED, UP)).isFalse();
  }

  @Test
  void alsoWhenItsRefusalWasNotNoticed() {
    absences.farewell("b");
    isAbsent(CONNECTED, DOWN);
    assertThat(isAbsent(CONNECTED, UP)).isFalse();
  }
}
