package io.cuewire.show;

import static io.cuewire.show.Shows.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RouteMistakesTest {

  @Test
  void wantsEndpointsThatExist() {
    assertThat(problems(9, "r: {from: inn, to: ou}"))
        .containsExactly(
            "show.yaml:9:13: 'from' names the endpoint 'inn', which 'endpoints' does not have; did"
                + " you mean 'in'?",
            "show.yaml:9:22: 'to' names the endpoint 'ou', which 'endpoints' does not have; did you"
                + " mean 'out'?");
    assertThat(problems(9, "r: {}"))
        .containsExactly(
            "show.yaml:9:3: route 'r' needs 'from', the endpoints it listens to",
            "show.yaml:9:3: route 'r' needs 'to', the endpoints it sends to");
    assertThat(problems(9, "r: {from: [], to: [out, out]}"))
        .containsExactly(
            "show.yaml:9:13: 'from' is an empty list", "show.yaml:9:27: 'to' names 'out' twice");
  }

  @Test
  void leadsFromWhatReceivesToWhatSends() {
    assertThat(problems(9, "r: {from: out, to: in}"))
        .containsExactly(
            "show.yaml:9:13: 'from' names 'out', but it only sends, so nothing arrives there",
            "show.yaml:9:22: 'to' names 'in', but it only listens, so nothing can be sent to it");
    assertThat(problems(7, "out: {protocol: http, listen: 80, on: a}"))
        .containsExactly(
            "show.yaml:9:21: 'to' names 'out', but it only answers requests, so nothing can be sent"
                + " to it");
    assertThat(problems(6, "in: {protocol: mqtt, broker: \"tcp://h\", on: a}"))
        .containsExactly(
            "show.yaml:9:13: 'from' names 'in', but it subscribes to no topic, so nothing arrives"
                + " there");
  }

  @Test
  void takesAllEndpointsOrAllOfAProtocol() {
    assertThat(problems(9, "r: {from: \"*\", to: \"osc:*\"}")).isEmpty();
    assertThat(problems(9, "r: {from: [\"*\", in], to: \"*\"}"))
        .containsExactly(
            "show.yaml:9:14: \"*\" stands alone: from: \"*\"",
            "show.yaml:9:28: '*' in 'to': say which protocol, such as osc:*");
    assertThat(problems(9, "r: {from: in, to: [\"tcp:*\", \"osk:*\"]}"))
        .containsExactly(
            "show.yaml:9:22: 'tcp:*' in 'to': no tcp endpoint sends",
            "show.yaml:9:31: 'osk:*' in 'to': no protocol 'osk'; did you mean 'osc'?");
  }

  @Test
  void wantsAnAddressPattern() {
    assertThat(problems(9, "r: {from: in, match: fader, to: out}"))
        .containsExactly(
            "show.yaml:9:24: 'match' must be an OSC address, beginning with '/', not 'fader'");
    assertThat(problems(9, "r: {from: in, match: \"/fader[\", to: out}"))
        .containsExactly("show.yaml:9:24: 'match' is no address pattern: '[' without its ']'");
  }

  @Test
  void refersToWildcardsThatThePatternHas() {
    assertThat(problems(9, "r: {from: in, match: \"/*/x\", to: out, address: \"/a/{2}\"}"))
        .containsExactly("show.yaml:9:50: '{2}' in 'address': 'match' has only one wildcard");
    assertThat(problems(9, "r: {from: in, match: /x, to: out, address: \"/a/{1}\"}"))
        .containsExactly("show.yaml:9:46: '{1}' in 'address': 'match' has no wildcard");
    assertThat(problems(9, "r: {from: in, match: \"/*/?\", to: out, address: \"/a/{3}\"}"))
        .containsExactly("show.yaml:9:50: '{3}' in 'address': 'match' has only 2 wildcards");
    assertThat(problems(9, "r: {from: in, to: out, address: \"/a/{x}\", args: [\"$0\"]}"))
        .containsExactly(
            "show.yaml:9:35: 'address' must be one OSC address, with {1}, {2} … for what 'match'"
                + " took: '{' cannot stand in it",
            "show.yaml:9:51: '$0' in 'args': counting starts at 1");
  }

  @Test
  void wantsRangesThatCanBe() {
    assertThat(problems(9, "r: {from: in, to: out, input: [0, 1], clamp: [255, 0]}"))
        .containsExactly(
            "show.yaml:9:26: 'input' needs 'output' beside it",
            "show.yaml:9:48: 'clamp' needs the lower end first: [lowest, highest]");
    assertThat(problems(9, "r: {from: in, to: out, input: [1, 1], output: [0, 1, 2], echo: 1}"))
        .containsExactly(
            "show.yaml:9:33: 'input' is an empty range: both ends are equal",
            "show.yaml:9:49: 'output' must be two numbers, such as [0, 1], not a list",
            "show.yaml:9:66: 'echo' must be true or false, not 1");
    assertThat(problems(9, "r: {from: in, to: out, scale: much, offset: .inf}"))
        .containsExactly(
            "show.yaml:9:33: 'scale' must be a number, not 'much'",
            "show.yaml:9:47: 'offset' must be a number, not .inf");
  }

  @Test
  void wantsArgumentsThatOscKnows() {
    assertThat(problems(9, "r: {from: in, to: out, args: [{a: b}, 99999999999999999999, 1e99]}"))
        .containsExactly(
            "show.yaml:9:33: 'args' must be a number, text, true or false, not a group of keys",
            "show.yaml:9:41: 'args' must be a number of at most 64 bits, not 99999999999999999999",
            "show.yaml:9:63: 'args' must be a number that a 32-bit float can hold, not 1e99");
  }

  @Test
  void wantsNamesThatAShellAndAnAddressCanHold() {
    assertThat(problems(9, "r:1: {from: in, to: out}"))
        .containsExactly(
            "show.yaml:9:3: 'r:1' cannot be a name: use at most 64 letters, digits, '_', '-' and '.', a letter"
                + " or digit first");
  }
}
