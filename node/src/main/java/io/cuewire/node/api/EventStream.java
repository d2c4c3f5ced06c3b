package io.cuewire.node.api;

import io.cuewire.control.Event;
import io.cuewire.control.NodeControl;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the live stream. Events wait in a bounded queue for a thread of its own, one frame
 * at a time; a client that reads too slowly misses messages, and the {@code dropped} of its {@code
 * status} events counts them. Public because Jetty calls it by public method handles.
 */
public final class EventStream implements Session.Listener.AutoDemanding {
  private static final Logger log = LoggerFactory.getLogger(EventStream.class);

  static final int QUEUE = 1024;

  /** Places that messages leave to what is rarer and matters more. */
  private static final int RESERVED = 128;

  private final NodeControl control;
  private final Predicate<Event> wanted;
  private final Duration ping;
  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean answered = true;
  private volatile Thread sender = Thread.ofVirtual().unstarted(() -> {});

  /**
   * @param ping how often the connection is tried; a client that leaves two unanswered is gone
   */
  EventStream(NodeControl control, Predicate<Event> wanted, Duration ping) {
    this.control = control;
    this.wanted = wanted;
    this.ping = ping;
  }

  @Override
  public void onWebSocketOpen(Session session) {
    sender = Thread.ofVirtual().name("events").start(() -> run(session));
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    sender.interrupt();
    callback.succeed();
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    answered = true;
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    log.debug("api: an event stream ended: {}", cause.toString());
  }

  private void run(Session session) {
    try (var _ = control.subscribe(this::offer)) {
      send(session);
      session.disconnect();
    } catch (InterruptedException e) {
      log.debug("api: an event stream was closed");
    } catch (CompletionException e) {
      log.debug("api: an event stream ended: {}", e.toString());
      session.disconnect();
    } catch (Exception e) {
      log.error("api: an event stream ended by a mistake", e);
      session.disconnect();
    }
  }

  private void offer(Event event) {
    if (wanted.test(event)) {
      var frequent = event instanceof Event.MessageEvent || event instanceof Event.ParameterEvent;
      var full = frequent && waiting.remainingCapacity() <= RESERVED;
      if (full || !waiting.offer(event)) {
        dropped.incrementAndGet();
      }
    }
  }

  private void send(Session session) throws InterruptedException {
    var nextPing = System.nanoTime() + ping.toNanos();
    while (session.isOpen()) {
      var event = waiting.poll(nextPing - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event != null) {
        Callback.Completable.with(sent -> session.sendText(json(event), sent)).join();
      }
      if (System.nanoTime() - nextPing >= 0) {
        if (!answered) {
          return;
        }
        answered = false;
        Callback.Completable.with(sent -> session.sendPing(ByteBuffer.allocate(0), sent)).join();
        nextPing = System.nanoTime() + ping.toNanos();
      }
    }
  }

  private String json(Event event) {
    var json = StatusJson.event(event);
    if (event instanceof Event.StatusEvent) {
      json.put("dropped", dropped.get());
    }
    return Json.compact(json);
  }
}
