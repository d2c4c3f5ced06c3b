package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import io.cuewire.bench.Traffic.Pace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Emergency stops under traffic: from the trigger until the last of 60 devices has heard it. In
 * some of them the coordinator's process is killed at the same time.
 */
final class Stops {
  private static final int NODES = 3;
  private static final int RATE = 5_000;
  private static final int REPEATS = 3; // of datagrams

  /**
   * By then datagrams have been sent again; until then this program does not look, which would take
   * the processor from what it measures.
   */
  private static final Duration REPEATED = Duration.ofMillis(50);

  /** Stops that are counted apart: a node still compiles itself. */
  private static final int YOUNG = 300;

  /** Of traffic alone: a show is hours old. */
  private static final Duration WARM_UP = Duration.ofSeconds(60);

  /** A stop comes at any moment, not just when the one before was cleared. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(600);

  /** What was killed is no longer busy with its start when the next is killed. */
  private static final Duration AFTER_KILL = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Goal NONE = new Goal("none", count -> count == 0);

  /** What has come since the trigger. */
  private static final class Trial {
    private final Map<String, Long> first = new ConcurrentHashMap<>();
    private final Map<String, Integer> copies = new ConcurrentHashMap<>();

    void heard(String endpoint, long nanos) {
      first.putIfAbsent(endpoint, nanos);
      copies.merge(endpoint, 1, Integer::sum);
    }

    long last() {
      return first.values().stream().mapToLong(nanos -> nanos).max().orElseThrow();
    }
  }

  private final Rig rig;
  private final int trials;
  private final Random random;
  private final List<InetSocketAddress> ins = new ArrayList<>();
  private final Set<String> endpoints = new TreeSet<>();
  private final Figures young = new Figures();
  private final Figures plain = new Figures();
  private final Map<String, Figures> byKind = new TreeMap<>();
  private final Figures killing = new Figures();
  private final Figures confirmed = new Figures();
  private volatile Trial trial = new Trial();
  private volatile boolean ended;
  private int missing;
  private int unconfirmed;

  Stops(Rig rig, int trials, long seed) {
    this.rig = rig;
    this.trials = trials;
    this.random = new Random(seed);
  }

  void run(Table table) throws IOException, InterruptedException {
    var devices = new Devices(rig, (endpoint, nanos) -> trial.heard(endpoint, nanos));
    var nodes = rig.show(NODES, show(devices), NODES + NODES * Devices.OF_A_NODE);
    awaitReady(nodes, devices);
    var traffic = Thread.ofPlatform().name("traffic").start(this::traffic);
    try {
      pause(WARM_UP);
      for (var i = 0; i < YOUNG; i++) {
        stop(nodes, devices, young);
      }
      confirmed.clear();
      byKind.clear();
      for (var i = 0; i < trials; i++) {
        stop(nodes, devices, plain);
      }
      plain.rows(
          table,
          "stop: from the trigger to the last of %d endpoints".formatted(endpoints.size()),
          new Goal("< 5", millis -> millis < 5),
          new Goal("< 20", millis -> millis < 20),
          Goal.NONE);
      young.rows(
          table,
          "stop: the same of nodes a minute old, from their first stop on",
          Goal.NONE,
          Goal.NONE,
          Goal.NONE);
      byKind.forEach((kind, millis) ->
          table.row(
              "stop: until an endpoint of " + kind + " has it, median and 99th percentile, ms",
              "%.2f, %.2f".formatted(millis.median(), millis.at(0.99)),
              Goal.NONE,
              0));
      confirmed.rows(table, "stop: until all is confirmed", Goal.NONE, Goal.NONE, Goal.NONE);
      for (var i = 0; i < Math.max(1, trials / 20); i++) {
        pause(AFTER_KILL);
        stopWhileKilling(nodes, devices);
      }
    } finally {
      ended = true;
      traffic.join();
    }
    killing.rows(
        table,
        "stop, the coordinator killed meanwhile: last endpoint of the others",
        Goal.NONE,
        Goal.NONE,
        new Goal("< 50", millis -> millis < 50));
    table.row("stop: endpoints that did not hear of one", "" + missing, NONE, missing);
    table.row("stop: endpoints that did not confirm one", "" + unconfirmed, NONE, unconfirmed);
  }

  private String show(Devices devices) throws IOException, InterruptedException {
    var routes = new StringBuilder("routes:\n");
    var listeners = new StringBuilder("endpoints:\n");
    for (var node = 1; node <= NODES; node++) {
      ins.add(rig.address(rig.host(node)));
      var in = "  in%d: {protocol: osc, listen: %d, on: n%1$d}\n";
      listeners.append(in.formatted(node, ins.getLast().getPort()));
      devices.start(node);
      for (var i = 0; i < Devices.OF_A_NODE; i++) {
        var name = "n%d-%d".formatted(node, i);
        endpoints.add(name);
        var route = "  r%s: {from: in%d, match: /bg/%d, to: %s}\n";
        routes.append(route.formatted(name, node, i, name));
      }
    }
    return listeners + devices.endpoints() + routes;
  }

  private void awaitReady(List<Node> nodes, Devices devices)
      throws IOException, InterruptedException {
    rig.awaitAll(nodes, NODES + NODES * Devices.OF_A_NODE);
    rig.await("every client is connected to its server", () -> devices.away().isEmpty());
  }

  /** In turns for each endpoint, on its own node, until the run ends. */
  private void traffic() {
    var messages = new ArrayList<DatagramPacket>();
    for (var i = 0; i < Devices.OF_A_NODE; i++) {
      for (var in : ins) {
        var bytes = Osc.bytes("/bg/" + i, i);
        messages.add(new DatagramPacket(bytes, bytes.length, in));
      }
    }
    var start = System.nanoTime();
    try (var socket = new DatagramSocket()) {
      for (var i = 0; !ended; i++) {
        var due = start + i * 1_000_000_000L / RATE;
        Traffic.waitFor(due, Pace.BURSTS);
        socket.send(messages.get(i % messages.size()));
      }
    } catch (IOException e) {
      Bench.say("stop: the traffic has ended: %s", e);
    }
  }

  private static void pause(Duration time) {
    Traffic.waitFor(System.nanoTime() + time.toNanos(), Pace.BURSTS);
  }

  /** By HTTP or by OSC. */
  private Trigger trigger(int at, Node node) throws IOException {
    return random.nextBoolean() ? Trigger.http(node) : Trigger.osc(ins.get(at));
  }

  private void stop(List<Node> nodes, Devices devices, Figures figures)
      throws IOException, InterruptedException {
    var now = new Trial();
    var at = random.nextInt(nodes.size());
    var node = nodes.get(at);
    long triggered;
    try (var trigger = trigger(at, node)) {
      pause(Duration.ofNanos(random.nextLong(SHORTEST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos())));
      trial = now;
      triggered = System.nanoTime();
      trigger.pull();
    }
    pause(REPEATED);
    awaitHeard(now, devices, endpoints);
    figures.add(Figures.millis(triggered, now.last()));
    now.first.forEach((endpoint, nanos) ->
        byKind
            .computeIfAbsent(Devices.kind(endpoint), _ -> new Figures())
            .add(Figures.millis(triggered, nanos)));
    awaitConfirmed(node);
    clear(nodes);
  }

  /**
   * Until all have heard it, as often as they should; a repetition must not count as the next stop.
   */
  private void awaitHeard(Trial now, Devices devices, Set<String> expected)
      throws IOException, InterruptedException {
    var complete =
        rig.comes(
            PATIENCE,
            () ->
                expected.stream()
                    .allMatch(e ->
                        now.copies.getOrDefault(e, 0) >= (devices.isDatagram(e) ? REPEATS : 1)));
    if (!complete) {
      var silent = new TreeSet<>(expected);
      silent.removeAll(now.first.keySet());
      missing += silent.size();
      Bench.say("stop: not heard by %s, once or more by %s", silent, now.copies);
    }
  }

  private void awaitConfirmed(Node node) throws IOException, InterruptedException {
    if (!rig.comes(PATIENCE, () -> confirmations(node, "confirmed") == endpoints.size())) {
      unconfirmed += endpoints.size() - confirmations(node, "confirmed");
      Bench.say("stop: %s", node.status().path("emergency"));
    }
    node.status()
        .path("emergency")
        .path("confirmations")
        .valueStream()
        .mapToDouble(c -> c.path("ms").asDouble())
        .max()
        .ifPresent(confirmed::add);
  }

  private static int confirmations(Node node, String state)
      throws IOException, InterruptedException {
    var all = node.status().path("emergency").path("confirmations");
    return (int) all.valueStream().filter(c -> c.path("state").asText().equals(state)).count();
  }

  private void clear(List<Node> nodes) throws IOException, InterruptedException {
    var answer = nodes.get(random.nextInt(nodes.size())).call("DELETE", "/api/emergency-stop", "");
    if (!answer.done()) {
      throw new IOException("a stop is not cleared: " + answer);
    }
    for (var node : nodes) {
      rig.await(
          "no stop is latched on " + node,
          () -> !node.status().path("emergency").path("latched").asBoolean(true));
    }
  }

  private void stopWhileKilling(List<Node> nodes, Devices devices)
      throws IOException, InterruptedException {
    var name = nodes.getFirst().status().path("coordinator").asText();
    var victim = nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
    var others = nodes.stream().filter(n -> n != victim).toList();
    var now = new Trial();
    trial = now;
    var at = others.get(random.nextInt(others.size()));
    var trigger = trigger(nodes.indexOf(at), at);
    var triggered = System.nanoTime();
    var triggering =
        Thread.ofPlatform()
            .name("trigger")
            .start(() -> {
              try (trigger) {
                trigger.pull();
              } catch (IOException e) {
                Bench.say("stop: %s", e);
              }
            });
    victim.kill();
    pause(REPEATED);
    var expected = new TreeSet<>(endpoints);
    expected.removeIf(e -> e.startsWith(victim.name() + "-"));
    awaitHeard(now, devices, expected);
    var last = expected.stream().mapToLong(e -> now.first.getOrDefault(e, 0L)).max().orElseThrow();
    killing.add(Figures.millis(triggered, last));
    triggering.join();
    victim.awaitEnd();
    victim.startAgain();
    awaitReady(nodes, devices);
    rig.await(
        victim + " has heard of the stop",
        () -> victim.status().path("emergency").path("latched").asBoolean());
    awaitHeard(now, devices, endpoints); // also those that have only now come back
    clear(nodes);
  }
}
