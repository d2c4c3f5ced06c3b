package io.cuewire.node;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own folder: its log, and the emergency stop over a restart. A node runs without it, so
 * it is looked at again and again, and the log goes there for as long as it can.
 */
final class DataFolder {
  private static final String LOG_FILE = "cuewire.log";

  /** As large as the smallest piece of a disk. */
  private static final byte[] PROBE = new byte[4096];

  private final Path folder;
  private Optional<AsyncAppender> log = Optional.empty();

  DataFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  /** Writes there, and logs there or no longer; returns why it cannot be used. */
  synchronized Optional<String> look() {
    try {
      write();
      if (log.isEmpty()) {
        log = Optional.of(logTo(folder.resolve(LOG_FILE).toString()));
      }
      return Optional.empty();
    } catch (IOException e) {
      log.ifPresent(DataFolder::end); // else it tries again at growing intervals, up to minutes
      log = Optional.empty();
      return Optional.of(
          "the data folder "
              + folder
              + " cannot be written ("
              + reason(e)
              + "): a restart of all nodes would forget an emergency stop, and the log goes to the"
              + " terminal alone");
    }
  }

  private void write() throws IOException {
    var probe = folder.resolve("probe");
    Files.createDirectories(folder);
    try {
      Files.write(probe, PROBE);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "not permitted";
      case FileAlreadyExistsException _ -> "it is no folder";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Through a queue: who logs does not wait for a disk. */
  private static AsyncAppender logTo(String file) throws IOException {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
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
    if (!appender.isStarted()) {
      throw new IOException(LOG_FILE + " cannot be opened");
    }
    var queue = new AsyncAppender();
    queue.setContext(context);
    queue.setNeverBlock(true);
    queue.addAppender(appender);
    queue.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
    return queue;
  }

  private static void end(AsyncAppender log) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(log);
    log.stop();
  }

  /** Writes what still waits to be logged. */
  synchronized void close() {
    log.ifPresent(DataFolder::end);
    log = Optional.empty();
  }
}
