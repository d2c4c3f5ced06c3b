package io.cuewire.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The processes and files of a run, all on loopback addresses; gone when the run ends. */
final class Rig {
  private static final Duration START = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN = Duration.ofMillis(10).toNanos();
  private static final int END_SECONDS = 6;

  private final Path program;
  private final Path folder;
  private final Optional<Network> network;
  private final List<Process> running = new ArrayList<>();
  private final Set<Integer> ports = new HashSet<>();
  private boolean ended;

  /** A condition that is not met while asking for it fails. */
  interface Condition {
    boolean met() throws IOException, InterruptedException;
  }

  Rig(Path distribution, Optional<Network> network) throws IOException {
    program = distribution.resolve("bin/cuewire");
    this.network = network;
    folder = Files.createTempDirectory("cuewire-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end"));
  }

  /** The network that this run can cut. */
  Network network() {
    return network.orElseThrow();
  }

  /** Where this program listens and nodes reach it. */
  String here() {
    return network.isPresent() ? Network.here() : "127.0.0.1";
  }

  String host(int node) {
    return network.isPresent() ? Network.host(node) : "127.0.0." + node;
  }

  /** With a port that is free for UDP and TCP, below those that the system gives to clients. */
  InetSocketAddress address(String host) throws IOException {
    var ip = InetAddress.getByName(host);
    while (true) {
      var port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (ports.add(port)) {
        if (network.isPresent() && !host.equals(here())) {
          return new InetSocketAddress(host, port); // a network where nothing else runs
        }
        try (var _ = new ServerSocket(port, 1, ip);
            var _ = new DatagramSocket(port, ip)) {
          return new InetSocketAddress(host, port);
        } catch (IOException taken) {
          continue;
        }
      }
    }
  }

  /**
   * Starts nodes of a show that passes faders from {@code in}, at the first node, to {@code outs},
   * at the last; waits until all see all of it working.
   */
  List<Process> nodes(int size, InetSocketAddress in, List<InetSocketAddress> outs)
      throws IOException, InterruptedException {
    var rest = new StringBuilder("endpoints:\n");
    rest.append("  in: {protocol: osc, listen: %d, on: n1}\n".formatted(in.getPort()));
    for (var out : outs) {
      var line = "  out%d: {protocol: osc, send: \"%s\", on: n%d}\n";
      rest.append(line.formatted(out.getPort(), text(out), size));
    }
    rest.append("routes:\n  faders: {from: in, match: \"/fader/*\", to: \"osc:*\"}\n");
    return nodes(size, rest.toString(), 1 + outs.size());
  }

  /**
   * Starts nodes and waits until all see all of it working.
   *
   * @param rest the show file below its nodes {@code n1}, {@code n2} …
   * @param endpoints how many it has
   */
  List<Process> nodes(int size, String rest, int endpoints)
      throws IOException, InterruptedException {
    return show(size, rest, endpoints).stream().map(Node::process).toList();
  }

  /** The same, as nodes that may be asked, killed and started again. */
  List<Node> show(int size, String rest, int endpoints) throws IOException, InterruptedException {
    var apis = new ArrayList<InetSocketAddress>();
    var show = new StringBuilder("show: bench\nnodes:\n");
    for (var i = 1; i <= size; i++) {
      var host = host(i);
      apis.add(address(host));
      var line = "  n%d: {host: %s, cluster: %d, link: %d, api: %d}\n";
      var cluster = address(host).getPort();
      show.append(
          line.formatted(i, host, cluster, address(host).getPort(), apis.getLast().getPort()));
    }
    show.append("security: {operator: %s}\n".formatted(Node.TOKEN)).append(rest);
    var file = Files.writeString(folder.resolve("show.yaml"), show).toString();
    var nodes = new ArrayList<Node>();
    for (var i = 1; i <= size; i++) {
      var data = folder.resolve("data-" + i).toString();
      var command = new ArrayList<>(network.isPresent() ? Network.on(i) : List.of());
      command.addAll(
          List.of(program + "", "node", "--show", file, "--name", "n" + i, "--data", data));
      nodes.add(new Node(this, "n" + i, apis.get(i - 1), command));
    }
    awaitAll(nodes, endpoints);
    return nodes;
  }

  /** Waits until each of these sees all of them up and all endpoints listening or connected. */
  void awaitAll(List<Node> nodes, int endpoints) throws IOException, InterruptedException {
    for (var node : nodes) {
      await(node + " sees the whole show at work", () -> node.sees(nodes.size(), endpoints));
    }
  }

  /** Moves a listed endpoint, and waits until that node says that it runs there. */
  void move(String endpoint, Node to) throws IOException, InterruptedException {
    var body = "{\"node\":\"%s\"}".formatted(to);
    await(
        endpoint + " runs on " + to,
        () ->
            to.runs(endpoint)
                || (to.call("POST", "/api/endpoints/" + endpoint + "/move", body).done()
                    && to.runs(endpoint)));
  }

  /**
   * @param what is waited for, as a sentence that is true then
   */
  void await(String what, Condition condition) throws IOException, InterruptedException {
    await(what, START, condition);
  }

  void await(String what, Duration time, Condition condition)
      throws IOException, InterruptedException {
    if (!comes(time, condition)) {
      throw new IOException(
          "after %d s it is still not so that %s".formatted(time.toSeconds(), what));
    }
  }

  /** Whether a condition is met within a time. */
  boolean comes(Duration time, Condition condition) throws IOException, InterruptedException {
    var deadline = System.nanoTime() + time.toNanos();
    while (!isMet(condition)) {
      var dead = died();
      if (dead.isPresent()) {
        throw new IOException("process %d has ended by itself".formatted(dead.get().pid()));
      }
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return true;
  }

  private static boolean isMet(Condition condition) throws InterruptedException {
    try {
      return condition.met();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The last of what the processes have said. */
  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** A file of this run. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Runs a command of the system to its end. */
  static void run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
  }

  /** Starts the baseline with the options of the node's JVM, but for its start-up cache. */
  Process raw(Process node, InetSocketAddress listen, List<InetSocketAddress> targets)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    for (var word : Files.readString(proc(node, "cmdline")).split("\0")) {
      if (word.equals("-jar")) {
        break;
      }
      if (!word.startsWith("-XX:AOTCache")) {
        command.add(word);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RawRelay.class.getName(), text(listen)));
    targets.forEach(target -> command.add(text(target)));
    var raw = start(command);
    var bound = ":%04X ".formatted(listen.getPort());
    comes(START, () -> Files.readString(Path.of("/proc/net/udp")).contains(bound));
    return raw;
  }

  synchronized Process start(List<String> command) throws IOException {
    if (ended) {
      throw new IOException("the run has ended");
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("CUEWIRE_PARENT_PID", "" + ProcessHandle.current().pid());
    running.add(builder.start());
    return running.getLast();
  }

  /** Resident memory of a process in MB (10^6 bytes). */
  static double resident(Process process) {
    try (var lines = Files.lines(proc(process, "status"))) {
      var line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a JVM collect its garbage, and tells what is left on its heap in MB (10^6 bytes). */
  static double liveHeap(Process process) throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var asking = new ProcessBuilder(jcmd, "" + process.pid(), "GC.class_histogram").start();
    try (var answer = asking.inputReader()) {
      var total = answer.lines().filter(l -> l.startsWith("Total")).findFirst();
      return Long.parseLong(total.orElseThrow().split("\\s+")[2]) / 1e6;
    }
  }

  static Path proc(Process process, String file) {
    return Path.of("/proc", "" + process.pid(), file);
  }

  static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /** One that should run and does not. */
  private synchronized Optional<Process> died() {
    return running.stream().filter(p -> !p.isAlive()).findFirst();
  }

  /** Of a process that is meant to end. */
  synchronized void ended(Process process) {
    running.remove(process);
  }

  /** Waits for the end, once that has begun. */
  synchronized boolean hasEnded() {
    return ended;
  }

  /** Ends what was started so far. */
  synchronized void endProcesses() {
    running.forEach(Process::destroy);
    for (var process : running) {
      try {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
        Files.deleteIfExists(Path.of("/tmp/.java_pid" + process.pid())); // jcmd's, after a kill
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        Bench.say("bench: %s", e);
      }
    }
    running.clear();
  }

  private synchronized void end() {
    ended = true;
    endProcesses();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      Bench.say("bench: %s", e);
    }
  }
}
