package io.cuewire.testing;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;

/**
 * Stands for the process, which is told of bugs that nobody has caught; from now to its closing.
 */
public final class UncaughtBugs implements AutoCloseable {
  private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  public UncaughtBugs() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, bug) -> seen.add(thread.getName() + ": " + bug.getMessage()));
  }

  /** Each as {@code THREAD: MESSAGE}. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  /** As {@link Eventually#eventually}, which would take such a bug for the test's. */
  public ConditionFactory eventually() {
    return Eventually.eventually().dontCatchUncaughtExceptions();
  }

  @Override
  public void close() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }
}
