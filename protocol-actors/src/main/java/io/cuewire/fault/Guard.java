package io.cuewire.fault;

/**
 * Work of a thread that must not end with a bug in it. The bug is reported where an uncaught one
 * would be, to the handler of the process, and the thread goes on.
 */
public final class Guard {
  private Guard() {}

  public static Runnable of(Runnable task) {
    return () -> run(task);
  }

  /** Runs it to its end, or to its bug. */
  public static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      report(bug);
    }
  }

  public static void report(Throwable bug) {
    var thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
  }
}
