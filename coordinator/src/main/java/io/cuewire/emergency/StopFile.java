package io.cuewire.emergency;

import io.cuewire.ledger.Entry;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the stops over a restart, in {@code emergency-stop.json} of the node's data folder. */
public final class StopFile {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.emergency");

  private final Path file;
  private final Executor writing;
  private final Supplier<List<Entry>> entries;
  private volatile Optional<String> trouble = Optional.empty();
  private volatile boolean unwritten;

  /**
   * @param writing may block
   * @param entries all that is to be kept
   */
  public StopFile(Path folder, Executor writing, Supplier<List<Entry>> entries) {
    this.file = folder.resolve("emergency-stop.json");
    this.writing = writing;
    this.entries = entries;
  }

  /** What was kept. A file that cannot be read keeps nobody from starting, and is reported. */
  public List<Entry> read() {
    try {
      return StopText.read(Files.readString(file));
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException | IllegalArgumentException e) {
      report("cannot be read (" + e.getMessage() + "): a stop of before is not known here");
      return List.of();
    }
  }

  /** There is something to write, at the next {@link #keepUp}. */
  public void changed() {
    unwritten = true;
  }

  /**
   * Writes what has changed, or could not be written before, soon and without holding anybody up.
   */
  public void keepUp() {
    if (unwritten) {
      writing.execute(this::write);
    }
  }

  private synchronized void write() {
    unwritten = false; // what changes from now on is written once more
    var next = file.resolveSibling("emergency-stop.json.next");
    try {
      Files.createDirectories(file.getParent());
      try (var out = new FileOutputStream(next.toFile())) {
        out.write(StopText.write(entries.get()).getBytes(StandardCharsets.UTF_8));
        out.getFD().sync();
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      trouble = Optional.empty();
    } catch (IOException e) {
      unwritten = true;
      report("cannot be written (" + e.getMessage() + "): a restart of all nodes would forget it");
    }
  }

  private void report(String what) {
    var text = Optional.of("the emergency stop's file " + file + " " + what);
    if (!text.equals(trouble)) {
      LOG.error("{}", text.get());
    }
    trouble = text;
  }

  /** What is wrong with it, for the status. */
  public Optional<String> trouble() {
    return trouble;
  }
}
