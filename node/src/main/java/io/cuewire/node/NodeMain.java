package io.cuewire.node;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
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
    logTo(data.orElseGet(() -> stateFolder(show, name)));
    try {
      var folder = file.toAbsolutePath().getParent();
      begin(NodeProcess.start(show, fingerprint(file), folder, self, alone), show, self);
    } catch (IOException e) {
      System.err.println("cuewire: node " + name + ": " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private static void begin(NodeProcess node, Show show, ShowNode self) {
    LOG.info(
        "{}: node of show {}, api http://{}:{}", self.name(), show.name(), self.host(), self.api());
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, self.name()), "end"));
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
        .thenRun(() -> System.exit(0));
  }

  private static void end(NodeProcess node, String name) {
    LOG.info("{}: leaving", name);
    node.close();
    LOG.info("{}: ended", name);
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
    var state =
        Optional.ofNullable(System.getenv("XDG_STATE_HOME"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"));
    return state.resolve("cuewire").resolve(show.name()).resolve(name);
  }

  /** Logs to a file of the data folder too; a node without one goes on, and says so. */
  private static void logTo(Path data) {
    try {
      Files.createDirectories(data);
      if (!Files.isWritable(data)) {
        throw new IOException("not writable");
      }
    } catch (IOException e) {
      LOG.warn(
          "data folder {} cannot be used ({}): logging to the terminal alone",
          data,
          e.getMessage());
      return;
    }
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var file = data.resolve("cuewire.log").toString();
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file);
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %msg%n");
    encoder.start();
    appender.setEncoder(encoder);
    var rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMaxIndex(3);
    rolling.start();
    appender.setRollingPolicy(rolling);
    var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    trigger.setContext(context);
    trigger.setMaxFileSize(FileSize.valueOf("10MB"));
    trigger.start();
    appender.setTriggeringPolicy(trigger);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }
}
