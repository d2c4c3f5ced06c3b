package io.cuewire.cluster;

import static io.cuewire.cluster.ClusterView.NodeState.DOWN;
import static io.cuewire.cluster.ClusterView.NodeState.JOINING;
import static io.cuewire.cluster.ClusterView.NodeState.LEAVING;
import static io.cuewire.cluster.ClusterView.NodeState.UNREACHABLE;
import static io.cuewire.cluster.ClusterView.NodeState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cuewire.cluster.NodeAgent.Report;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What node a says of the show. */
class StatusBoardTest {
  private static final Instant EARLIER = Instant.parse("2026-01-01T19:00:00Z");

  private final Rig a = Rig.settled("a");
  private final StatusBoard board = a.board;

  @Test
  void listsEachEndpointForEachNodeThatRunsItOrWouldTakeItOver() {
    assertThat(board.endpoints())
        .extracting(EndpointStatus::name, EndpointStatus::node)
        .containsExactly(
            tuple("desk", "a"),
            tuple("desk", "b"),
            tuple("desk", "c"),
            tuple("lights", "a"),
            tuple("video", "a"),
            tuple("video", "b"),
            tuple("sound", "c"));
  }

  @Test
  void showsWhatOthersReportWhileTheyAreReached() {
    for (var state : List.of(JOINING, UP, LEAVING)) {
      a.sees(UP, UP, state);
      board.heard(report("c", running("sound", "c")));
      assertThat(of("sound", "c")).isEqualTo(running("sound", "c"));
    }
  }

  @Test
  void whatALostNodeSaidLastIsNotShownAsItWas() {
    a.sees(UP, UP, UP);
    board.heard(report("c", running("sound", "c")));
    a.sees(UP, UP, UNREACHABLE);
    var unreachable = of("sound", "c");
    assertThat(unreachable.state()).isEqualTo("stopped");
    assertThat(unreachable.reason()).contains("node unreachable");
    assertThat(unreachable.since()).as("since it is lost").isEqualTo(a.node.clock().instant());
    assertThat(unreachable.peers()).isEmpty();
    assertThat(unreachable.in()).as("what it has counted").isEqualTo(120);
    a.sees(UP, UP, DOWN);
    assertThat(of("sound", "c").reason()).contains("node down");
    assertThat(of("sound", "c").state()).isEqualTo("stopped");
  }

  @Test
  void whatANodeSaidBeforeItWasLostIsNotShownWhenItIsBack() {
    a.sees(UP, UP, UP);
    board.heard(report("c", running("sound", "c")));
    a.sees(UP, UP, DOWN);
    a.sees(UP, UP, JOINING);
    assertThat(of("sound", "c").state()).isEqualTo("starting");
    assertThat(of("sound", "c").reason()).contains("not reported yet");
    board.heard(report("c", running("sound", "c")));
    a.sees(UP, UP, UP);
    assertThat(of("sound", "c").state()).isEqualTo("connected");
  }

  @Test
  void whatWasNeverHeardOfIsNotShownAsWorking() {
    a.sees(UP, UP, DOWN);
    assertThat(of("video", "b").state()).isEqualTo("starting");
    assertThat(of("video", "b").reason()).contains("not reported yet");
    assertThat(of("sound", "c").state()).isEqualTo("stopped");
    assertThat(of("sound", "c").reason()).contains("node down");
  }

  @Test
  void thisNodesOwnEndpointsAreLookedAtWhateverTheClusterSays() {
    a.sees(DOWN, DOWN, DOWN);
    assertThat(of("lights", "a").state()).isEqualTo("starting");
    assertThat(of("lights", "a").reason()).isEmpty();
  }

  @Test
  void sumsUpTheMessagesOfAllEndpoints() {
    a.sees(UP, UP, UP);
    a.arrives("desk", "/other");
    a.arrives("desk", "/fader/1");
    board.heard(report("b", running("desk", "b"), running("video", "b")));
    board.heard(report("c", running("sound", "c")));
    assertThat(board.status().messages())
        .isEqualTo(new Status.Messages(2 + 3 * 120, 3 * 240, 3 * 5));
    a.sees(UP, UP, DOWN);
    assertThat(board.status().messages().in()).as("they have passed").isEqualTo(2 + 3 * 120);
  }

  @Test
  void saysHowTheNodesAre() {
    a.sees(UP, JOINING, UNREACHABLE);
    board.heard(report("b"));
    board.heard(report("c"));
    assertThat(board.status().nodes())
        .extracting(NodeStatus::name, NodeStatus::host, NodeStatus::state, NodeStatus::uptime)
        .containsExactly(
            tuple("a", "10.0.0.1", "up", Optional.of(60.0)),
            tuple("b", "10.0.0.2", "joining", Optional.of(7.5)),
            tuple("c", "10.0.0.3", "unreachable", Optional.empty()));
  }

  @Test
  void warnsOfANodeWithAnotherShowFile() {
    a.sees(UP, UP, UP);
    board.heard(report("b"));
    board.heard(
        new Report(
            "c",
            7.5,
            "version 2",
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            NodeAgent.StopReport.NONE,
            0));
    assertThat(board.status().nodes())
        .extracting(NodeStatus::warning)
        .containsExactly(
            Optional.empty(),
            Optional.empty(),
            Optional.of("runs another version of the show file than a"));
  }

  @Test
  void aNodeWithAnotherShowFileMayReportWhatIsUnknownHere() {
    a.sees(UP, UP, UP);
    board.heard(report("b", running("lasers", "b")));
    board.heard(report("z", running("sound", "z")));
    assertThat(board.endpoints()).hasSize(7).noneMatch(e -> e.state().equals("connected"));
  }

  @Test
  void isIsolatedUntilItMayDecide() {
    assertThat(board.status().cluster()).isEqualTo("isolated");
    a.sees(UP, UP, DOWN);
    assertThat(board.status().cluster()).isEqualTo("member");
    a.sees(UP, UNREACHABLE, DOWN);
    assertThat(board.status().cluster()).isEqualTo("isolated");
  }

  @Test
  void tellsOnceOfEachChangeOfANodeOrOfAnEndpointElsewhere() throws Exception {
    a.sees(UP, UP, UP);
    board.heard(report("c", running("sound", "c")));
    var events = new ArrayList<Event>();
    var subscription = board.subscribe(events::add);
    board.heard(report("c", running("sound", "c")));
    a.sees(UP, UP, UP);
    assertThat(events).as("nothing is new").isEmpty();
    a.sees(UP, UP, DOWN);
    a.sees(UP, UP, DOWN);
    assertThat(events)
        .containsExactly(
            new Event.NodeEvent(board.status().nodes().get(2)),
            new Event.EndpointEvent(of("desk", "c")),
            new Event.EndpointEvent(of("sound", "c")));
    subscription.close();
    a.sees(UP, UP, UP);
    assertThat(events).hasSize(3);
  }

  private EndpointStatus of(String endpoint, String node) {
    return board.endpoints().stream()
        .filter(e -> e.name().equals(endpoint) && e.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  private static Report report(String node, EndpointStatus... endpoints) {
    return new Report(
        node,
        7.5,
        "version 1",
        Optional.empty(),
        Arrays.asList(endpoints),
        List.of(),
        List.of(),
        NodeAgent.StopReport.NONE,
        0);
  }

  private static EndpointStatus running(String name, String node) {
    return new EndpointStatus(
        name,
        "osc",
        node,
        "connected",
        Optional.empty(),
        EARLIER,
        120,
        240,
        5,
        1,
        0,
        Optional.of("an error of yesterday"),
        Optional.of(EARLIER),
        List.of(new PeerStatus("10.0.9.9:5000", EARLIER, 120, 240)));
  }
}
