package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.cluster.NodeAgent.Moved;
import io.cuewire.control.NodeStatus;
import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.scene.Firing;
import io.cuewire.show.ParameterId;
import io.cuewire.testing.HandClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bug in something of the node itself is told, and ends nothing that the show needs. */
class BugsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ParameterId GAIN = new ParameterId("/audio", "gain");

  private final Rig rig =
      new Rig(
          Rig.show(
              """
              show: bugs
              nodes:
                a: {host: 10.0.0.1, cluster: 7411, api: 7421}
                b: {host: 10.0.0.2, cluster: 7411, api: 7421}
              endpoints:
                beats: {protocol: osc, listen: 9001, on: a}
                video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
              scenes: {high: [{send: {to: video, address: /high}}]}
              emergency: {heartbeat: {from: beats, match: /alive, within: 200ms}}
              """),
          "a",
          new HandClock());

  @AfterEach
  void close() {
    rig.close();
  }

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  /** Stands for the process, which is told of bugs that nobody has caught. */
  private static final class UncaughtBugs implements AutoCloseable {
    private final Thread.UncaughtExceptionHandler before =
        Thread.getDefaultUncaughtExceptionHandler();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    UncaughtBugs() {
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, bug) -> seen.add(thread.getName() + ": " + bug.getMessage()));
    }

    List<String> seen() {
      return List.copyOf(seen);
    }

    /** Awaitility would take such a bug for the test's. */
    ConditionFactory eventually() {
      return await().dontCatchUncaughtExceptions();
    }

    @Override
    public void close() {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static <T> T failing() {
    throw new IllegalStateException("a bug");
  }

  private Optional<String> warning() {
    return rig.board.status().nodes().stream()
        .filter(n -> n.name().equals("a"))
        .findFirst()
        .flatMap(NodeStatus::warning);
  }

  @Test
  void theCoordinatorBeginsAgain() {
    var buggy = new AtomicBoolean(true);
    var agent = KIT.<NodeAgent.Command>createTestProbe();
    var coordinator =
        KIT.spawn(
            Coordinator.create(rig.node, () -> buggy.get() ? failing() : Map.of("a", agent.ref())));
    await()
        .untilAsserted(
            () -> assertThat(warning().orElse("")).contains("internal error in the coordinator"));
    buggy.set(false);
    assertThat(agent.receiveMessage()).isInstanceOf(NodeAgent.Coordinates.class);
    KIT.stop(coordinator);
  }

  @Test
  void whatCannotBeMovedForABugStays() {
    rig.sees(NodeState.UP, NodeState.UP);
    assertThat(rig.wanted("video")).contains(Wanted.RUN);
    var moved = KIT.<Moved>createTestProbe();
    var agent = KIT.<NodeAgent.Command>createTestProbe();
    rig.closing = BugsTest::failing;
    assertThat(rig.node.plan().beginMove("video")).isTrue();
    KIT.spawn(
        HandOver.create(
            rig.node, new HandOver.Journey("video", "b", agent.ref(), agent.ref(), moved.ref())));
    assertThat(moved.receiveMessage().refusal().orElseThrow()).contains("internal error");
    assertThat(warning().orElse("")).contains("internal error in moving video");
    assertThat(rig.node.plan().beginMove("video")).as("it can be tried again").isTrue();
  }

  @Test
  void theThreadOfTheParametersTellsTheNextOnes() {
    rig.sees(NodeState.UP, NodeState.UP);
    try (var bugs = new UncaughtBugs()) {
      rig.others = _ -> failing();
      rig.node.performance().set(GAIN, 1);
      bugs.eventually().until(() -> bugs.seen().contains("parameters: a bug"));
      var told = new CopyOnWriteArrayList<Entry>();
      rig.others = told::addAll;
      rig.node.performance().set(GAIN, 2);
      bugs.eventually().untilAsserted(() -> assertThat(told).hasSize(1));
    }
  }

  @Test
  void theThreadOfTheScenesPlaysTheNextOnes() {
    try (var bugs = new UncaughtBugs()) {
      fire(1, _ -> failing());
      bugs.eventually().until(() -> bugs.seen().contains("scenes: a bug"));
      var fired = new AtomicBoolean();
      fire(2, _ -> fired.set(true));
      bugs.eventually().untilTrue(fired);
    }
  }

  private void fire(long sequence, LongConsumer done) {
    rig.node
        .director()
        .go(new Firing(sequence, "high", "request " + sequence, "a", 100, 0, Map.of()), done);
  }

  @Test
  void theDeadMansSwitchLooksAgain() {
    try (var bugs = new UncaughtBugs()) {
      rig.news = _ -> failing();
      rig.arrives("beats", "/alive");
      bugs.eventually().until(() -> bugs.seen().contains("heartbeat: a bug"));
      rig.news = _ -> {};
      rig.node.performance().clearStop();
      rig.arrives("beats", "/alive");
      bugs.eventually().until(() -> rig.node.performance().emergency().inForce().isPresent());
      assertThat(bugs.seen()).hasSize(1);
    }
  }
}
