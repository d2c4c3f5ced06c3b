package io.cuewire.cluster;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.UnixOperatingSystemMXBean;
import io.cuewire.cluster.Ensemble.Player;
import io.cuewire.cluster.NodeAgent.Confirmed;
import io.cuewire.cluster.NodeAgent.Coordinates;
import io.cuewire.cluster.NodeAgent.LinkChanged;
import io.cuewire.cluster.NodeAgent.Report;
import io.cuewire.cluster.NodeAgent.RestartEndpoint;
import io.cuewire.control.NodeStatus;
import io.cuewire.endpoint.Wanted;
import io.cuewire.link.LinkState;
import io.cuewire.testing.HandClock;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Cluster systems of this process, as they begin, meet, end and begin anew. */
class ClusterLifeTest {
  /**
   * A round takes more than a second: a member that was downed waits for five ticks of its leader.
   */
  private static final int ROUNDS = Integer.getInteger("cuewire.rounds", 10);

  private static final String REST =
      """
      endpoints:
        desk: {protocol: osc, listen: 9000, on: a}
        video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
      """;

  private static final String ALONE =
      """
      endpoints:
        desk: {protocol: osc, listen: 9000, on: a}
      """;

  @Test
  void whatALeavingNodeRanIsTakenOverAndItLearnsOfItWhenItReturns() throws Exception {
    try (var ensemble = Ensemble.of(REST, "a", "b")) {
      var a = ensemble.start("a");
      var b = ensemble.start("b");
      patiently("a runs it").until(() -> runsVideo(a));
      patiently("b knows").until(() -> states(b), List.of("up", "up")::equals);
      b.control.enable("desk", false).toCompletableFuture().get(10, TimeUnit.SECONDS);

      ensemble.end("a");
      patiently("b takes over").until(() -> runsVideo(b));
      patiently("b says why").until(() -> states(b), List.of("down", "up")::equals);
      assertThat(b.control.status().endpoints())
          .filteredOn(e -> e.node().equals("a"))
          .allMatch(
              e -> e.state().equals("stopped") && e.reason().equals(Optional.of("node down")));

      var again = ensemble.start("a");
      patiently("a is back").until(again::isMember);
      assertThat(again.rig.wanted("desk")).contains(Wanted.DISABLED);
      assertThat(again.rig.wanted("video")).contains(Wanted.STANDBY);
      assertThat(runsVideo(b)).isTrue();
    }
  }

  @Test
  void ofTwoClustersThatMeetOneJoinsTheOther() throws Exception {
    try (var ensemble = Ensemble.of(REST, "a", "b")) {
      ensemble.cut();
      var a = ensemble.start("a");
      var b = ensemble.start("b");
      for (var player : List.of(a, b)) {
        patiently("has its own").until(() -> states(player).contains("up"));
      }
      assertThat(states(a)).containsExactly("up", "down");
      assertThat(states(b)).containsExactly("down", "up");
      ensemble.join();
      for (var player : List.of(a, b)) {
        patiently("one cluster").until(() -> states(player), List.of("up", "up")::equals);
      }
      patiently("both are members").until(() -> a.isMember() && b.isMember());
    }
  }

  @Test
  void aNodeWhoseJoiningWasInVainFoundsAClusterOfItsOwn() throws Exception {
    var clock = new HandClock();
    var show = Ensemble.show(ALONE, "a", "b", "c");
    try (var a = new Player(show, "a", clock)) {
      a.rig.links.put("b", LinkState.CONNECTED);
      a.rig.links.put("c", LinkState.UNREACHABLE);
      var nobody = Members.address(show.nodes().get("b")).toString();
      a.life.heard("b", new Presence(nobody, List.of("b")).toText());
      a.life.start();
      patiently("founds")
          .until(() -> {
            clock.goesOn(Duration.ofMillis(500));
            a.rig.links.put("b", LinkState.REFUSED);
            return a.isMember();
          });
    }
  }

  @Test
  void aWitnessNeverCoordinatesEvenIfItWasThereFirst() throws Exception {
    try (var ensemble = Ensemble.of(ALONE, "a", "witness")) {
      var witness = ensemble.start("witness");
      patiently("is up").until(() -> states(witness).contains("up"));
      var a = ensemble.start("a");
      for (var player : List.of(a, witness)) {
        patiently("a coordinates")
            .until(() -> player.control.status().coordinator().equals(Optional.of("a")));
      }
    }
  }

  @Test
  void aSystemWhosePortIsTakenLeavesNothingBehind() throws Exception {
    var show = Ensemble.show(ALONE, "a");
    var port = show.nodes().get("a").cluster();
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
        var a = new Player(show, "a", Clock.systemUTC())) {
      assertThatThrownBy(a.life::start).hasMessageContaining(String.valueOf(port));
      patiently("nothing").until(() -> threads().isEmpty());
    }
  }

  @Test
  void aNodeOfAnotherShowVersionDoesNoHarm() throws Exception {
    var log = new ListAppender<ILoggingEvent>();
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try (var ensemble = Ensemble.of(ALONE, "a")) {
      var a = ensemble.start("a");
      patiently("is up").until(a::isMember);
      a.rig.told.clear();
      var confirmed = TestInbox.<Confirmed>create();
      a.life.tell(
          new Report(
              "stranger",
              1,
              "version 2",
              Optional.empty(),
              List.of(),
              List.of(),
              List.of(),
              NodeAgent.StopReport.NONE,
              4711));
      a.life.tell(new Coordinates("stranger", 1, TestInbox.<Coordinator.Command>create().getRef()));
      a.life.tell(new RestartEndpoint("unknown", confirmed.getRef()));
      a.control.enable("desk", false).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(a.rig.told).containsExactly("desk DISABLED");
      assertThat(confirmed.hasMessages()).as("it has restarted nothing").isFalse();
    } finally {
      root.detachAppender(log);
    }
    assertThat(log.list).noneMatch(event -> event.getLevel() == Level.ERROR);
  }

  @Test
  void beginningAnewInPlaceLeavesNoThreadAndNoFileBehind() throws Exception {
    try (var ensemble = Ensemble.of(ALONE, "a")) {
      var a = ensemble.start("a");
      patiently("is up").until(a::isMember);
      var before = threads();
      var files = openFiles();
      for (var round = 1; round <= ROUNDS; round++) {
        a.life.tell(new LinkChanged("a", LinkState.REFUSED)); // it downs itself
        patiently("is downed").until(() -> !a.isMember());
        patiently("is up again, round " + round).until(a::isMember);
      }
      patiently("no more threads than one system has")
          .untilAsserted(() -> {
            var after = threads();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            assertThat(after).containsEntry("cuewire-scheduler", 1L);
            assertThat(sum(after)).isLessThan(sum(before) + ROUNDS);
            assertThat(openFiles()).as("files and sockets").isLessThan(files + ROUNDS);
          });
    }
    patiently("none").until(() -> threads().isEmpty());
  }

  /** Live threads of cluster systems and of what looks after them, by name without a number. */
  private static Map<String, Long> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("cuewire") || name.startsWith("cluster"))
        .collect(groupingBy(name -> name.replaceAll("-?\\d+", ""), counting()));
  }

  private static long openFiles() {
    var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
    return system.getOpenFileDescriptorCount();
  }

  private static long sum(Map<String, Long> threads) {
    return threads.values().stream().mapToLong(n -> n).sum();
  }

  private static ConditionFactory patiently(String what) {
    return await(what).pollInSameThread().atMost(Duration.ofSeconds(30));
  }

  private static List<String> states(Player player) {
    return player.control.status().nodes().stream().map(NodeStatus::state).toList();
  }

  private static boolean runsVideo(Player player) {
    return player.rig.wanted("video").equals(Optional.of(Wanted.RUN));
  }
}
