package io.cuewire.bench;

import java.io.IOException;
import java.util.List;

/**
 * A network of its own for each node, all on one switch with this program. It needs a network
 * namespace and a mount namespace of this program's own, which bench/run makes: when the program
 * ends, however it does, nothing of this is left.
 */
final class Network {
  private static final String PREFIX = "198.18.0."; // for measurements (RFC 2544)
  private static final String HERE = PREFIX + 254;

  /** Where nobody is: what is sent there is lost without a word. */
  private static final String NOBODY = "02:00:00:00:00:00";

  private static final int ROOMS = 3;

  Network() throws IOException, InterruptedException {
    ip("link", "set", "lo", "up");
    ip("link", "add", "switch", "type", "bridge");
    ip("address", "add", HERE + "/24", "dev", "switch");
    ip("link", "set", "switch", "up");
    for (var i = 1; i <= ROOMS; i++) {
      ip("netns", "add", room(i));
      ip("link", "add", "port" + i, "type", "veth", "peer", "name", "cable", "netns", room(i));
      ip("link", "set", "port" + i, "master", "switch", "up");
      ip("-n", room(i), "link", "set", "lo", "up");
      ip("-n", room(i), "address", "add", host(i) + "/24", "dev", "cable");
      ip("-n", room(i), "link", "set", "cable", "up");
    }
  }

  static String here() {
    return HERE;
  }

  static String host(int node) {
    return PREFIX + node;
  }

  private static String room(int node) {
    return "n" + node;
  }

  /** What comes before a command that runs on a node's machine. */
  static List<String> on(int node) {
    return List.of("nsenter", "--net=/run/netns/" + room(node));
  }

  /**
   * Nothing passes between the two any more, in either direction; both still reach this program.
   */
  void cut(int a, int b) throws IOException, InterruptedException {
    for (var way : List.of(List.of(a, b), List.of(b, a))) {
      ip(
          "-n",
          room(way.getFirst()),
          "neighbour",
          "replace",
          host(way.getLast()),
          "lladdr",
          NOBODY,
          "dev",
          "cable",
          "nud",
          "permanent");
    }
  }

  void heal(int a, int b) throws IOException, InterruptedException {
    ip("-n", room(a), "neighbour", "delete", host(b), "dev", "cable");
    ip("-n", room(b), "neighbour", "delete", host(a), "dev", "cable");
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    var command = new String[words.length + 1];
    command[0] = "ip";
    System.arraycopy(words, 0, command, 1, words.length);
    Rig.run(command);
  }
}
