package io.cuewire.transport;

import io.cuewire.message.Message;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Sends what waits in a queue, one message after the other, on a thread of its own. What was not
 * sent when that ends goes back to the front of the queue, for the next connection.
 */
public final class QueueSender implements AutoCloseable {
  private static final int MOST_AT_ONCE = 64;

  /** Where the messages go. */
  @FunctionalInterface
  public interface Way {
    /**
     * Sends one message and counts it; may block until it is interrupted.
     *
     * @throws IOException when the connection is lost; the message then goes over the next one
     */
    void send(Message message) throws IOException, InterruptedException;
  }

  private final OutboundQueue queue;
  private final Way way;
  private final Consumer<IOException> lost;
  private final Consumer<Throwable> crashed;
  private final IntConsumer dropped;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param thread virtual, unless sending blocks in native code
   * @param lost told once, when sending has failed
   * @param crashed told of a bug
   * @param dropped told how many messages a stop has overtaken
   */
  public QueueSender(
      Thread.Builder thread,
      OutboundQueue queue,
      Way way,
      Consumer<IOException> lost,
      Consumer<Throwable> crashed,
      IntConsumer dropped) {
    this.queue = queue;
    this.way = way;
    this.lost = lost;
    this.crashed = crashed;
    this.dropped = dropped;
    this.thread = thread.unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    var unsent = new ArrayDeque<Message>();
    try {
      while (!closed) {
        unsent.addAll(queue.take(MOST_AT_ONCE));
        while (!closed && !unsent.isEmpty() && !queue.isOvertaken()) {
          way.send(unsent.peek());
          unsent.remove();
        }
        if (!closed) {
          dropped.accept(unsent.size());
          unsent.clear();
        }
        queue.sent();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (!closed) {
        lost.accept(e);
      }
    } catch (RuntimeException | Error bug) {
      crashed.accept(bug);
    } finally {
      dropped.accept(queue.prepend(List.copyOf(unsent)));
    }
  }

  /** Ends the thread, without waiting for that. */
  public void stop() {
    closed = true;
    thread.interrupt();
  }

  /** Ends the thread, so that the next connection can take from the queue. */
  @Override
  public void close() {
    stop();
    Ending.await(thread);
  }
}
