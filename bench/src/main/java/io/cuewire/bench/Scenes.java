package io.cuewire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.bench.Table.Goal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Scene changes from random nodes, a quarter of them two at the same time. Each scene sends one
 * message from every node to a sink of this program, and sets parameters.
 */
final class Scenes {
  private static final int NODES = 3;
  private static final int PARAMETERS = 5;
  private static final int SCENES = 12;
  private static final int PAIRED = 4; // each fourth change has another at the same time
  private static final int WARM_UP = 300; // a show is hours old; a young JVM compiles itself
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Goal NONE = new Goal("none", count -> count == 0);

  /** What a caller was told, or why it was not. */
  private record Fired(int scene, long sequence, boolean success, JsonNode answer) {}

  private final Rig rig;
  private final int changes;
  private final Random random;
  private final Figures spread = new Figures();
  private final Figures answers = new Figures();

  /** The instants at which a scene's messages came, by node. */
  private final Map<Integer, Map<Integer, Long>> arrivals = new ConcurrentHashMap<>();

  private final Set<Long> sequences = new HashSet<>();
  private int scene;
  private int repeated;
  private int overtaken;
  private int failed;
  private int unequal;

  Scenes(Rig rig, int changes, long seed) {
    this.rig = rig;
    this.changes = changes;
    this.random = new Random(seed);
  }

  void run(Table table) throws IOException, InterruptedException {
    var out = rig.address(rig.here());
    try (var _ = new Sink(out, (_, packet, length, nanos) -> heard(packet, length, nanos))) {
      var nodes = rig.show(NODES, show(Rig.text(out)), NODES);
      for (var i = 0; i < WARM_UP; i++) {
        change(nodes, 1);
      }
      spread.clear();
      answers.clear();
      for (var i = 0; i < changes; i++) {
        change(nodes, i % PAIRED == PAIRED - 1 ? 2 : 1);
      }
    }
    spread.rows(
        table,
        "scenes: from the first to the last node's message",
        Goal.NONE,
        new Goal("< 5", millis -> millis < 5),
        Goal.NONE);
    answers.rows(table, "scenes: until the answer", Goal.NONE, Goal.NONE, Goal.NONE);
    table.row(
        "scenes: overtaken by the other of a pair and not fired", "" + overtaken, Goal.NONE, 0);
    table.row("scenes: otherwise not fired on every node", "" + failed, NONE, failed);
    table.row("scenes: sequence numbers used twice", "" + repeated, NONE, repeated);
    table.row(
        "scenes: changes after which nodes differ in scene or parameters",
        "" + unequal,
        NONE,
        unequal);
  }

  private static String show(String out) {
    var show = new StringBuilder("endpoints:\n");
    for (var node = 1; node <= NODES; node++) {
      show.append("  out%d: {protocol: osc, send: \"%s\", on: n%1$d}\n".formatted(node, out));
    }
    show.append("scenes:\n");
    for (var scene = 0; scene < SCENES; scene++) {
      show.append("  s%d:\n".formatted(scene));
      for (var i = 0; i < PARAMETERS; i++) {
        var set = "    - set: {operator: /project1/look, parameter: p%d, value: %d}\n";
        show.append(set.formatted(i, value(scene, i)));
      }
      for (var node = 1; node <= NODES; node++) {
        var send = "    - send: {to: out%d, address: /fired, args: [%d, %1$d]}\n";
        show.append(send.formatted(node, scene));
      }
    }
    return show.toString();
  }

  private static int value(int scene, int parameter) {
    return scene * 100 + parameter;
  }

  private void heard(byte[] packet, int length, long nanos) {
    var args = Osc.of(packet, length).args();
    arrivals
        .computeIfAbsent((Integer) args.get(0), _ -> new ConcurrentHashMap<>())
        .putIfAbsent((Integer) args.get(1), nanos);
  }

  /** Fires so many scenes at the same time, each at a node of its own choice. */
  private void change(List<Node> nodes, int together) throws IOException, InterruptedException {
    arrivals.clear();
    var firing = new ArrayList<FutureTask<Fired>>();
    for (var i = 0; i < together; i++) {
      scene = (scene + 1) % SCENES; // its last messages came long ago
      var name = scene;
      var node = nodes.get(random.nextInt(nodes.size()));
      var task = new FutureTask<>(() -> fire(node, name));
      firing.add(task);
      Thread.startVirtualThread(task);
    }
    var fired = new ArrayList<Fired>();
    for (var task : firing) {
      try {
        fired.add(task.get());
      } catch (ExecutionException e) {
        throw new IOException("a scene change: " + e.getCause(), e);
      }
    }
    fired.sort(Comparator.comparingLong(Fired::sequence));
    var last = fired.getLast();
    for (var one : fired) {
      if (one.success()) {
        repeated += sequences.add(one.sequence()) ? 0 : 1;
        measure(one);
      } else if (one != last) {
        overtaken++;
      } else {
        failed++;
        Bench.say("scenes: %s", one.answer());
      }
    }
    if (!rig.comes(PATIENCE, () -> isEverywhere(nodes, last))) {
      unequal++;
      Bench.say("scenes: after s%d, number %d:", last.scene(), last.sequence());
      for (var node : nodes) {
        Bench.say("  %s: %s %s", node, node.status().path("scene"), parameters(node));
      }
    }
  }

  private Fired fire(Node node, int scene) throws IOException, InterruptedException {
    var begun = System.nanoTime();
    var answer = node.call("POST", "/api/scenes/s" + scene + "/go", "");
    answers.add(Figures.millis(begun, System.nanoTime()));
    var body = answer.body();
    var success = answer.done() && body.path("success").asBoolean();
    return new Fired(scene, body.path("sequence").asLong(), success, body);
  }

  private void measure(Fired fired) throws IOException, InterruptedException {
    var came = arrivals.computeIfAbsent(fired.scene(), _ -> new ConcurrentHashMap<>());
    if (rig.comes(PATIENCE, () -> came.size() == NODES)) {
      var times = came.values().stream().mapToLong(nanos -> nanos).summaryStatistics();
      spread.add(Figures.millis(times.getMin(), times.getMax()));
    } else {
      failed++;
      Bench.say("scenes: s%d was fired, and came from %s only", fired.scene(), came.keySet());
    }
  }

  private static boolean isEverywhere(List<Node> nodes, Fired last)
      throws IOException, InterruptedException {
    var expected = new TreeMap<String, Integer>();
    for (var i = 0; i < PARAMETERS; i++) {
      expected.put("p" + i, value(last.scene(), i));
    }
    for (var node : nodes) {
      var scene = node.status().path("scene");
      if (!scene.path("name").asText().equals("s" + last.scene())
          || scene.path("sequence").asLong() != last.sequence()
          || !parameters(node).equals(expected)) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Integer> parameters(Node node)
      throws IOException, InterruptedException {
    var values = new TreeMap<String, Integer>();
    for (var parameter : node.get("/api/parameters")) {
      values.put(parameter.path("parameter").asText(), parameter.path("value").asInt());
    }
    return values;
  }
}
