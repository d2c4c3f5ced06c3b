package io.cuewire.websocket;

import java.time.Duration;
import java.util.concurrent.Executors;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Configurable;

/** What a server and a client set in Jetty alike. */
final class Jetty {
  private static final int MOST_THREADS = 4;

  private Jetty() {}

  /** Few threads: frames are read on virtual ones. */
  static QueuedThreadPool threads(String name) {
    var threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setName(name);
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + " ", 0).factory()));
    return threads;
  }

  /** Large frames come in pieces, which the connection puts together. */
  static void configure(Configurable jetty) {
    jetty.setIdleTimeout(Duration.ZERO); // pings find the dead
    jetty.setAutoFragment(true);
    jetty.setMaxFrameSize(WebSocketConnection.MAX_MESSAGE);
  }
}
