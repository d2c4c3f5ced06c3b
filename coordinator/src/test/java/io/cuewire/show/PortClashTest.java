package io.cuewire.show;

import static io.cuewire.show.Shows.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PortClashTest {

  @Test
  void twoEndpointsOfANodeNeedTwoPorts() {
    assertThat(problems(7, "out: {protocol: udp, listen: 9000, send: 10.0.0.9:1, on: [b, a]}"))
        .containsExactly(
            "show.yaml:7:32: udp port 9000 is taken twice: by endpoint 'in' on node 'a' and by"
                + " endpoint 'out' on node 'a'");
  }

  @Test
  void udpAndTcpPortsAreDifferentPorts() {
    assertThat(problems(7, "out: {protocol: tcp, listen: 9000, on: a}")).isEmpty();
    assertThat(problems(7, "out: {protocol: osc, transport: tcp, listen: 9000, on: a}")).isEmpty();
  }

  @Test
  void endpointsOnOtherNodesAndAddressesMayUseThePort() {
    assertThat(problems(7, "out: {protocol: udp, listen: 9000, send: 10.0.0.9:1, on: b}"))
        .isEmpty();
    assertThat(
            problems(
                7, "out: {protocol: udp, listen: 9000, send: 10.0.0.9:1, on: a, bind: 10.1.0.1}"))
        .isEmpty();
  }

  @Test
  void theWildcardAddressOverlapsAll() {
    assertThat(
            problems(
                7, "out: {protocol: udp, listen: 9000, send: 10.0.0.9:1, on: a, bind: 0.0.0.0}"))
        .hasSize(1);
    assertThat(
            problems(
                7, "out: {protocol: udp, listen: 9000, send: 10.0.0.9:1, on: a, bind: \"::\"}"))
        .hasSize(1);
  }

  @Test
  void multicastGroupsShareAPort() {
    var show =
        """
        show: groups
        nodes: {a: {host: 10.0.0.1, cluster: 7411, api: 7421}}
        endpoints:
          one: {protocol: osc, listen: "239.1.1.1:9000"}
          two: {protocol: osc, listen: "239.1.1.2:9000"}
        """;
    assertThat(problems(show)).isEmpty();
    assertThat(problems(show.replace("239.1.1.2", "239.1.1.1")))
        .containsExactly(
            "show.yaml:5:32: udp port 9000 is taken twice: by endpoint 'one' on node 'a' and by"
                + " endpoint 'two' on node 'a'");
  }

  @Test
  void anEndpointKeepsClearOfTheNodesOwnPorts() {
    assertThat(problems(7, "out: {protocol: tcp, listen: 7421, on: all}"))
        .containsExactly(
            "show.yaml:7:32: tcp port 7421 is taken twice: by node 'a' for 'api' and by endpoint"
                + " 'out' on node 'a'");
    assertThat(problems(7, "out: {protocol: websocket, listen: 7412, on: b}"))
        .containsExactly(
            "show.yaml:7:38: tcp port 7412 is taken twice: by node 'b' for 'link' and by endpoint"
                + " 'out' on node 'b'");
  }

  @Test
  void aNodesOwnPortsDiffer() {
    assertThat(problems(3, "a: {host: 10.0.0.1, cluster: 7420, api: 7421}"))
        .containsExactly(
            "show.yaml:3:43: tcp port 7421 is taken twice: by node 'a' for 'link' and by node 'a'"
                + " for 'api'");
  }

  @Test
  void nodesOfOneHostNeedPortsOfTheirOwn() {
    assertThat(problems(4, "b: {host: 10.0.0.1, cluster: 7511, api: 7421}"))
        .containsExactly(
            "show.yaml:4:43: tcp port 7421 is taken twice: by node 'a' for 'api' and by node 'b'"
                + " for 'api'; both nodes are on 10.0.0.1");
  }

  @Test
  void loopbackAddressesAreOneMachine() {
    assertThat(
            problems(
                """
                show: loop
                nodes:
                  a: {host: 127.0.0.1, cluster: 7411, api: 7421}
                  b: {host: 127.0.0.2, cluster: 7411, api: 7421}
                endpoints:
                  fine: {protocol: osc, listen: 9000, on: all}
                  wide: {protocol: osc, listen: 9001, on: all, bind: 0.0.0.0}
                """))
        .containsExactly(
            "show.yaml:7:33: udp port 9001 is taken twice: by endpoint 'wide' on node 'a' and by"
                + " endpoint 'wide' on node 'b'; both nodes are on 127.0.0.1 and 127.0.0.2, which"
                + " are one machine");
  }
}
