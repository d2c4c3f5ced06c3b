package io.cuewire.cluster;

import io.cuewire.link.LinkState;
import io.cuewire.show.Show;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Nodes of one show in this process, each with its cluster system; their links are calls. */
final class Ensemble implements AutoCloseable {

  /** One node. */
  static final class Player implements AutoCloseable {
    final Rig rig;
    final ClusterControl control;
    final ClusterLife life;

    Player(Show show, String name, Clock clock) {
      rig = new Rig(show, name, clock);
      control = new ClusterControl(rig.node, rig.board);
      life = new ClusterLife(rig.node, rig.board, control, other -> rig.links.get(other));
    }

    boolean isMember() {
      return rig.node.isMember();
    }

    @Override
    public void close() {
      rig.node.leave();
      life.close();
    }
  }

  private final Show show;
  private final Map<String, Player> players = new ConcurrentHashMap<>();
  private final ScheduledExecutorService links =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("links of the ensemble").factory());
  private boolean cut;

  Ensemble(Show show) {
    this.show = show;
    links.scheduleWithFixedDelay(this::ping, 0, 50, TimeUnit.MILLISECONDS);
  }

  /**
   * @param rest endpoints and routes
   */
  static Ensemble of(String rest, String... names) throws IOException {
    return new Ensemble(show(rest, names));
  }

  /** A show of nodes on free ports; one of the name {@code witness} is one. */
  static Show show(String rest, String... names) throws IOException {
    var text = new StringBuilder("show: ensemble\nnodes:\n");
    var ports = freePorts(3 * names.length);
    for (var name : names) {
      text.append(
          "  %s: {host: 127.0.0.1, cluster: %d, link: %d, api: %d, witness: %s}\n"
              .formatted(
                  name,
                  ports.removeLast(),
                  ports.removeLast(),
                  ports.removeLast(),
                  name.equals("witness")));
    }
    return Rig.show(text + rest);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      var ports = new ArrayList<Integer>();
      for (var i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
        ports.add(sockets.getLast().getLocalPort());
      }
      return ports;
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /** Starts a node; the others can call it from now on. */
  Player start(String name) {
    var player = new Player(show, name, Clock.systemUTC());
    show.nodes().keySet().forEach(n -> player.rig.links.put(n, LinkState.REFUSED));
    players.put(name, player);
    ping();
    player.life.start();
    return player;
  }

  /** The links no longer answer. */
  synchronized void cut() {
    cut = true;
  }

  synchronized void join() {
    cut = false;
  }

  /** Links know each other's state, and tell what the others say of themselves. */
  private synchronized void ping() {
    players.forEach((name, player) ->
        players.forEach((other, heard) -> {
          if (!name.equals(other)) {
            link(player, other, cut ? LinkState.UNREACHABLE : LinkState.CONNECTED);
            if (!cut) {
              player.life.heard(other, heard.life.presence());
            }
          }
        }));
  }

  private static void link(Player player, String other, LinkState state) {
    if (player.rig.links.put(other, state) != state) {
      player.life.tell(new NodeAgent.LinkChanged(other, state));
    }
  }

  /** A node ends as a process does that was told to: its links are refused from now on. */
  void end(String name) {
    var ended = players.get(name);
    ended.close();
    synchronized (this) {
      players.remove(name);
      players.values().forEach(p -> link(p, name, LinkState.REFUSED));
    }
  }

  @Override
  public void close() {
    links.shutdownNow();
    players.values().forEach(Player::close);
  }
}
