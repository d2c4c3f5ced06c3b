package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cuewire.cluster.Ensemble.Player;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.HistoryEntry;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.Refused;
import io.cuewire.endpoint.Wanted;
import io.cuewire.ledger.Entry;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes in one cluster, each with its cluster system, in this process. */
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static Ensemble ensemble;
  private static Player a;
  private static Player b;
  private static Player c;

  @BeforeAll
  static void begin() throws Exception {
    ensemble =
        Ensemble.of(
            """
            endpoints:
              desk: {protocol: osc, listen: 9000, on: a}
              video: {protocol: osc, send: 10.0.1.2:9002, on: [a, b]}
              sound: {protocol: osc, send: 10.0.1.3:9003, on: c}
            """,
            "a",
            "b",
            "c");
    var started = ensemble.startTogether("c", "a", "b");
    c = started.get(0);
    a = started.get(1);
    b = started.get(2);
  }

  @AfterAll
  static void end() {
    ensemble.close();
  }

  private static List<Player> all() {
    return List.of(a, b, c);
  }

  @Test
  void theyAgreeOnTheCoordinator() {
    await().atMost(PATIENCE).until(() -> coordinators().stream().noneMatch(Optional::isEmpty));
    assertThat(coordinators()).hasSize(3).containsOnly(coordinators().getFirst());
  }

  private static List<Optional<String>> coordinators() {
    return all().stream().map(p -> p.control.status().coordinator()).toList();
  }

  @Test
  void oneOfThemRunsWhatTwoCouldRun() {
    await()
        .atMost(PATIENCE)
        .until(() ->
            List.of(a, b).stream()
                    .filter(p -> p.rig.wanted("video").equals(Optional.of(Wanted.RUN)))
                    .count()
                == 1);
  }

  @Test
  void aChangeMadeOnOneIsInForceOnAllWhenItIsAnswered() throws Exception {
    var args = Arrays.<Object>asList(0.1f, 5_000_000_000L, null, List.of(1, List.of("x")));
    var pads = route("pads", args);
    for (var player : all()) {
      answer(player.control.putRoute(pads));
      assertThat(all()).allMatch(p -> p.rig.node.routes().equals(List.of(pads)));
      answer(player.control.removeRoute("pads"));
      assertThat(all()).allMatch(p -> p.rig.node.routes().isEmpty());
    }
    answer(b.control.enable("sound", false));
    assertThat(c.rig.wanted("sound")).contains(Wanted.DISABLED);
    answer(a.control.enable("sound", true));
    assertThat(c.rig.wanted("sound")).contains(Wanted.RUN);
  }

  @Test
  void aChangeIsConfirmedByEveryNode() {
    var answers = TestInbox.<NodeAgent.Changed>create();
    a.life.tell(new NodeAgent.Change(new Entry.Enabled("sound", true), answers.getRef()));
    await().atMost(PATIENCE).until(answers::hasMessages);
    answers.expectMessage(new NodeAgent.Changed(Set.of()));
  }

  @Test
  void whatOneMissedItLearnsFromTheReports() {
    b.rig.node.ledger().write(new Entry.Enabled("desk", false)); // and tells nobody
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(all()).noneMatch(p -> p.rig.node.ledger().isEnabled("desk")));
    b.rig.node.ledger().write(new Entry.Enabled("desk", true));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(all()).allMatch(p -> p.rig.node.ledger().isEnabled("desk")));
  }

  @Test
  void anEndpointIsRestartedWhereItRuns() throws Exception {
    a.rig.told.clear();
    c.rig.told.clear();
    assertThat(answer(a.control.restart("sound")).result())
        .extracting(EndpointStatus::node)
        .containsExactly("c");
    assertThat(c.rig.told).containsExactly("sound Restart[]");
    assertThat(a.rig.told).isEmpty();
  }

  @Test
  void anEndpointIsMovedByWhicheverNodeIsAskedAndStaysThere() throws Exception {
    for (var to : List.of(b, a, a, b)) {
      var name = to.rig.node.name();
      await().atMost(PATIENCE).until(() -> all().stream().allMatch(Player::isMember));
      assertThat(answer(c.control.move("video", name)).unconfirmed()).isEmpty();
      assertThat(all()).allMatch(p -> p.rig.node.ledger().owner("video").equals(Optional.of(name)));
      assertThat(to.rig.wanted("video")).contains(Wanted.RUN);
      assertThat(List.of(a, b))
          .filteredOn(p -> p != to)
          .allMatch(p -> p.rig.wanted("video").equals(Optional.of(Wanted.STANDBY)));
    }
  }

  @Test
  void aMessageIsSentWhereItsEndpointRunsOrTheReasonComesBack() {
    assertThatThrownBy(() -> answer(a.control.send("sound", "/x", List.of(0.5f), Optional.empty())))
        .cause()
        .isInstanceOf(Refused.class)
        .hasMessage("sound on c is starting");
  }

  @Test
  void theHistoryIsThatOfAllNodes() throws Exception {
    a.rig.arrives("desk", "/history/1", 0.5f);
    c.rig.arrives("sound", "/history/2", List.of(1, "x"));
    var query = new HistoryQuery(10, Optional.of("/history/*"), Optional.empty());
    for (var player : all()) {
      assertThat(answer(player.control.history(query)))
          .extracting(e -> e.node() + " " + e.endpoint() + " " + e.address() + " " + e.args())
          .containsExactlyInAnyOrder("a desk /history/1 [0.5]", "c sound /history/2 [[1, x]]");
    }
  }

  @Test
  void everyNodeStreamsTheMessagesOfAllWhileSomebodyListens() throws Exception {
    var heard = new CopyOnWriteArrayList<String>();
    var subscription =
        b.control.subscribe(event -> {
          if (event instanceof Event.MessageEvent(HistoryEntry m)) {
            heard.add(m.address());
          }
        });
    await()
        .atMost(PATIENCE)
        .until(() -> {
          a.rig.arrives("desk", "/live/a");
          c.rig.arrives("sound", "/live/c");
          return heard.containsAll(List.of("/live/a", "/live/c"));
        });
    subscription.close();
  }

  private static Route route(String name, List<Object> args) {
    var none = Transformation.NONE;
    var change =
        new Transformation(
            none.address(),
            Optional.of(args),
            none.input(),
            none.output(),
            none.scale(),
            none.offset(),
            none.clamp());
    return new Route(name, List.of("desk"), "/pad", List.of("video"), change, false);
  }

  private static <T> T answer(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
