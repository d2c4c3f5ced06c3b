package io.cuewire.show;

import static io.cuewire.show.Shows.problems;
import static io.cuewire.show.Shows.problemsAfter;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SectionMistakesTest {

  @Test
  void wantsNodes() {
    assertThat(problems("show: a\n"))
        .containsExactly("show.yaml:1:1: a show needs 'nodes', its machines");
    assertThat(problems("show: a\nnodes: {}\n"))
        .containsExactly("show.yaml:2:8: 'nodes' is empty: a show needs a machine to run on");
    assertThat(problems("show: a\nnodes: [a]\n"))
        .containsExactly("show.yaml:2:8: 'nodes' must be a group of named entries, not a list");
    assertThat(problems("show: a\nnodes: {a: {host: h, cluster: 1, api: 3, witness: true}}\n"))
        .containsExactly("show.yaml:2:8: every node is a witness: one at least must run endpoints");
    assertThat(problems("show:\nnodes: {a: {host: h, cluster: 1, api: 3}}\n"))
        .containsExactly("show.yaml:1:6: 'show' has no value; it must be text");
  }

  @Test
  void wantsAHostAndPortsForANode() {
    assertThat(problems(3, "a: {clutser: 7411}"))
        .containsExactly(
            "show.yaml:3:3: node 'a' needs 'api', the port of its HTTP interface, such as 7421",
            "show.yaml:3:3: node 'a' needs 'host', the address the other nodes reach it by",
            "show.yaml:3:7: unknown key 'clutser'; did you mean 'cluster'?");
    assertThat(problems(3, "a: {host: \"10.0.0 1\", cluster: 65535, api: x}"))
        .containsExactly(
            "show.yaml:3:13: 'host' must be a host name or an IP address, not '10.0.0 1'",
            "show.yaml:3:34: 'cluster' 65535 leaves no port after it for 'link': give 'link'",
            "show.yaml:3:46: 'api' must be a port from 1 to 65535, not 'x'");
    assertThat(problems("show: s\nnodes: {a: {host: show_mac, cluster: 1, api: 3}}\n"))
        .containsExactly(
            "show.yaml:2:19: 'host' must be a host name without '_', or an IP address, not"
                + " 'show_mac'");
    assertThat(problems("show: s\nnodes: {all: {host: h, cluster: 1, api: 3}}\n"))
        .containsExactly("show.yaml:2:9: 'all' means all nodes: give this one another name");
  }

  @Test
  void suggestsTheSectionThatAMisspeltOneMeans() {
    assertThat(problemsAfter("routs: {}\n"))
        .containsExactly("show.yaml:10:1: unknown key 'routs'; did you mean 'routes'?");
  }

  @Test
  void wantsParametersThatFitTheirDeclaration() {
    assertThat(
            problemsAfter(
                """
                parameters:
                  to: [in, gone]
                  strict: true
                  declare:
                    - {operator: /a, parameter: x, type: float, min: 2, max: 1}
                    - {operator: /a, parameter: x, type: bool, min: 2, default: 0.5}
                    - {operator: /a, parameter: n, type: int, min: 0, max: 5, default: 7}
                    - {operator: geo, parameter: a b, type: flot}
                emergency:
                  set: [{operator: /a, parameter: gain, value: 1}, {operator: /a, parameter: n, value: 1.5}]
                """))
        .containsExactly(
            "show.yaml:11:8: 'to' names 'in', but it only listens, so nothing can be sent to it",
            "show.yaml:11:12: 'to' names the endpoint 'gone', which 'endpoints' does not have; it"
                + " has: in, out",
            "show.yaml:14:54: 'min' 2 is greater than 'max' 1",
            "show.yaml:15:18: parameter '/a x' is declared twice",
            "show.yaml:15:48: 'min' is for numbers, not for bool",
            "show.yaml:15:65: 'default' must be true or false, as '/a x' is declared, not 0.5",
            "show.yaml:16:72: 'default' is 7, outside of what '/a n' takes: from 0 up to 5",
            "show.yaml:17:18: 'operator' must be an OSC address, beginning with '/', not 'geo'",
            "show.yaml:17:34: 'parameter' must be one word of ASCII without any of # * , / ? [ ] { },"
                + " not 'a b'",
            "show.yaml:17:45: 'type' must be float, int, bool or string, not 'flot'; did you mean"
                + " 'float'?",
            "show.yaml:19:20: parameter '/a gain' is not declared, which 'strict' in 'parameters'"
                + " asks for",
            "show.yaml:19:88: 'value' must be a whole number, as '/a n' is declared, not 1.5");
  }

  @Test
  void wantsOperatorsThatCanBeSet() {
    assertThat(
            problemsAfter(
                """
                mappings:
                  /volume: {operator: /bühne/licht, parameter: "a[0]"}
                """))
        .containsExactly(
            "show.yaml:11:23: 'operator' must be a path such as /project1/geo1, of ASCII without any"
                + " of # * , ? [ ] { }, not '/bühne/licht'",
            "show.yaml:11:48: 'parameter' must be one word of ASCII without any of # * , / ? [ ] { },"
                + " not 'a[0]'");
  }

  @Test
  void wantsOneAddressForAMapping() {
    assertThat(
            problemsAfter(
                """
                mappings:
                  volume: {operator: /a, parameter: b}
                  "/a/*": {operator: /a, min: 1, max: 0}
                """))
        .containsExactly(
            "show.yaml:11:3: a key of 'mappings' must be an OSC address, beginning with '/', not"
                + " 'volume'",
            "show.yaml:12:3: a key of 'mappings' must be one OSC address: '*' cannot stand in it",
            "show.yaml:12:3: mapping '/a/*' needs 'parameter', the name of its parameter, such as"
                + " sx",
            "show.yaml:12:31: 'min' 1 is greater than 'max' 0");
  }

  @Test
  void wantsControlsThatASurfaceHas() {
    assertThat(
            problemsAfter(
                """
                surfaces:
                  pad:
                    in: out
                    out: in
                    controls:
                      fadr_1: {targets: [{operator: /a, parameter: b}]}
                      fader_1: {targets: [{operator: /a, parameter: b, axis: x, input: [0, 1]}]}
                      push_1: {action: scene, scene: gone}
                      push_2: {action: scene, targets: []}
                      push_3: {action: togle, targets: []}
                      push_4: {targets: []}
                      push_5: {scene: x}
                      xy_1: {targets: [{operator: /a, parameter: b}]}
                  bare: {controls: {push_1: {feedback: /1/push1, targets: [{operator: /a, parameter: b}]}}}
                """))
        .containsExactly(
            "show.yaml:12:9: 'in' names 'out', but it only sends, so nothing arrives there",
            "show.yaml:13:10: 'out' names 'in', but it only listens, so nothing can be sent to it",
            "show.yaml:15:7: 'fadr_1' is no control: they are called fader_1, push_1, xy_1,"
                + " rotary_1",
            "show.yaml:16:56: 'axis' is for xy controls; 'fader_1' has one value",
            "show.yaml:16:65: 'input' needs 'output' beside it",
            "show.yaml:17:38: 'scene' names the scene 'gone', which 'scenes' does not have; there"
                + " is none",
            "show.yaml:18:7: control 'push_2' needs 'scene', the one to go to",
            "show.yaml:18:31: 'targets' are for parameters; this control goes to a scene",
            "show.yaml:19:24: 'action' must be parameter, scene, toggle, pulse or emergency, not 'togle'; did you mean"
                + " 'toggle'?",
            "show.yaml:20:25: 'targets' is an empty list",
            "show.yaml:21:7: control 'push_5' needs 'targets', the parameters it moves",
            "show.yaml:21:16: 'scene' needs 'action: scene'",
            "show.yaml:22:24: a target needs 'axis', x or y",
            "show.yaml:23:3: surface 'bare' needs 'in', the endpoint its messages arrive by",
            "show.yaml:23:30: 'feedback' needs an 'out' endpoint at the surface");
  }

  @Test
  void wantsStepsThatAreOneThingEach() {
    assertThat(
            problemsAfter(
                """
                scenes:
                  go:
                    - {wait: 1s, send: {to: out, address: /a}}
                    - {wiat: 1s}
                    - {}
                    - send: {to: in}
                    - stop
                    - set: {operator: /a, parameter: b, value: on, fade: 2}
                    - set: {operator: /a, parameter: b, value: on, fade: 2s}
                    - wait: 2
                  "bad name": []
                  none: {}
                """))
        .containsExactly(
            "show.yaml:12:7: 'send' and 'wait' in one step: begin each with '-'",
            "show.yaml:13:8: unknown key 'wiat'; did you mean 'wait'?",
            "show.yaml:14:7: a step is one of set, send and wait",
            "show.yaml:15:13: 'send' needs 'address', where the message goes",
            "show.yaml:15:18: 'to' names 'in', but it only listens, so nothing can be sent to it",
            "show.yaml:16:7: a step must be a group of keys, in { }, not 'stop'",
            "show.yaml:17:58: 'fade' needs a unit: 2s, 2ms or 2m",
            "show.yaml:18:52: 'fade' needs a number to go to",
            "show.yaml:19:13: 'wait' needs a unit: 2s, 2ms or 2m",
            "show.yaml:20:3: 'bad name' cannot be a name: use at most 64 letters, digits, '_', '-' and '.', a"
                + " letter or digit first",
            "show.yaml:21:9: 'none' must be a list, in [ ], not a group of keys");
  }

  @Test
  void checksWhatKeepsAShowSafe() {
    assertThat(
            problemsAfter(
                """
                split: {arbiter: here}
                emergency:
                  block: some
                  set: {operator: /a}
                  repeat: 0
                  heartbeat: {from: out, within: 2}
                security: {operator: "${env:EMPTY}", origins: [tablet.local, "http://x/y"]}
                """))
        .containsExactly(
            "show.yaml:10:18: 'arbiter' must be HOST:PORT, such as 10.0.0.5:9000, not 'here'",
            "show.yaml:12:10: 'block' must be all, none or a list of endpoints, not 'some'",
            "show.yaml:13:8: 'set' must be a list, in [ ], not a group of keys",
            "show.yaml:14:11: 'repeat' must be a whole number from 1 to 100, not 0",
            "show.yaml:15:21: 'from' names 'out', but it only sends, so nothing arrives there",
            "show.yaml:15:34: 'within' needs a unit: 2s, 2ms or 2m",
            "show.yaml:16:22: 'operator' is empty",
            "show.yaml:16:48: 'origins' must be a page's origin, such as http://tablet.local:8080,"
                + " not 'tablet.local'",
            "show.yaml:16:62: 'origins' must be a page's origin, such as http://tablet.local:8080,"
                + " not 'http://x/y'");
    assertThat(problemsAfter("emergency: {block: [in, oyt], heartbeat: {from: in}}\n"))
        .containsExactly(
            "show.yaml:10:25: 'block' names the endpoint 'oyt', which 'endpoints' does not have;"
                + " did you mean 'out'?",
            "show.yaml:10:42: 'heartbeat' needs 'within', the longest time between two beats");
  }
}
