package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** One fader that moves 2,000 times a second, and the outputs of its parameter on three nodes. */
final class Faders {
  private static final int NODES = 3;
  private static final int RATE = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final float LAST = 0.7734375f; // exact in every format on its way

  /** What one output said: how often in each second, and the value that came last. */
  private static final class Output {
    private final ConcurrentHashMap<Long, Integer> updates = new ConcurrentHashMap<>();
    private final AtomicReference<Object> last = new AtomicReference<>("nothing");

    void heard(byte[] packet, int length, long second) {
      updates.merge(second, 1, Integer::sum);
      last.set(Osc.of(packet, length).args().getFirst());
    }

    /** Without the first second and the last: they are not whole. */
    List<Integer> perSecond(long first, int seconds) {
      return LongStream.range(first + 1, first + seconds)
          .mapToObj(second -> updates.getOrDefault(second, 0))
          .toList();
    }
  }

  /** What a node uses, after a full collection. */
  private record Use(double resident, double heap, long threads) {
    static Use of(Node node) throws IOException {
      var heap = Rig.liveHeap(node.process());
      return new Use(Rig.resident(node.process()), heap, node.threads());
    }
  }

  private final Rig rig;
  private final int seconds;

  Faders(Rig rig, int seconds) {
    this.rig = rig;
    this.seconds = Math.max(seconds, 6);
  }

  void run(Table table) throws IOException, InterruptedException {
    var in = rig.address(rig.host(1));
    var start = System.nanoTime();
    var outputs = new ArrayList<Output>();
    var sinks = new ArrayList<Sink>();
    var show = new StringBuilder("endpoints:\n");
    show.append("  in: {protocol: osc, listen: %d, on: n1}\n".formatted(in.getPort()));
    for (var i = 1; i <= NODES; i++) {
      var out = rig.address(rig.here());
      var output = new Output();
      outputs.add(output);
      sinks.add(
          new Sink(
              out,
              (_, packet, length, nanos) ->
                  output.heard(packet, length, (nanos - start) / 1_000_000_000)));
      var line = "  out%d: {protocol: osc, send: \"%s\", on: n%1$d}\n";
      show.append(line.formatted(i, Rig.text(out)));
    }
    show.append("parameters: {to: [out1, out2, out3]}\n");
    show.append("mappings:\n  /fader: {operator: /project1/geo1, parameter: sx}\n");
    try (var socket = new DatagramSocket()) {
      var nodes = rig.show(NODES, show.toString(), 1 + NODES);
      socket.connect(in);
      move(socket, 3); // the JVMs compile first
      rig.await("every output has the value of the warm-up", () -> haveLast(outputs));
      var before = uses(nodes);
      outputs.forEach(o -> o.last.set("nothing"));
      var cpu = nodes.stream().map(Node::cpu).toList();
      var begun = System.nanoTime();
      var first = (begun - start) / 1_000_000_000;
      move(socket, seconds);
      var took = System.nanoTime() - begun;
      var wrong = rig.comes(PATIENCE, () -> haveLast(outputs)) ? 0 : missing(outputs);
      var rates =
          outputs.stream()
              .flatMap(o -> o.perSecond(first, seconds).stream())
              .mapToInt(i -> i)
              .sorted()
              .toArray();
      table.row(
          "faders: updates a second at an output, of %,d, fewest".formatted(RATE),
          "" + rates[0],
          new Goal("≥ 50", rate -> rate >= 50),
          rates[0]);
      table.row("faders: the same, median", "" + rates[rates.length / 2], Goal.NONE, 0);
      var most = rates[rates.length - 1];
      table.row("faders: the same, most", "" + most, new Goal("≤ 120", r -> r <= 120), most);
      table.row(
          "faders: outputs without the last value",
          "" + wrong,
          new Goal("none", count -> count == 0),
          wrong);
      for (var i = 0; i < NODES; i++) {
        var node = nodes.get(i);
        var cores = (double) node.cpu().minus(cpu.get(i)).toNanos() / took;
        table.row(
            "faders: cores that %s uses".formatted(node),
            "%.2f".formatted(cores),
            new Goal("< 1", c -> c < 1),
            cores);
      }
      var after = uses(nodes);
      for (var i = 0; i < NODES; i++) {
        var name = nodes.get(i).name();
        var heap = after.get(i).heap() - before.get(i).heap();
        var threads = after.get(i).threads() - before.get(i).threads();
        table.row(
            "faders: growth of %s's live heap, MB".formatted(name),
            "%+.2f".formatted(heap),
            new Goal("flat: < 4", megabytes -> megabytes < 4),
            heap);
        table.row(
            "faders: growth of %s's threads".formatted(name),
            "%+d".formatted(threads),
            new Goal("flat: < 8", count -> count < 8),
            threads);
        table.row(
            "faders: resident, %s, MB".formatted(name),
            Table.number(after.get(i).resident()),
            Bench.SMALL,
            after.get(i).resident());
      }
    } finally {
      sinks.forEach(Sink::close);
    }
  }

  private static List<Use> uses(List<Node> nodes) throws IOException {
    var uses = new ArrayList<Use>();
    for (var node : nodes) {
      uses.add(Use.of(node));
    }
    return uses;
  }

  /** Moves up and down, and ends at the last value. */
  private static void move(DatagramSocket socket, int seconds) throws IOException {
    var start = System.nanoTime();
    var moves = seconds * RATE;
    for (var i = 1; i <= moves; i++) {
      var due = start + i * 1_000_000_000L / RATE;
      for (var ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
        LockSupport.parkNanos(ahead);
      }
      var value = i == moves ? LAST : Math.abs(i % 1000 - 500) / 500f;
      var bytes = Osc.bytes("/fader", value);
      socket.send(new DatagramPacket(bytes, bytes.length));
    }
  }

  private static boolean haveLast(List<Output> outputs) {
    return missing(outputs) == 0;
  }

  private static int missing(List<Output> outputs) {
    return (int)
        outputs.stream()
            .filter(o -> !(o.last.get() instanceof Number n && n.floatValue() == LAST))
            .count();
  }
}
