package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.cuewire.action.ControlSurface.User;
import io.cuewire.action.Programs.Program;
import io.cuewire.cluster.NodeAgent.Confirmed;
import io.cuewire.cluster.NodeAgent.Coordinates;
import io.cuewire.cluster.NodeAgent.FireScene;
import io.cuewire.cluster.NodeAgent.Learn;
import io.cuewire.cluster.NodeAgent.Outcome;
import io.cuewire.cluster.NodeAgent.Passage;
import io.cuewire.cluster.NodeAgent.PrepareScene;
import io.cuewire.cluster.NodeAgent.Recall;
import io.cuewire.cluster.NodeAgent.Recalled;
import io.cuewire.cluster.NodeAgent.Remote;
import io.cuewire.cluster.NodeAgent.Report;
import io.cuewire.cluster.NodeAgent.RestartEndpoint;
import io.cuewire.cluster.NodeAgent.SceneAnswer;
import io.cuewire.cluster.NodeAgent.SendOut;
import io.cuewire.cluster.NodeAgent.Sync;
import io.cuewire.codec.OscCodec;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.PeerStatus;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.SceneOutcome.NodeFiring;
import io.cuewire.control.StopConfirmation;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Ledger;
import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import io.cuewire.scene.Firing;
import io.cuewire.show.ParameterId;
import java.io.NotSerializableException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What agents tell each other over the network, with the settings that a node has. */
class RemoteMessagesTest {
  private static final Instant WHEN = Instant.parse("2026-01-01T20:00:00.123456789Z");
  private static ActorTestKit kit;
  private static Serialization serialization;

  @BeforeAll
  static void begin() {
    var settings =
        Map.of(
            "pekko.remote.artery.canonical.hostname",
            "127.0.0.1",
            "pekko.remote.artery.canonical.port",
            0);
    var all = ConfigFactory.load();
    kit =
        ActorTestKit.create(
            "messages",
            ConfigFactory.parseMap(settings)
                .withFallback(all.getConfig("cuewire.cluster"))
                .withFallback(all));
    serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
  }

  @AfterAll
  static void end() {
    kit.shutdownTestKit();
  }

  @Test
  void everyMessageIsTheSameOnTheOtherSide() {
    var examples = examples();
    assertThat(examples)
        .extracting(Object::getClass)
        .as("an example of each")
        .containsAll(List.of(Remote.class.getPermittedSubclasses()));
    for (var message : examples) {
      assertThat(roundTrip(message))
          .usingRecursiveComparison()
          .withStrictTypeChecking()
          .isEqualTo(message);
    }
  }

  @Test
  void theArgumentsOfARouteKeepTheirTypes() {
    var args =
        Arrays.asList(
            1,
            5_000_000_000L,
            0.1f,
            -0.0f,
            1e30f,
            "$1",
            "",
            "é",
            true,
            false,
            null,
            List.of(2, List.of(0.5f, "x"), List.of()));
    var entry = entry(route(Optional.of(args)));
    var there = roundTrip(new Learn(List.of(entry), false, 7, Optional.empty()));
    assertThat(there.entries()).containsExactly(entry);
    var value = (Entry.RouteSet) there.entries().getFirst().value();
    assertThat(value.route().change().args().orElseThrow())
        .containsExactlyElementsOf(args)
        .extracting(a -> a == null ? "N" : a instanceof List ? "[]" : a.getClass().getSimpleName())
        .containsExactly(
            "Integer", "Long", "Float", "Float", "Float", "String", "String", "String", "Boolean",
            "Boolean", "N", "[]");
  }

  @Test
  void entriesHaveTheSameDigestOnTheOtherSide() {
    var here = new Ledger("a");
    here.write(new Entry.RouteSet(route(Optional.of(Arrays.asList(0.1f, null, List.of(1L))))));
    here.write(new Entry.RouteRemoved("gone"));
    here.write(new Entry.Enabled("video", false));
    here.write(new Entry.Owner("video", "a", 1));
    var there = new Ledger("b");
    there.merge(roundTrip(new Learn(here.all(), true, 0, Optional.empty())).entries());
    assertThat(there.digest()).isEqualTo(here.digest());
  }

  @Test
  void aReportOfSixtyFourEndpointsWithSixtyFourPeersFitsIntoAFrame() {
    var endpoints =
        IntStream.range(0, 64).mapToObj(i -> endpoint("an-endpoint-of-the-show-" + i, 64)).toList();
    var report =
        new Report(
            "stage-right",
            1e6,
            "0123456789abcdef",
            Optional.empty(),
            endpoints,
            List.of(),
            List.of(),
            NodeAgent.StopReport.NONE,
            Long.MIN_VALUE);
    assertThat(size(report)).isLessThan(frame());
    assertThat(roundTrip(report)).isEqualTo(report);
  }

  @Test
  void theLongestAnswerAboutTheHistoryFitsIntoAFrame() {
    var endpoints = new StringBuilder();
    for (var i = 0; i < 8; i++) {
      endpoints.append("  desk-%d: {protocol: osc, listen: %d}\n".formatted(i, 9000 + i));
    }
    var show =
        "show: s\nnodes: {a: {host: 10.0.0.1, cluster: 1, api: 3}}\nendpoints:\n" + endpoints;
    var rig = Rig.settled(Rig.show(show), "a");
    for (var endpoint : rig.node.endpoints()) {
      for (var i = 0; i < 256; i++) {
        rig.arrives(endpoint.settings().name(), "/" + "long".repeat(100), "x".repeat(600));
      }
    }
    var all = new Recall(10_000, Optional.empty(), Optional.empty(), Optional.empty(), probe());
    var recalled = Recollection.of(rig.node, all);
    assertThat(recalled.passages()).hasSizeGreaterThan(100);
    assertThat(size(recalled)).isLessThan(frame());
  }

  @Test
  void commandsOfThisNodeAloneDoNotTravel() {
    for (var command :
        List.of(
            new NodeAgent.EndpointChanged(),
            new NodeAgent.Change(new Entry.RouteRemoved("r"), probe()))) {
      assertThatThrownBy(() -> serialization.serializerFor(command.getClass()))
          .isInstanceOf(NotSerializableException.class);
    }
  }

  private static List<Remote> examples() {
    var agent = RemoteMessagesTest.<NodeAgent.Command>probe();
    var confirmed = RemoteMessagesTest.<Confirmed>probe();
    var entries =
        List.of(
            entry(route(Optional.of(List.of(1, 0.5f)))),
            entry(route(Optional.empty())),
            new Entry("route/gone", Long.MAX_VALUE, "b", new Entry.RouteRemoved("gone")),
            new Entry("enabled/x", 1, "b", new Entry.Enabled("x", false)),
            new Entry("owner/x", 2, "c", new Entry.Owner("x", "c", 7)),
            set(0.1f, Optional.empty()),
            set(5_000_000_000L, Optional.of(new Entry.Fade(7, 1500))),
            set("text", Optional.empty()),
            set(true, Optional.empty()),
            new Entry("stop/1", 4, "a", new Entry.StopRaised("1", 1, "fire", "a", "shell")),
            new Entry("cleared/1", 5, "b", new Entry.StopCleared("1")),
            new Entry("scene", 3, "a", new Entry.SceneFired("high", 7, 1)));
    var osc = OscCodec.encode("/fader/1", List.of(0.5f, "é"));
    return List.of(
        new Report(
            "a",
            12.5,
            "v1",
            Optional.of("stood still"),
            List.of(endpoint("desk", 2), bare("video")),
            List.of(
                new Program("td", "10.0.0.9:7000", Optional.of(59.9), Optional.empty(), WHEN),
                new Program("td", "10.0.0.9:7001", Optional.empty(), Optional.of(7L), WHEN)),
            List.of(new User("touchosc", "10.0.0.8", WHEN)),
            new NodeAgent.StopReport(
                Optional.of("1"),
                2,
                List.of(
                    StopConfirmation.confirmed("video", "a", 0.8),
                    StopConfirmation.unconfirmed("dimmers", "a", "no such device"),
                    StopConfirmation.open("iot", "a")),
                12,
                true),
            Long.MIN_VALUE),
        new Learn(entries, true, 3, Optional.of(confirmed)),
        new Learn(List.of(), false, 0, Optional.empty()),
        new Sync(agent),
        new Coordinates("a", Long.MIN_VALUE, probe()),
        new PrepareScene("high", 7, probe()),
        new FireScene(
            new Firing(7, "high", "r", "a", Long.MAX_VALUE, 1, Map.of("a", 1L, "b", -1L)), probe()),
        new SceneAnswer(
            "r",
            Optional.of(new Coordinator.Refusal(Kind.NOT_FOUND, "there is none")),
            Optional.empty()),
        new SceneAnswer(
            "r",
            Optional.empty(),
            Optional.of(
                new SceneOutcome(
                    "high",
                    7,
                    Map.of(
                        "a", new NodeFiring(Optional.of(12.5), Optional.empty()),
                        "b", new NodeFiring(Optional.empty(), Optional.of("no answer")))))),
        new RestartEndpoint("video", confirmed),
        new SendOut("video", osc, Optional.of("10.0.0.9:9000"), probe()),
        new SendOut("video", osc, Optional.empty(), probe()),
        new Recall(
            100,
            Optional.of("/*"),
            Optional.of("video"),
            Optional.of(Map.of("video", 7L)),
            probe()),
        new Recall(100, Optional.empty(), Optional.empty(), Optional.empty(), probe()),
        new Confirmed("a", 4),
        new NodeAgent.Move("video", "b", probe()),
        new NodeAgent.Moved(Optional.of("refused"), Set.of()),
        new NodeAgent.Moved(Optional.empty(), Set.of("c")),
        new NodeAgent.Drain(confirmed),
        new NodeAgent.Farewell("a"),
        new NodeAgent.Beat("a", Long.MIN_VALUE, Map.of("b", 5_000_000_000L)),
        new NodeAgent.BeatAnswer("a", Long.MAX_VALUE),
        new Outcome(Optional.of(new Coordinator.Refusal(Kind.CONFLICT, "refused"))),
        new Outcome(Optional.empty()),
        new Recalled(
            "a",
            List.of(
                new Passage(WHEN.toEpochMilli(), "desk", true, osc, Optional.of("10.0.0.9:1")),
                new Passage(0, "video", false, new byte[0], Optional.empty())),
            Map.of("desk", 5_000_000_000L)));
  }

  private static Entry set(Object value, Optional<Entry.Fade> fade) {
    var id = new ParameterId("/project1/geo1", "sx");
    var hand = Optional.of(new Entry.Hand("touchosc", "a", "10.0.0.8:5000"));
    return new Entry("parameter/" + id, 9, "a", new Entry.ParameterSet(id, value, 1, hand, fade));
  }

  private static Entry entry(Route route) {
    return new Entry("route/" + route.name(), 9, "a", new Entry.RouteSet(route));
  }

  private static Route route(Optional<List<Object>> args) {
    return new Route(
        "dimmer",
        List.of("desk", "tablet"),
        "/*/fader{1,2}",
        List.of("osc:*"),
        new Transformation(
            Optional.of("/dim/{1}"),
            args,
            Optional.of(new Range(0, 1)),
            Optional.of(new Range(1, -0.1)),
            OptionalDouble.of(255),
            OptionalDouble.empty(),
            Optional.of(new Range(0, 255))),
        true);
  }

  private static EndpointStatus bare(String name) {
    return new EndpointStatus(
        name,
        "osc",
        "a",
        "standby",
        Optional.empty(),
        WHEN,
        0,
        0,
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static EndpointStatus endpoint(String name, int peers) {
    var peer = "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:65535";
    return new EndpointStatus(
        name,
        "websocket",
        "stage-right",
        "backing-off",
        Optional.of("authentication"),
        WHEN,
        1L << 60,
        1L << 60,
        1L << 60,
        1L << 60,
        Integer.MAX_VALUE,
        Optional.of("malformed packet from " + peer + ": " + "a long reason ".repeat(10)),
        Optional.of(WHEN),
        Stream.generate(() -> new PeerStatus(peer, WHEN, 1L << 60, 1L << 60))
            .limit(peers)
            .toList());
  }

  private static <T> ActorRef<T> probe() {
    return kit.<T>createTestProbe().ref();
  }

  private static long frame() {
    return kit.system()
        .settings()
        .config()
        .getBytes("pekko.remote.artery.advanced.maximum-frame-size");
  }

  private static long size(Remote message) {
    return serialization.serialize(message).get().length;
  }

  private static <T extends Remote> T roundTrip(T message) {
    var serializer = serialization.findSerializerFor(message);
    assertThat(serializer).isInstanceOf(JacksonCborSerializer.class);
    var manifest = Serializers.manifestFor(serializer, message);
    var bytes = serialization.serialize(message).get();
    @SuppressWarnings("unchecked") // the serializer says so by the manifest
    var there = (T) serialization.deserialize(bytes, serializer.identifier(), manifest).get();
    return there;
  }
}
