package io.cuewire.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.routing.Range;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import io.cuewire.show.ProtocolKeys.Osc;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShowReaderTest {
  private final Show contract = Shows.valid(Shows.text(Shows.resource("contract.yaml")));
  private final Show everything = Shows.valid(Shows.text(Shows.resource("everything.yaml")));

  static List<Path> examples() {
    return Shows.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void acceptsTheExamples(Path example) {
    assertThat(Shows.problems(Shows.text(example))).isEmpty();
  }

  @Test
  void keepsTheOrderOfTheFile() {
    assertThat(contract.name()).isEqualTo("club-night");
    assertThat(contract.nodes().keySet())
        .containsExactly("foh", "stage-left", "stage-right", "desk");
    assertThat(contract.carriers()).containsExactly("foh", "stage-left", "stage-right");
    assertThat(contract.routes().keySet()).containsExactly("faders", "dimmer", "beats");
  }

  @Test
  void givesANodeItsDefaults() {
    assertThat(contract.nodes().get("foh"))
        .isEqualTo(new ShowNode("foh", "127.0.0.1", 7411, 7412, 7421, "127.0.0.1", false));
    assertThat(everything.nodes().get("1"))
        .isEqualTo(new ShowNode("1", "10.0.0.11", 7411, 7500, 7421, "0.0.0.0", false));
    assertThat(everything.nodes().get("two").bind()).isEqualTo("::");
  }

  @Test
  void givesAnEndpointItsDefaults() {
    assertThat(contract.endpoints().get("td-left"))
        .isEqualTo(
            new ShowEndpoint(
                "td-left",
                new On.Pinned("stage-left"),
                Optional.empty(),
                Optional.of(new HostPort("127.0.0.2", 9101)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Reconnect(Duration.ofMillis(250), Duration.ofSeconds(30), OptionalInt.empty()),
                new Queue(1024, Queue.Full.DROP_OLDEST),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                new StopSignal.Default(),
                new Osc(Osc.Transport.UDP)));
  }

  @Test
  void knowsWhereAnEndpointRuns() {
    assertThat(contract.endpoints().get("touchosc-in").on())
        .isEqualTo(new On.Listed(List.of("foh", "stage-left")));
    assertThat(contract.candidates(contract.endpoints().get("control")))
        .containsExactly("foh", "stage-left", "stage-right");
    assertThat(everything.bindAddress(everything.endpoints().get("osc-both"), "1"))
        .contains("10.0.0.11");
    assertThat(everything.bindAddress(everything.endpoints().get("fixed"), "1"))
        .contains("0.0.0.0");
  }

  @Test
  void oneNodeNeedsNoOn() {
    var show =
        Shows.valid(
            """
            show: alone
            nodes: {a: {host: 10.0.0.1, cluster: 7411, api: 7421}}
            endpoints: {in: {protocol: osc, listen: 9000}}
            routes:
            """);
    assertThat(show.endpoints().get("in").on()).isEqualTo(new On.All());
    assertThat(show.routes()).isEmpty();
  }

  @Test
  void readsRoutes() {
    assertThat(contract.routes().get("dimmer"))
        .isEqualTo(
            new Route(
                "dimmer",
                List.of("touchosc-in"),
                "/1/fader1",
                List.of("dimmers"),
                new Transformation(
                    Optional.of("/dim"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalDouble.of(255),
                    OptionalDouble.empty(),
                    Optional.of(new Range(0, 255))),
                false));
    assertThat(everything.routes().get("everything"))
        .isEqualTo(
            new Route(
                "everything",
                List.of(Route.EVERY_ENDPOINT),
                Route.EVERYTHING,
                List.of("osc:*"),
                Transformation.NONE,
                false));
    assertThat(everything.routes().get("ranged").change().args())
        .contains(List.of("$1", 2, "fixed", true));
  }

  @Test
  void readsArgumentsAsOscTypes() {
    assertThat(everything.endpoints().get("osc-both").onConnect())
        .containsExactly(
            new OutgoingMessage.Addressed(
                "/hello",
                Arrays.asList(
                    1,
                    5_000_000_000L,
                    0.1f,
                    -0.0015f,
                    "text",
                    "5",
                    "",
                    "two words",
                    true,
                    null,
                    List.of(1, List.of(2)),
                    "a\"b\\c\nd")));
  }

  @Test
  void yesAndOffAreText() {
    var show =
        Shows.valid(
            """
            show: yes
            nodes: {off: {host: no, cluster: 7411, api: 7421}}
            endpoints: {on: {protocol: osc, send: 10.0.0.1:9, on: off, emergency: off}}
            scenes: {yes: [{send: {to: on, address: /a, args: [yes, on, true]}}]}
            """);
    assertThat(show.name()).isEqualTo("yes");
    assertThat(show.endpoints().get("on").emergency()).isEqualTo(new StopSignal.Off());
    assertThat(show.scenes().get("yes").steps())
        .containsExactly(
            new Step.Send(
                List.of("on"), new OutgoingMessage.Addressed("/a", List.of("yes", "on", true))));
  }

  @Test
  void tellsSendersAndReceivers() {
    assertThat(everything.endpoints().values())
        .filteredOn(endpoint -> !endpoint.canSend())
        .extracting(ShowEndpoint::name)
        .containsExactly("group", "site");
    assertThat(everything.endpoints().values())
        .filteredOn(endpoint -> !endpoint.canReceive())
        .extracting(ShowEndpoint::name)
        .containsExactly("broker-two");
    assertThat(everything.endpoints().get("qlab").target())
        .isEqualTo(everything.endpoints().get("qlab").send())
        .isPresent();
  }

  @Test
  void knowsTheUrlOfAWebsocket() {
    assertThat(everything.endpoints().get("page").webSocketUrl())
        .contains(URI.create("ws://10.0.0.30:9980/ws"));
    assertThat(everything.endpoints().get("cloud").webSocketUrl())
        .contains(URI.create("wss://example.org/live?token=s3cret"));
  }

  @Test
  void readsMulticastGroupsAndBlocksOfAddresses() throws Exception {
    assertThat(everything.endpoints().get("group-six").listen())
        .contains(new Listen(Optional.of("ff02::1"), 9100));
    assertThat(
            everything
                .endpoints()
                .get("osc-both")
                .allow()
                .getFirst()
                .contains(InetAddress.getByName("10.200.0.1")))
        .isTrue();
  }

  @Test
  void readsScenesAndTheStop() {
    var gain = new ParameterId("/project1/audio/master_volume", "gain");
    assertThat(contract.scenes().get("high_energy").steps())
        .startsWith(
            new Step.Set(
                new ParameterValue(new ParameterId("/project1/geo1", "sx"), 2.5f),
                Optional.of(Duration.ofMillis(1500))))
        .contains(new Step.Wait(Duration.ofMillis(500)));
    assertThat(contract.emergency())
        .isEqualTo(
            new Emergency(
                new Emergency.Block.All(),
                List.of(new ParameterValue(gain, 0f)),
                3,
                Optional.of(new Emergency.Heartbeat("sensors", "/alive", Duration.ofSeconds(2)))));
    assertThat(contract.split().arbiter()).contains(new HostPort("10.0.0.1", 80));
  }

  @Test
  void readsControls() {
    var controls = contract.surfaces().get("touchosc").controls();
    assertThat(controls.get("push_1").action()).isEqualTo(new Control.GoScene("high_energy"));
    assertThat(controls.get("fader_1").feedback()).contains("/1/fader1");
    assertThat(controls.get("xy_1").action())
        .isInstanceOfSatisfying(
            Control.Follow.class,
            follow ->
                assertThat(follow.targets())
                    .extracting(Control.Target::axis)
                    .containsExactly(Optional.of(Control.Axis.X), Optional.of(Control.Axis.Y)));
  }

  @Test
  void secretsStayOutOfPrint() {
    assertThat(contract.security().operator()).contains(new Secret("operator's secret"));
    assertThat(contract.toString()).doesNotContain("secret's", "'s secret");
  }

  @Test
  void anAbsentSectionIsItsDefault() {
    var show = Shows.valid(Shows.SMALL);
    assertThat(show.parameters())
        .isEqualTo(new Parameters(List.of(), false, new LinkedHashMap<>()));
    assertThat(show.emergency())
        .isEqualTo(new Emergency(new Emergency.Block.All(), List.of(), 3, Optional.empty()));
    assertThat(show.security())
        .isEqualTo(new Security(Optional.empty(), Optional.empty(), List.of()));
  }
}
