package io.cuewire.scene;

import io.cuewire.fault.Guard;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.Fade;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Ledger;
import io.cuewire.message.Message;
import io.cuewire.parameter.ParameterDesk;
import io.cuewire.show.ParameterValue;
import io.cuewire.show.Scene;
import io.cuewire.show.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays scenes on this node: exactly when the coordinator says, and one at a time. What a scene
 * sets has the same versions on all nodes, so they agree without telling each other.
 */
public final class SceneDirector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.scene");

  /** A trigger that is later than this is no trigger any more. */
  private static final long TOO_LATE = Duration.ofSeconds(1).toNanos();

  /** No coordinator plans farther ahead. */
  private static final long LONGEST_LEAD = Duration.ofSeconds(1).toNanos();

  /** Telling who waits for it must not take the processor from nodes that fire at this instant. */
  private static final long AFTERWARDS = Duration.ofMillis(5).toNanos();

  private static final int REMEMBERED = 64;

  private final String node;
  private final Map<String, Scene> scenes;
  private final Ledger ledger;
  private final ParameterDesk parameters;
  private final BooleanSupplier stopped;
  private final BiConsumer<List<String>, Message> send;
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("scenes").factory(),
          new ThreadPoolExecutor.DiscardPolicy()); // what still arrives while the node ends
  private final SequencedMap<String, Firing> fired = new LinkedHashMap<>();
  private List<Future<?>> toCome = List.of();
  private long promised;
  private long ordered;

  /**
   * @param node this one
   * @param stopped whether a stop is in force, in which nothing is played
   * @param send sends out of those of the endpoints that this node runs
   */
  public SceneDirector(
      String node,
      Map<String, Scene> scenes,
      Ledger ledger,
      ParameterDesk parameters,
      BooleanSupplier stopped,
      BiConsumer<List<String>, Message> send) {
    this.node = node;
    this.scenes = scenes;
    this.ledger = ledger;
    this.parameters = parameters;
    this.stopped = stopped;
    this.send = send;
  }

  /** The highest number that this node knows of a scene, fired or not. */
  public synchronized long highest() {
    return Math.max(promised, current());
  }

  private long current() {
    return ledger.scene().map(Entry.SceneFired::sequence).orElse(0L);
  }

  /** Gets ready for a scene of that number: no other one has it from now on. */
  public synchronized void prepare(long sequence) {
    promised = Math.max(promised, sequence);
  }

  /**
   * Fires a scene when it is time, if it is newer than all others.
   *
   * @param done told when, on {@link System#nanoTime}
   * @return false when it was known already, or is an older one
   */
  public synchronized boolean go(Firing firing, LongConsumer done) {
    if (firing.sequence() <= Math.max(ordered, current()) || !scenes.containsKey(firing.scene())) {
      return false;
    }
    ordered = firing.sequence();
    promised = Math.max(promised, ordered);
    var now = System.nanoTime();
    var at = Math.min(firing.at().getOrDefault(node, now), now + LONGEST_LEAD);
    thread.schedule(
        Guard.of(() -> fire(firing, at, done)), at - System.nanoTime(), TimeUnit.NANOSECONDS);
    return true;
  }

  private synchronized void fire(Firing firing, long at, LongConsumer done) {
    if (stopped.getAsBoolean()) { // it came between the order and the instant
      return;
    }
    end(firing, at);
    ledger.merge(
        List.of(
            entry(
                firing,
                0,
                new Entry.SceneFired(firing.scene(), firing.sequence(), firing.since()))));
    fired.put(firing.request(), firing);
    if (fired.size() > REMEMBERED) {
      fired.pollFirstEntry();
    }
    var later = new ArrayList<Future<?>>();
    cues(firing.scene())
        .forEach((offset, together) -> {
          if (offset == 0) {
            play(firing, together, at);
          } else {
            later.add(
                thread.schedule(
                    Guard.of(() -> play(firing, together, at)),
                    at + offset - System.nanoTime(),
                    TimeUnit.NANOSECONDS));
          }
        });
    toCome = List.copyOf(later);
    var when = System.nanoTime();
    thread.schedule(
        Guard.of(() -> {
          LOG.info("scene {} ({})", firing.scene(), firing.sequence());
          done.accept(when);
        }),
        AFTERWARDS,
        TimeUnit.NANOSECONDS);
  }

  /**
   * @param offset nanoseconds after the scene's beginning
   */
  private record Cue(int number, Step step, long offset) {}

  /** What is to be played when: steps of one instant stay in their order. */
  private SortedMap<Long, List<Cue>> cues(String scene) {
    var cues = new TreeMap<Long, List<Cue>>();
    var number = 0;
    var offset = 0L;
    for (var step : scenes.get(scene).steps()) {
      if (step instanceof Step.Wait(var time)) {
        offset += time.toNanos();
      } else {
        cues.computeIfAbsent(offset, _ -> new ArrayList<>()).add(new Cue(number++, step, offset));
      }
    }
    return cues;
  }

  /** Ends the waits and fades of the scene before; what faded stays where it is at that instant. */
  private void end(Firing next, long at) {
    toCome.forEach(cue -> cue.cancel(false));
    for (var id : parameters.fading()) {
      parameters
          .valueAt(id, next.since())
          .ifPresent(value ->
              parameters.together(
                  entry(
                      next,
                      0,
                      new ParameterSet(
                          id, value, next.since(), Optional.empty(), Optional.empty())),
                  at));
    }
  }

  private static Entry entry(Firing firing, long offset, Entry.Value value) {
    return new Entry(value.key(), firing.version() + offset, firing.coordinator(), value);
  }

  private synchronized void play(Firing firing, List<Cue> together, long at) {
    if (!stopped.getAsBoolean() && firing.sequence() == current()) {
      together.forEach(cue -> Guard.run(() -> play(firing, cue, at)));
    }
  }

  private void play(Firing firing, Cue cue, long at) {
    switch (cue.step()) {
      case Step.Set(var target, var fade) -> set(firing, cue, target, fade, at);
      case Step.Send(var to, var message) -> {
        if (System.nanoTime() - at - cue.offset() < TOO_LATE) {
          send.accept(to, Message.of(message.address(), message.args()));
        }
      }
      case Step.Wait _ -> {} // it is in the offsets
    }
  }

  private void set(
      Firing firing, Cue cue, ParameterValue target, Optional<Duration> fade, long at) {
    var since = firing.since() + TimeUnit.NANOSECONDS.toMillis(cue.offset());
    var from = parameters.valueAt(target.id(), since).filter(Number.class::isInstance);
    var way =
        fade.filter(_ -> target.value() instanceof Number)
            .flatMap(time -> from.map(start -> new Fade(start, time.toMillis())));
    // microseconds of the scene, so that what is set by hand between two cues is older than the
    // next
    var version = 1 + TimeUnit.NANOSECONDS.toMicros(cue.offset()) + cue.number();
    parameters.together(
        entry(
            firing,
            version,
            new ParameterSet(target.id(), target.value(), since, Optional.empty(), way)),
        at + cue.offset());
  }

  /** Ends the waits and fades of the scene that plays; what faded stays where it is. */
  public synchronized void halt() {
    toCome.forEach(cue -> cue.cancel(false));
    parameters.holdFades();
  }

  /** The scene that somebody's request has fired here, if it has. */
  public synchronized Optional<Firing> fired(String request) {
    return Optional.ofNullable(fired.get(request));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
