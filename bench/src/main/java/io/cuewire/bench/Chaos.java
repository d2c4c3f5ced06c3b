package io.cuewire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.bench.Table.Goal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Random faults under traffic, scenes, route changes and stops, and what must hold in spite of
 * them. All that happens is drawn from the seed alone, never from what the nodes answer, so the
 * same seed repeats it.
 */
final class Chaos {
  private static final int NODES = 3;

  /** The feed on each node, a sender and a client of a desk for each list. */
  private static final int ENDPOINTS = 3 * NODES;

  private static final int ROUTES = 6;
  private static final int SCENES = 8;

  /** Faults and changes of one round; then all comes back and is compared. */
  private static final int ACTIONS = 12;

  /** Between two actions, in messages of the traffic, of which some 190 go out each second. */
  private static final int LONGEST_GAP = 280;

  private static final Duration SETTLING = Duration.ofSeconds(20);

  /** At rest, of which the least counts: what is being closed is no leak. */
  private static final int LOOKS = 5;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);
  private static final Goal NONE = new Goal("none", count -> count == 0);

  /** What is wrong with a node. */
  private enum Fault {
    KILLED,
    FROZEN,
    CUT
  }

  /** What would grow if it leaked. */
  private record Use(long threads, long files) {
    static Use of(Node node) throws IOException {
      return new Use(node.threads(), node.files());
    }

    Use least(Use other) {
      return new Use(Math.min(threads, other.threads), Math.min(files, other.files));
    }
  }

  /** A change that was acknowledged, and the nodes that surely have it. */
  private static final class Held {
    private final Object value;
    private final Set<Integer> holders;

    Held(Object value, Set<Integer> holders) {
      this.value = value;
      this.holders = new HashSet<>(holders);
    }
  }

  private final Rig rig;
  private final Duration time;
  private final Random random;
  private final Owners owners = new Owners();
  private final long begun = System.nanoTime();
  private final Map<Integer, Fault> faults = new TreeMap<>();
  private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

  /** By name; empty when nobody can know what became of it. True: it is there. */
  private final Map<String, Optional<Held>> routes = new LinkedHashMap<>();

  private Optional<Held> scene = Optional.empty();
  private boolean sceneUnknown;

  /** Raised and acknowledged, and not yet cleared. */
  private boolean stopped;

  private final List<Desk> desks = new ArrayList<>();
  private final List<InetSocketAddress> feeds = new ArrayList<>();
  private final AtomicLong ticks = new AtomicLong();
  private List<Node> nodes = List.of();
  private int lost;
  private int unequal;
  private int stopsLost;
  private int changes;
  private int rejoins;
  private int switches;
  private volatile boolean ended;

  Chaos(Rig rig, Duration time, long seed) {
    this.rig = rig;
    this.time = time;
    this.random = new Random(seed);
  }

  void run(Table table) throws IOException, InterruptedException {
    nodes = rig.show(NODES, show(), ENDPOINTS);
    var survivor = random.nextInt(NODES); // is frozen and cut off, but never killed
    var traffic = Thread.ofPlatform().name("traffic").start(this::traffic);
    try {
      round(survivor); // what a node needs once, it has then
      var before = atRest(nodes.get(survivor));
      var end = System.nanoTime() + time.toNanos();
      var rounds = 1;
      for (; System.nanoTime() < end; rounds++) {
        round(survivor);
      }
      var after = atRest(nodes.get(survivor));
      var more = after.threads() - before.threads();
      var open = after.files() - before.files();
      table.row("chaos: rounds", "" + rounds, Goal.NONE, 0);
      table.row("chaos: faults", "" + struck, Goal.NONE, 0);
      table.row("chaos: nodes that came back", "" + rejoins, Goal.NONE, 0);
      table.row("chaos: peers switched off and on", "" + switches, Goal.NONE, 0);
      table.row("chaos: changes acknowledged", "" + changes, Goal.NONE, 0);
      table.row("chaos: acknowledged routes and scenes lost", "" + lost, NONE, lost);
      table.row("chaos: stops lost, or back after a clear", "" + stopsLost, NONE, stopsLost);
      table.row("chaos: rounds after which nodes differ", "" + unequal, NONE, unequal);
      table.row(
          "chaos: longest time with two owners of an endpoint, ms",
          Table.number(owners.longest()),
          new Goal("≤ 3000", millis -> millis <= 3000),
          owners.longest());
      var few = new Goal("flat: < 12", count -> count < 12);
      table.row(
          "chaos: growth of threads of the node never killed", "%+d".formatted(more), few, more);
      table.row("chaos: growth of its open files", "%+d".formatted(open), few, open);
    } finally {
      ended = true;
      traffic.join();
    }
  }

  /** Each endpoint at its first node, or a node would use more where it owns more. */
  private Use atRest(Node node) throws IOException, InterruptedException {
    for (var number = 0; number < NODES; number++) {
      rig.move("sender" + (number + 1), nodes.get(number));
      rig.move("desk" + (number + 1), nodes.get(number));
    }
    rig.awaitAll(nodes, ENDPOINTS);
    var use = Use.of(node);
    for (var looks = 1; looks < LOOKS; looks++) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      use = use.least(Use.of(node));
    }
    return use;
  }

  private String show() throws IOException {
    var show = new StringBuilder("endpoints:\n");
    var feed = rig.address(rig.host(1)).getPort();
    show.append("  feed: {protocol: osc, listen: %d, on: all}\n".formatted(feed));
    var lists = List.of("[n1, n2, n3]", "[n2, n3, n1]", "[n3, n1, n2]");
    for (var i = 1; i <= NODES; i++) {
      feeds.add(new InetSocketAddress(rig.host(i), feed));
      var sender = i;
      var sink = rig.address(rig.here());
      var unused = new Sink(sink, (host, _, _, nanos) -> owners.heard(sender, host, nanos));
      var line = "  sender%d: {protocol: osc, send: \"%s\", on: %s}\n";
      show.append(line.formatted(i, Rig.text(sink), lists.get(i - 1)));
      var desk = rig.address(rig.here());
      desks.add(new Desk(desk));
      line = "  desk%d: {protocol: tcp, connect: \"%s\", on: %s}\n";
      show.append(line.formatted(i, Rig.text(desk), lists.get(i - 1)));
    }
    var all = "sender1, sender2, sender3, desk1, desk2, desk3";
    show.append("routes:\n  ticks: {from: feed, to: [%s]}\nscenes:\n".formatted(all));
    for (var i = 0; i < SCENES; i++) {
      var set = "  s%d:\n    - set: {operator: /project1/look, parameter: number, value: %1$d}\n";
      show.append(set.formatted(i));
    }
    return show.toString();
  }

  private void traffic() {
    try (var socket = new DatagramSocket()) {
      while (!ended) {
        var bytes = Osc.bytes("/tick", 1);
        for (var feed : feeds) {
          socket.send(new DatagramPacket(bytes, bytes.length, feed));
        }
        ticks.incrementAndGet();
        LockSupport.parkNanos(5_000_000);
      }
    } catch (IOException e) {
      Bench.say("chaos: the traffic has ended: %s", e);
    }
  }

  /** Ends as it has begun: all nodes up and equal, no stop. */
  private void round(int survivor) throws IOException, InterruptedException {
    for (var i = 0; i < ACTIONS; i++) {
      var action = random.nextInt(11);
      var number = random.nextInt(NODES);
      var detail = random.nextInt(1000);
      var next = ticks.get() + random.nextInt(LONGEST_GAP); // part of what is repeated
      if (!rig.comes(Duration.ofSeconds(30), () -> ticks.get() >= next)) {
        throw new IOException("chaos: the traffic has ended");
      }
      switch (action) {
        case 0, 1, 2 -> {
          var fault = Fault.values()[action];
          if (faults.isEmpty() || faults.size() < NODES - 1 && !faults.containsKey(number)) {
            strike(number, fault == Fault.KILLED && number == survivor ? Fault.CUT : fault);
          }
        }
        case 3, 4 -> {
          if (faults.containsKey(number)) {
            restore(number);
          }
        }
        case 5, 6 -> changeRoute(number, "r" + detail % ROUTES, detail % 3 > 0);
        case 7, 8 -> changeScene(number, detail % SCENES);
        case 9 -> switchDesk(number);
        default -> stop(number);
      }
    }
    for (var number : List.copyOf(faults.keySet())) {
      restore(number);
    }
    for (var number = 0; number < NODES; number++) {
      if (!desks.get(number).isOn()) {
        switchDesk(number);
      }
    }
    rig.awaitAll(nodes, ENDPOINTS);
    compare();
    clear();
  }

  private void say(String format, Object... args) {
    Bench.say("%8.3f %s", (System.nanoTime() - begun) / 1e9, format.formatted(args));
  }

  private void strike(int number, Fault fault) throws IOException, InterruptedException {
    var node = nodes.get(number);
    say("%s %s", node, fault);
    faults.put(number, fault);
    struck.merge(fault, 1, Integer::sum);
    switch (fault) {
      case KILLED -> {
        node.kill();
        routes.replaceAll((_, held) -> held.filter(h -> survives(h, number)));
        if (scene.isPresent() && !survives(scene.get(), number)) {
          sceneUnknown = true;
        }
      }
      case FROZEN -> node.freeze(true);
      case CUT -> {
        for (var other = 0; other < NODES; other++) {
          if (other != number && faults.get(other) != Fault.CUT) {
            rig.network().cut(number + 1, other + 1);
          }
        }
      }
    }
  }

  /** Whether one that surely has a change is left. */
  private static boolean survives(Held held, int killed) {
    held.holders.remove(killed);
    return !held.holders.isEmpty();
  }

  private void restore(int number) throws IOException, InterruptedException {
    var node = nodes.get(number);
    var fault = faults.remove(number);
    say("%s back from %s", node, fault);
    rejoins++;
    switch (fault) {
      case KILLED -> {
        node.awaitEnd();
        node.startAgain();
      }
      case FROZEN -> node.freeze(false);
      case CUT -> {
        for (var other = 0; other < NODES; other++) {
          if (other != number && faults.get(other) != Fault.CUT) {
            rig.network().heal(number + 1, other + 1);
          }
        }
      }
    }
  }

  private void switchDesk(int number) throws IOException {
    var desk = desks.get(number);
    if (desk.isOn()) {
      desk.switchOff();
      switches++;
    } else {
      desk.switchOn();
    }
    say("desk %d is %s", number + 1, desk.isOn() ? "on" : "off");
  }

  /** What a node answers to a change; empty when it says nothing. */
  private Optional<Node.Answer> ask(int number, String method, String path, String body)
      throws InterruptedException {
    try {
      var answer = nodes.get(number).call(method, path, body);
      say("%s %s %s: %d", nodes.get(number), method, path, answer.status());
      return Optional.of(answer);
    } catch (IOException e) {
      say("%s %s %s: %s", nodes.get(number), method, path, e);
      return Optional.empty();
    }
  }

  private boolean isAsked(int number) {
    var fault = faults.get(number);
    return fault != Fault.KILLED && fault != Fault.FROZEN;
  }

  private void changeRoute(int number, String name, boolean add) throws InterruptedException {
    if (!isAsked(number)) {
      return;
    }
    var body = add ? "{\"from\":\"feed\",\"match\":\"/never\",\"to\":\"sender1\"}" : "";
    var answer = ask(number, add ? "PUT" : "DELETE", "/api/routes/" + name, body);
    var status = answer.map(Node.Answer::status).orElse(0);
    if (status / 100 == 2) {
      changes++;
      routes.put(name, Optional.of(new Held(add, Set.of(number))));
    } else if (status != 404 && status != 409) {
      routes.put(name, Optional.empty());
    }
  }

  private void changeScene(int number, int name) throws InterruptedException {
    if (!isAsked(number)) {
      return;
    }
    var answer = ask(number, "POST", "/api/scenes/s" + name + "/go", "");
    if (answer.isPresent() && answer.get().done()) {
      changes++;
      scene = Optional.of(new Held(answer.get().body(), Set.of(number)));
      sceneUnknown = false;
    } else if (answer.isEmpty() || answer.get().status() != 409) {
      sceneUnknown = true;
    }
  }

  private void stop(int number) throws InterruptedException {
    if (isAsked(number)
        && ask(number, "POST", "/api/emergency-stop", "{\"reason\":\"chaos\"}")
            .filter(Node.Answer::done)
            .isPresent()) {
      changes++;
      stopped = true;
    }
  }

  private void clear() throws IOException, InterruptedException {
    rig.await(
        "a clear is acknowledged",
        () -> nodes.getFirst().call("DELETE", "/api/emergency-stop", "").done());
    stopped = false;
    if (!rig.comes(SETTLING, () -> latched(false))) {
      stopsLost++;
      say("BROKEN: a stop is latched after it was cleared");
    }
  }

  private boolean latched(boolean wanted) throws IOException, InterruptedException {
    for (var node : nodes) {
      if (node.status().path("emergency").path("latched").asBoolean() != wanted) {
        return false;
      }
    }
    return true;
  }

  private void compare() throws IOException, InterruptedException {
    if (!rig.comes(SETTLING, this::areEqual)) {
      unequal++;
      say("BROKEN: the nodes differ");
      for (var node : nodes) {
        say("  %s: %s", node, state(node));
      }
    }
    if (stopped && !latched(true)) {
      stopsLost++;
      say("BROKEN: an acknowledged stop is lost");
    }
    var names = new HashSet<String>();
    nodes.getFirst().get("/api/routes").forEach(r -> names.add(r.path("name").asText()));
    routes.forEach((name, held) -> {
      if (held.isPresent() && names.contains(name) != (Boolean) held.get().value) {
        lost++;
        say("BROKEN: route %s should %s be there", name, (Boolean) held.get().value ? "" : "not");
      }
    });
    var now = nodes.getFirst().status().path("scene");
    scene
        .map(h -> (JsonNode) h.value)
        .ifPresent(acknowledged -> {
          var sequence = acknowledged.path("sequence").asLong();
          var differs = !now.path("name").asText().equals(acknowledged.path("scene").asText());
          if (!sceneUnknown && (now.path("sequence").asLong() < sequence || differs)) {
            lost++;
            say("BROKEN: scene %s was acknowledged, and it is %s", acknowledged, now);
          }
        });
  }

  private boolean areEqual() throws IOException, InterruptedException {
    var first = state(nodes.getFirst());
    for (var node : nodes) {
      if (!state(node).equals(first)) {
        return false;
      }
    }
    return true;
  }

  /** What every node has to agree on. */
  private static String state(Node node) throws IOException, InterruptedException {
    var status = node.status();
    var routes = new TreeMap<String, String>();
    node.get("/api/routes").forEach(r -> routes.put(r.path("name").asText(), r.toString()));
    var parameters = new TreeMap<String, String>();
    node.get("/api/parameters")
        .forEach(p -> parameters.put(p.path("parameter").asText(), p.path("value").toString()));
    return "coordinator %s, scene %s, stop %s, routes %s, parameters %s"
        .formatted(
            status.path("coordinator").asText(),
            status.path("scene").path("name") + " " + status.path("scene").path("sequence"),
            status.path("emergency").path("latched"),
            routes,
            parameters);
  }
}
