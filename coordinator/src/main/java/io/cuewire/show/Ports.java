package io.cuewire.show;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Finds the ports that two listeners of one machine would both bind. */
final class Ports {
  private final Problems problems;
  private final List<Bound> bound = new ArrayList<>();

  Ports(Problems problems) {
    this.problems = problems;
  }

  /**
   * One listening socket.
   *
   * @param owner who listens, such as {@code endpoint 'control'}
   * @param address what it binds, or the multicast group it joins
   */
  private record Bound(
      ShowNode node, boolean datagram, String address, int port, String owner, Position at) {

    boolean clashesWith(Bound other) {
      var shared = Hosts.isMulticast(address) && Hosts.isMulticast(other.address);
      return datagram == other.datagram
          && port == other.port
          && Hosts.overlap(address, other.address)
          && (node.equals(other.node)
              || (!shared && Hosts.oneMachine(node.host(), other.node.host())));
    }
  }

  void add(ShowNode node, Fields fields) {
    var owner = "node '" + node.name() + "' for ";
    var cluster = fields.at("cluster");
    var link = fields.has("link") ? fields.at("link") : cluster;
    add(new Bound(node, false, node.bind(), node.cluster(), owner + "'cluster'", cluster));
    add(new Bound(node, false, node.bind(), node.link(), owner + "'link'", link));
    add(new Bound(node, false, node.bind(), node.api(), owner + "'api'", fields.at("api")));
  }

  void add(ShowEndpoint endpoint, Map<String, ShowNode> nodes, Fields fields) {
    endpoint.listen().ifPresent(listen -> add(endpoint, listen, nodes, fields.at("listen")));
  }

  private void add(ShowEndpoint endpoint, Listen listen, Map<String, ShowNode> nodes, Position at) {
    for (var node : nodes.values()) {
      var runs =
          switch (endpoint.on()) {
            case On.All _ -> !node.witness();
            case On.Pinned(var name) -> name.equals(node.name());
            case On.Listed(var names) -> names.contains(node.name());
          };
      if (runs) {
        var address = listen.group().or(endpoint::bind).orElse(node.bind());
        var owner = "endpoint '" + endpoint.name() + "' on node '" + node.name() + "'";
        add(new Bound(node, endpoint.isDatagram(), address, listen.port(), owner, at));
      }
    }
  }

  private void add(Bound socket) {
    bound.add(socket);
  }

  /** Reports one clash for each port in the file that has any. */
  void check() {
    var reported = new HashSet<Position>();
    for (var later = 1; later < bound.size(); later++) {
      for (var earlier = 0; earlier < later; earlier++) {
        var a = bound.get(earlier);
        var b = bound.get(later);
        if (a.clashesWith(b) && reported.add(b.at())) {
          report(a, b);
        }
      }
    }
  }

  private void report(Bound earlier, Bound later) {
    var hosts =
        earlier.node().equals(later.node())
            ? ""
            : "; both nodes are on " + earlier.node().host() + machine(earlier, later);
    problems.add(
        later.at(),
        (later.datagram() ? "udp port " : "tcp port ")
            + later.port()
            + " is taken twice: by "
            + earlier.owner()
            + " and by "
            + later.owner()
            + hosts);
  }

  private static String machine(Bound earlier, Bound later) {
    return Hosts.same(earlier.node().host(), later.node().host())
        ? ""
        : " and " + later.node().host() + ", which are one machine";
  }
}
