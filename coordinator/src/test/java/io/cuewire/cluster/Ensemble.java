package io.cuewire.cluster;

import static org.awaitility.Awaitility.await;

import io.cuewire.control.NodeStatus;
import io.cuewire.link.LinkState;
import io.cuewire.show.Show;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
      rig.operator = control;
      life =
          new ClusterLife(rig.node, rig.board, control, other -> rig.links.get(other), _ -> false);
      rig.others = entries -> life.tell(new NodeAgent.Written(entries));
      rig.progress =
          () -> {
            rig.board.stopProgressed();
            life.tell(new NodeAgent.EndpointChanged());
          };
    }

    boolean seesAllUp() {
      return control.status().nodes().stream().map(NodeStatus::state).allMatch("up"::equals);
    }

    boolean isMember() {
      return rig.node.membership().isMember();
    }

    @Override
    public void close() {
      life.close();
      rig.close();
    }
  }

  private final Show show;
  private final Map<String, Player> players = new ConcurrentHashMap<>();
  private final ScheduledExecutorService links =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("links of the ensemble").factory());
  private volatile boolean cut;

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
    player.rig.news = text -> tell(name, text);
    ping();
    player.life.start();
    return player;
  }

  /** Starts nodes one after the other, and waits until each sees all of the show up. */
  List<Player> startTogether(String... names) {
    var started = Stream.of(names).map(this::start).toList();
    for (var player : started) {
      await().atMost(Duration.ofSeconds(30)).until(player::seesAllUp);
    }
    return started;
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

  private void tell(String from, String news) {
    if (!cut) {
      players.forEach((name, player) -> {
        if (!name.equals(from)) {
          player.rig.node.heardNews(news);
        }
      });
    }
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
