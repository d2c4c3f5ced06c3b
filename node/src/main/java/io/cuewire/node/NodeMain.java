package io.cuewire.node;

import io.cuewire.show.Alive;
import io.cuewire.show.Show;
import io.cuewire.show.ShowNode;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code cuewire node}: runs one node until it is told to end. */
public final class NodeMain {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  /** Names the process whose end is this node's end too; the demo sets it for its nodes. */
  private static final String PARENT = "CUEWIRE_PARENT_PID";

  private NodeMain() {}

  /**
   * Runs a node in the foreground. SIGTERM and SIGINT leave the cluster and end the process with 0.
   *
   * @param data folder of the node's own files; default one per show and node in the user's state
   *     folder
   * @param alone carries listed endpoints whoever else is there
   * @return the exit code, once it could not begin
   */
  public static int run(Path file, String name, Optional<Path> data, boolean alone) {
    return switch (ShowReader.read(file)) {
      case ShowReading.Invalid(var problems) -> {
        problems.forEach(System.err::println);
        yield 2;
      }
      case ShowReading.Valid(var show) -> run(file, show, name, data, alone);
    };
  }

  private static int run(Path file, Show show, String name, Optional<Path> data, boolean alone) {
    var self = show.nodes().get(name);
    if (self == null) {
      var known = String.join(", ", show.nodes().keySet());
      System.err.println("cuewire: " + file + " has no node '" + name + "'; it has " + known);
      return 2;
    }
    var notYet = Alive.notYet(show);
    if (!notYet.isEmpty()) {
      System.err.println("cuewire: " + file + ": " + String.join("; ", notYet));
      return 2;
    }
    var state = new DataFolder(data.orElseGet(() -> stateFolder(show, name)));
    state.look();
    try {
      var folder = file.toAbsolutePath().getParent();
      begin(
          NodeProcess.start(show, fingerprint(file), folder, state, self, alone, NodeMain::end),
          show,
          self,
          state);
    } catch (IOException e) {
      System.err.println("cuewire: node " + name + ": " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private static void begin(NodeProcess node, Show show, ShowNode self, DataFolder data) {
    LOG.info(
        "{}: node of show {}, api http://{}:{}", self.name(), show.name(), self.host(), self.api());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, self.name(), data), "end"));
    Optional.ofNullable(System.getenv(PARENT)).ifPresent(NodeMain::endWith);
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void endWith(String parent) {
    ProcessHandle.of(Long.parseLong(parent))
        .map(ProcessHandle::onExit)
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .thenRun(() -> {
          if (ProcessHandle.current().isAlive()) {
            System.exit(0);
          }
          // out of file handles no process seems to live, not even this one
          CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> endWith(parent));
        });
  }

  /** As a signal does; whoever calls this does not wait for it. */
  private static void end() {
    Thread.ofPlatform().name("drained").start(() -> System.exit(0));
  }

  private static void end(NodeProcess node, String name, DataFolder data) {
    LOG.info("{}: leaving", name);
    node.close();
    LOG.info("{}: ended", name);
    data.close();
    Runtime.getRuntime().halt(0); // a signal that was obeyed is no failure
  }

  /** Equal for equal show files. */
  private static String fingerprint(Path file) throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path stateFolder(Show show, String name) {
    return StateHome.of(System.getenv()).resolve(show.name()).resolve(name);
  }
}
