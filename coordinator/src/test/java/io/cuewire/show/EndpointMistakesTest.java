package io.cuewire.show;

import static io.cuewire.show.Shows.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointMistakesTest {

  @Test
  void suggestsTheKeyThatAMisspeltOneMeans() {
    assertThat(problems(6, "in: {protocol: osc, lissten: 9000, on: a}"))
        .containsExactly("show.yaml:6:23: unknown key 'lissten'; did you mean 'listen'?");
  }

  @Test
  void listsTheKeysThereAreWhereNoneIsNear() {
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, colour: red}"))
        .containsExactly(
            "show.yaml:6:44: unknown key 'colour'; known here: protocol, on, reconnect, queue,"
                + " on-connect, silence, emergency, bind, allow, listen, send, connect, transport");
  }

  @Test
  void saysWhoseKeyItIs() {
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, baud: 9600}"))
        .containsExactly("show.yaml:6:44: 'baud' belongs to serial; endpoint 'in' speaks osc");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, handle: []}"))
        .containsExactly(
            "show.yaml:6:44: 'handle' belongs to tcp, udp, websocket, serial, mqtt; endpoint 'in'"
                + " speaks osc");
  }

  @Test
  void wantsAProtocol() {
    assertThat(problems(6, "in: {listen: 9000, on: a}"))
        .containsExactly(
            "show.yaml:6:3: endpoint 'in' needs 'protocol', what it speaks: osc, tcp, udp,"
                + " websocket, http, serial, mqtt");
    assertThat(problems(6, "in: {protcol: osc, listen: 9000, on: a}"))
        .containsExactly("show.yaml:6:8: unknown key 'protcol'; did you mean 'protocol'?");
    assertThat(problems(6, "in: {protocol: ocs, listen: 9000, on: a}"))
        .containsExactly(
            "show.yaml:6:18: 'protocol' must be osc, tcp, udp, websocket, http, serial or mqtt, not"
                + " 'ocs'; did you mean 'osc'?");
    assertThat(problems(6, "in: osc"))
        .containsExactly("show.yaml:6:7: endpoint 'in' must be a group of keys, in { }, not 'osc'");
  }

  @Test
  void wantsToKnowWhereItRuns() {
    assertThat(problems(6, "in: {protocol: osc, listen: 9000}"))
        .containsExactly(
            "show.yaml:6:3: endpoint 'in' needs 'on', where it runs: all, a node, or a list of"
                + " nodes");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: stage}"))
        .containsExactly(
            "show.yaml:6:41: 'on' names the node 'stage', which 'nodes' does not have; it has: a,"
                + " b");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: [a, a]}"))
        .containsExactly("show.yaml:6:45: 'on' names 'a' twice");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: []}"))
        .containsExactly("show.yaml:6:41: 'on' is an empty list");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: [all]}"))
        .containsExactly("show.yaml:6:42: 'all' stands alone: on: all");
    assertThat(problems(4, "b: {host: 10.0.0.2, cluster: 7411, api: 7421, witness: true}"))
        .containsExactly("show.yaml:7:49: 'on' names the witness 'b', which runs no endpoint");
  }

  @Test
  void wantsAPortOrAMulticastGroupToListenOn() {
    assertThat(problems(6, "in: {protocol: osc, listen: 90000, on: a}"))
        .containsExactly(
            "show.yaml:6:31: 'listen' must be a port from 1 to 65535 or a multicast"
                + " \"GROUP:PORT\", not 90000");
    assertThat(problems(6, "in: {protocol: osc, listen: [9000], on: a}"))
        .containsExactly(
            "show.yaml:6:31: 'listen' must be a port from 1 to 65535 or a multicast"
                + " \"GROUP:PORT\", not a list");
    assertThat(problems(6, "in: {protocol: osc, listen: , on: a}"))
        .containsExactly(
            "show.yaml:6:30: 'listen' has no value; it must be a port from 1 to 65535 or a"
                + " multicast \"GROUP:PORT\"");
    assertThat(problems(6, "in: {protocol: osc, listen: \"9000\", on: a}"))
        .containsExactly(
            "show.yaml:6:31: 'listen' must be a number: take away the quotes around 9000");
    assertThat(problems(6, "in: {protocol: osc, listen: \"127.0.0.1:9000\", on: a}"))
        .containsExactly(
            "show.yaml:6:31: '127.0.0.1' is no multicast group; to listen on one address, write"
                + " listen: 9000, bind: 127.0.0.1");
    assertThat(problems(6, "in: {protocol: tcp, listen: \"239.0.0.1:9000\", on: a}"))
        .containsExactly("show.yaml:6:31: a multicast group is for udp, and for osc over udp");
  }

  @Test
  void wantsAListenerAClientOrADevice() {
    assertThat(problems(6, "in: {protocol: osc, on: a}"))
        .containsExactly("show.yaml:6:3: endpoint 'in' needs 'listen' or 'send'");
    assertThat(problems(6, "in: {protocol: serial, on: a}"))
        .containsExactly("show.yaml:6:3: endpoint 'in' needs 'device'");
    assertThat(problems(6, "in: {protocol: tcp, send: \"10.0.0.9:5\", on: a}"))
        .containsExactly(
            "show.yaml:6:3: endpoint 'in' needs 'listen' or 'connect'",
            "show.yaml:6:23: 'send' belongs to osc, udp; endpoint 'in' speaks tcp");
    assertThat(problems(6, "in: {protocol: tcp, listen: 9000, connect: \"10.0.0.9:5\", on: a}"))
        .containsExactly("show.yaml:6:37: 'listen' and 'connect' need an endpoint each");
    assertThat(problems(6, "in: {protocol: osc, connect: \"10.0.0.9:5\", on: a}"))
        .containsExactly(
            "show.yaml:6:23: over udp there is no connection: write 'send', or add transport: tcp");
  }

  @Test
  void wantsHostAndPortToSendTo() {
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.9, on: b}"))
        .containsExactly(
            "show.yaml:7:30: 'send' must be HOST:PORT, such as 10.0.0.5:9000, not '10.0.0.9'");
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.300:9000, on: b}"))
        .containsExactly(
            "show.yaml:7:30: 'send' must be HOST:PORT, such as 10.0.0.5:9000, not"
                + " '10.0.0.300:9000'");
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.9:90000, on: b}"))
        .containsExactly(
            "show.yaml:7:30: 'send' must be HOST:PORT, such as 10.0.0.5:9000, not"
                + " '10.0.0.9:90000'");
  }

  @Test
  void wantsDurationsWithAUnit() {
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, silence: 5}"))
        .containsExactly("show.yaml:6:53: 'silence' needs a unit: 5s, 5ms or 5m");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, silence: -5s}"))
        .containsExactly(
            "show.yaml:6:53: 'silence' must be a duration such as 250ms, 1.5s or 2m, not '-5s'");
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, silence: 0s}"))
        .containsExactly("show.yaml:6:53: 'silence' must be longer than zero, not '0s'");
  }

  @Test
  void refusesKeysThatItsRoleGivesNoMeaning() {
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.9:9001, on: b, silence: 5s}"))
        .containsExactly(
            "show.yaml:7:52: 'silence' is for endpoints that receive; endpoint 'out' does not");
    assertThat(
            problems(6, "in: {protocol: osc, listen: 9000, on: a, queue: latest, on-connect: []}"))
        .containsExactly(
            "show.yaml:6:44: 'queue' is for endpoints that send; endpoint 'in' does not",
            "show.yaml:6:59: 'on-connect' is for clients and devices; endpoint 'in' waits for"
                + " others to connect");
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.9:9001, on: b, bind: 0.0.0.0}"))
        .containsExactly("show.yaml:7:52: 'bind' is for listeners; endpoint 'out' is none");
  }

  @Test
  void wantsAQueueThatHoldsSomething() {
    assertThat(
            problems(
                7,
                "out: {protocol: osc, send: 10.0.0.9:9001, on: b, queue: {size: 0, full: newest}}"))
        .containsExactly(
            "show.yaml:7:66: 'size' must be a whole number from 1 up, not 0",
            "show.yaml:7:75: 'full' must be drop-oldest or latest, not 'newest'");
    assertThat(problems(7, "out: {protocol: osc, send: 10.0.0.9:9001, on: b, queue: 12}"))
        .containsExactly(
            "show.yaml:7:59: 'queue' must be latest, or a group such as {size: 1024, full:"
                + " drop-oldest}, not 12");
  }

  @Test
  void wantsABackoffThatGrows() {
    assertThat(
            problems(
                6,
                "in: {protocol: osc, listen: 9000, on: a, reconnect: {min: 1m, max: 1s, attempts:"
                    + " -1}}"))
        .containsExactly(
            "show.yaml:6:61: 'min' 1m is longer than 'max' 1s",
            "show.yaml:6:84: 'attempts' must be unlimited or a whole number from 0 up, not -1");
  }

  @Test
  void wantsMessagesThatTheProtocolCanSend() {
    assertThat(
            problems(
                7, "out: {protocol: osc, send: 10.0.0.9:9001, on: b, emergency: {text: stop}}"))
        .containsExactly("show.yaml:7:64: osc has no bare text: write {address: /…, args: […]}");
    assertThat(
            problems(
                7,
                "out: {protocol: udp, send: 10.0.0.9:9001, on: b, emergency: {text: a, address:"
                    + " /b}}"))
        .containsExactly("show.yaml:7:64: 'text' stands alone: leave out 'address' and 'args'");
    assertThat(problems(7, "out: {protocol: udp, send: 10.0.0.9:9001, on: b, emergency: false}"))
        .containsExactly(
            "show.yaml:7:63: 'emergency' must be off, {address: /…, args: […]} or {text: …}, not"
                + " false");
    assertThat(
            problems(
                7,
                "out: {protocol: osc, send: 10.0.0.9:9001, on: b, on-connect: [{address: \"/a b\","
                    + " args: 5}]}"))
        .containsExactly(
            "show.yaml:7:75: 'address' must be one OSC address: a space cannot stand in it",
            "show.yaml:7:89: 'args' must be a list of arguments, such as [1, 0.5, text], not 5");
  }

  @Test
  void wantsAddressesAndBlocksOfThemToAllow() {
    assertThat(problems(6, "in: {protocol: osc, listen: 9000, on: a, allow: [10.0.0.0/40, stage]}"))
        .containsExactly(
            "show.yaml:6:52: 'allow' must be an IP address or a block such as 10.0.0.0/24, not"
                + " '10.0.0.0/40'",
            "show.yaml:6:65: 'allow' must be an IP address or a block such as 10.0.0.0/24, not"
                + " 'stage'");
  }

  @Test
  void wantsRegularExpressionsAndGroupsThatTheyHave() {
    assertThat(
            problems(
                6,
                "in: {protocol: udp, listen: 9000, on: a, handle: [{match: \"a(b\", address: /x},"
                    + " {match: \"(a)\", address: \"/{2}\", args: [\"$2\"]}]}"))
        .containsExactly(
            "show.yaml:6:61: 'match' is no regular expression: missing closing ) in 'a(b'",
            "show.yaml:6:106: '{2}' in 'address': 'match' has only one group in ( )",
            "show.yaml:6:120: '$2' in 'args': 'match' has only one group in ( )");
  }

  @Test
  void checksTheKeysOfStreams() {
    assertThat(
            problems(
                6, "in: {protocol: tcp, listen: 9000, on: a, framing: \"fixed:0\", max-frame: 0}"))
        .containsExactly(
            "show.yaml:6:53: 'framing' must be fixed:N with N bytes a frame, such as fixed:64, not"
                + " 'fixed:0'",
            "show.yaml:6:75: 'max-frame' must be a number of bytes from 1 up, not 0");
    assertThat(
            problems(
                6,
                "in: {protocol: serial, device: COM3, on: a, baud: fast, data-bits: 9, parity: evn,"
                    + " stop-bits: 3, flow: rts}"))
        .containsExactly(
            "show.yaml:6:53: 'baud' must be bits a second, such as 115200, not 'fast'",
            "show.yaml:6:70: 'data-bits' must be a whole number from 5 to 8, not 9",
            "show.yaml:6:81: 'parity' must be none, even, odd, mark or space, not 'evn'; did you"
                + " mean 'even'?",
            "show.yaml:6:97: 'stop-bits' must be 1, 1.5 or 2, not 3",
            "show.yaml:6:106: 'flow' must be none, rts-cts or xon-xoff, not 'rts'; did you mean"
                + " 'rts-cts'?");
  }

  @Test
  void checksTheKeysOfHttpAndWebsocket() {
    assertThat(
            problems(
                6,
                "in: {protocol: http, request: \"ftp://x\", on: a, files: web, method: get, headers:"
                    + " {a b: x, C: 5}}"))
        .containsExactly(
            "show.yaml:6:33: 'request' must be a URL such as http://10.0.0.5:8080, not 'ftp://x'",
            "show.yaml:6:51: 'files' is for http endpoints with 'listen'",
            "show.yaml:6:71: 'method' must be GET, POST, PUT, PATCH or DELETE, not 'get'; did you"
                + " mean 'GET'?",
            "show.yaml:6:86: 'a b' cannot be the name of a header",
            "show.yaml:6:97: 'C' must be text: put \"5\" in quotes");
    assertThat(
            problems(
                6,
                "in: {protocol: http, request: \"http://me:pass@h\", on: a, headers: {Content-Length:"
                    + " x}}"))
        .containsExactly(
            "show.yaml:6:33: 'request' cannot hold a password: put 'Authorization' into 'headers'",
            "show.yaml:6:70: 'Content-Length' is set by the program itself");
    assertThat(problems(6, "in: {protocol: websocket, connect: \"ws://h/p\", path: /q, on: a}"))
        .containsExactly(
            "show.yaml:6:50: 'path' and a URL in 'connect': write the path in the URL only");
  }

  @Test
  void wantsNoPasswordInAUrl() {
    assertThat(problems(6, "in: {protocol: websocket, connect: \"ws://me:pass@h/p\", on: a}"))
        .containsExactly(
            "show.yaml:6:38: 'connect' cannot hold a password: put it into 'on-connect'");
    assertThat(problems(6, "in: {protocol: mqtt, broker: \"tcp://me:pass@h\", on: a}"))
        .containsExactly(
            "show.yaml:6:32: 'broker' cannot hold a password: put it into 'username' and"
                + " 'password'");
  }

  @Test
  void checksTheKeysOfMqtt() {
    assertThat(
            problems(
                6,
                "in: {protocol: mqtt, broker: 10.0.0.1, on: a, qos: 3, subscribe: [a/#/b], prefix:"
                    + " /x, retain: yes, tls: {key: x}, password: 12}"))
        .containsExactly(
            "show.yaml:6:32: 'broker' must be a URL such as tcp://10.0.0.5:1883, not '10.0.0.1'",
            "show.yaml:6:54: 'qos' must be 0, 1 or 2, not 3",
            "show.yaml:6:69: 'subscribe' must be a topic in which '+' is a whole level and '#' the"
                + " last one, not 'a/#/b'",
            "show.yaml:6:85: 'prefix' must be a topic without '+', '#' and outer slashes, such as"
                + " show, not '/x'",
            "show.yaml:6:97: 'retain' must be true or false, not 'yes'",
            "show.yaml:6:107: 'certificate' and 'key' go together",
            "show.yaml:6:127: 'password' must be text: put \"12\" in quotes");
  }

  @Test
  void wantsFramesThatAreNoLargerThanAllowed() {
    assertThat(
            problems(
                6,
                "in: {protocol: tcp, listen: 9000, on: a, framing: \"fixed:101\", max-frame: 100}"))
        .containsExactly(
            "show.yaml:6:53: 'framing' makes frames of 101 bytes, and 'max-frame' allows 100");
    assertThat(problems(6, "in: {protocol: tcp, listen: 9000, on: a, framing: \"fixed:1048577\"}"))
        .containsExactly(
            "show.yaml:6:53: 'framing' makes frames of 1048577 bytes, and 'max-frame' allows"
                + " 1048576");
    assertThat(
            problems(
                6, "in: {protocol: serial, device: /dev/ttyS0, on: a, framing: \"fixed:1048577\"}"))
        .containsExactly(
            "show.yaml:6:62: 'framing' makes frames of 1048577 bytes, and serial allows 1048576");
    assertThat(
            problems(
                6, "in: {protocol: serial, device: /dev/ttyS0, on: a, framing: \"fixed:1048576\"}"))
        .isEmpty();
  }
}
