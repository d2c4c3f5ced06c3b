package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Nodes that are killed, frozen and cut off under traffic: how long their listed endpoints are
 * away, and what comes out of a node that no longer owns them. Each node is the first of a list for
 * a sender, whose packets tell where they come from, and for a server, which answers.
 */
final class Takeover {
  /** What befalls a node. */
  enum Blow {
    KILL,
    FREEZE,
    CUT
  }

  private static final int NODES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TICK = Duration.ofMillis(2);
  private static final List<String> LISTS = List.of("[n1, n2, n3]", "[n2, n3, n1]", "[n3, n1, n2]");

  /** The packets of one sender by the node they came from. */
  private static final class Heard {
    private final Map<String, Long> last = new ConcurrentHashMap<>();
    private final Map<String, Integer> count = new ConcurrentHashMap<>();

    void from(String host, long nanos) {
      last.put(host, nanos);
      count.merge(host, 1, Integer::sum);
    }

    long last(String host) {
      return last.getOrDefault(host, 0L);
    }

    int count(String host) {
      return count.getOrDefault(host, 0);
    }

    /** Whether another node than this has sent since. */
    boolean elsewhere(String host, long since) {
      return last.entrySet().stream()
          .anyMatch(e -> !e.getKey().equals(host) && e.getValue() > since);
    }
  }

  private final Rig rig;
  private final Random random;
  private final List<Heard> senders = new ArrayList<>();
  private final List<InetSocketAddress> servers = new ArrayList<>();
  private final List<InetSocketAddress> feeds = new ArrayList<>();
  private volatile boolean ended;
  private int late;

  Takeover(Rig rig, long seed) {
    this.rig = rig;
    this.random = new Random(seed);
  }

  void run(Table table, List<Blow> blows, int trials) throws IOException, InterruptedException {
    var nodes = rig.show(NODES, show(), 3 * NODES);
    var traffic = Thread.ofPlatform().name("traffic").start(this::traffic);
    try {
      for (var blow : blows) {
        var sent = new Figures();
        var answered = new Figures();
        late = 0;
        for (var i = 0; i < trials; i++) {
          trial(nodes, blow, sent, answered);
        }
        var median = blow == Blow.KILL ? new Goal("< 300", ms -> ms < 300) : Goal.NONE;
        var most =
            blow == Blow.KILL
                ? new Goal("≤ 1000", ms -> ms <= 1000)
                : new Goal("≤ 5000", ms -> ms <= 5000);
        var name = blow.name().toLowerCase(Locale.ROOT);
        sent.rows(
            table,
            name + ": until a sender's packets come from another node",
            median,
            Goal.NONE,
            most);
        answered.rows(
            table, name + ": until a server answers on another node", median, Goal.NONE, most);
        if (blow != Blow.KILL) {
          // a thread stopped between its look at the lease and the socket still sends this packet
          var underWay = blow == Blow.FREEZE ? 1 : 0;
          table.row(
              name + ": packets of the loser after the takeover, the most in a trial",
              "" + late,
              new Goal("≤ " + underWay, count -> count <= underWay),
              late);
        }
      }
    } finally {
      ended = true;
      traffic.join();
    }
  }

  private String show() throws IOException {
    var show = new StringBuilder("endpoints:\n");
    var feed = rig.address(rig.host(1)).getPort();
    show.append("  feed: {protocol: osc, listen: %d, on: all}\n".formatted(feed));
    for (var i = 1; i <= NODES; i++) {
      feeds.add(new InetSocketAddress(rig.host(i), feed));
      var heard = new Heard();
      senders.add(heard);
      var sink = rig.address(rig.here());
      var unused = new Sink(sink, (host, _, _, nanos) -> heard.from(host, nanos));
      var list = LISTS.get(i - 1);
      // it listens too, so that its packets come from its node's address also on loopback
      var bound = rig.address(rig.host(1)).getPort();
      var sender = "  sender%d: {protocol: osc, listen: %d, send: \"%s\", on: %s}\n";
      show.append(sender.formatted(i, bound, Rig.text(sink), list));
      servers.add(rig.address(rig.host(1)));
      var server = "  server%d: {protocol: tcp, listen: %d, on: %s}\n";
      show.append(server.formatted(i, servers.getLast().getPort(), list));
    }
    return show.append("routes:\n  ticks: {from: feed, to: [sender1, sender2, sender3]}\n")
        .toString();
  }

  /** Into every node, so that each has something to send through whatever it owns. */
  private void traffic() {
    try (var socket = new DatagramSocket()) {
      while (!ended) {
        var bytes = Osc.bytes("/tick", 1);
        for (var feed : feeds) {
          socket.send(new DatagramPacket(bytes, bytes.length, feed));
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    } catch (IOException e) {
      Bench.say("takeover: the traffic has ended: %s", e);
    }
  }

  private void trial(List<Node> nodes, Blow blow, Figures sent, Figures answered)
      throws IOException, InterruptedException {
    var number = random.nextInt(NODES);
    var victim = nodes.get(number);
    var sender = senders.get(number);
    var server = servers.get(number);
    rig.move("sender" + (number + 1), victim);
    rig.move("server" + (number + 1), victim);
    rig.awaitAll(nodes, 3 * NODES);
    var asked = System.nanoTime();
    rig.await("packets come from " + victim, () -> sender.last(victim.host()) > asked);
    rig.await(victim + "'s server answers", () -> answers(victim.host(), server.getPort()));

    var struck = System.nanoTime();
    strike(number, victim, blow);
    var probe = new Probe(nodes, victim, server.getPort());
    var probing = Thread.ofPlatform().name("probe").start(probe);
    // the traffic of the others reaches the victim for another moment
    rig.await(
        "another node sends for " + victim,
        PATIENCE,
        () -> sender.elsewhere(victim.host(), struck));
    var taken = System.nanoTime();
    var before = sender.count(victim.host());
    sent.add(Figures.millis(struck, taken));
    probing.join(PATIENCE);
    if (probe.answered == 0) {
      throw new IOException("no other node than " + victim + " answers on its port");
    }
    answered.add(Figures.millis(struck, probe.answered));

    restore(number, victim, blow);
    rig.awaitAll(nodes, 3 * NODES);
    var after = sender.count(victim.host()) - before;
    if (after > 0) {
      late = Math.max(late, after);
      Bench.say(
          "takeover: %s sent %d more, the last %.0f ms after another node did",
          victim, after, Figures.millis(taken, sender.last(victim.host())));
    }
  }

  private void strike(int number, Node victim, Blow blow) throws IOException, InterruptedException {
    switch (blow) {
      case KILL -> victim.kill();
      case FREEZE -> victim.freeze(true);
      case CUT -> {
        for (var other = 1; other <= NODES; other++) {
          if (other != number + 1) {
            rig.network().cut(number + 1, other);
          }
        }
      }
    }
  }

  private void restore(int number, Node victim, Blow blow)
      throws IOException, InterruptedException {
    switch (blow) {
      case KILL -> {
        victim.awaitEnd();
        victim.startAgain();
      }
      case FREEZE -> victim.freeze(false);
      case CUT -> {
        for (var other = 1; other <= NODES; other++) {
          if (other != number + 1) {
            rig.network().heal(number + 1, other);
          }
        }
      }
    }
  }

  /** Asks the other nodes until one of them answers. */
  private static final class Probe implements Runnable {
    private final List<String> hosts;
    private final int port;
    private volatile long answered;

    Probe(List<Node> nodes, Node victim, int port) {
      this.hosts = nodes.stream().filter(n -> n != victim).map(Node::host).toList();
      this.port = port;
    }

    @Override
    public void run() {
      var end = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < end) {
        for (var host : hosts) {
          if (answers(host, port)) {
            answered = System.nanoTime();
            return;
          }
        }
        LockSupport.parkNanos(TICK.toNanos());
      }
    }
  }

  private static boolean answers(String host, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), 1000);
      socket.setSoTimeout(2000);
      socket.getOutputStream().write("CMD:STATUS\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII)
          .equals("STATUS:");
    } catch (IOException refused) {
      return false;
    }
  }
}
