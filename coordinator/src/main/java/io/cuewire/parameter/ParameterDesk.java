package io.cuewire.parameter;

import io.cuewire.fault.Guard;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.Hand;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Ledger;
import io.cuewire.show.DeclaredParameter;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Parameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The parameters of the show on this node: takes values from here and from other nodes, moves those
 * that fade, and tells the outputs of this node at a bearable pace, the last value always.
 */
public final class ParameterDesk implements AutoCloseable {
  /** Contract section 3, {@code parameters.to}: at most 100 changes a second of one parameter. */
  private static final long PACE = Duration.ofMillis(10).toNanos();

  /** Fades take 50 steps a second. */
  private static final long STEP = Duration.ofMillis(20).toNanos();

  /** What of this node shows the values. Called on one thread of the desk. */
  @FunctionalInterface
  public interface Output {
    /**
     * @param by the surface that moved it; it knows the value
     */
    void changed(ParameterId id, Object value, Optional<Hand> by);
  }

  /**
   * A value and since when it is so.
   *
   * @param node that set it
   */
  public record Current(ParameterId id, Object value, Instant since, String node) {}

  private record Running(Entry entry, ParameterSet set, long start) {
    private Object at(long nanos) {
      return Interpolation.at(set, (double) (nanos - start) / 1e6);
    }

    private boolean ends(long nanos) {
      return nanos - start >= TimeUnit.MILLISECONDS.toNanos(set.fade().orElseThrow().millis());
    }
  }

  private final Parameters parameters;
  private final Ledger ledger;
  private final String node;
  private final Clock clock;
  private final Instant began;
  private final Output output;
  private final Consumer<List<Entry>> others;
  private final ScheduledExecutorService thread;
  private final Pace<ParameterId> outputs;
  private final Pace<String> telling;
  private final Set<ParameterId> untold = new LinkedHashSet<>();
  private final Map<ParameterId, Running> fades = new ConcurrentHashMap<>();

  /**
   * @param others is given what the other nodes have not been told yet
   */
  public ParameterDesk(
      Parameters parameters,
      Ledger ledger,
      String node,
      Clock clock,
      Output output,
      Consumer<List<Entry>> others) {
    this.parameters = parameters;
    this.ledger = ledger;
    this.node = node;
    this.clock = clock;
    this.began = clock.instant();
    this.output = output;
    this.others = others;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("parameters").factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // what still arrives while the node ends
    this.outputs = new Pace<>(thread, PACE, id -> Guard.run(() -> show(id)));
    this.telling = new Pace<>(thread, PACE, _ -> Guard.run(this::tellOthers));
  }

  /**
   * Sets a value that the {@linkplain ParameterRules rules} have accepted.
   *
   * @param by the surface that did it
   */
  public void set(ParameterId id, Object value, Optional<Hand> by) {
    ledger.write(new ParameterSet(id, value, clock.millis(), by, Optional.empty()));
    endOlderFade(id);
    outputs.due(id);
    synchronized (untold) {
      untold.add(id);
    }
    telling.due("others");
  }

  private void tellOthers() {
    var news = new ArrayList<Entry>();
    synchronized (untold) {
      untold.forEach(id -> ledger.parameter(id).ifPresent(news::add));
      untold.clear();
    }
    others.accept(news);
  }

  /** Another node has told of this, and it is newer than what was known here. */
  public void learned(Entry entry) {
    if (entry.value() instanceof ParameterSet set) {
      // of a clock that is ahead, or was set back meanwhile: it begins now, not in an hour
      var begun = Math.max(0, clock.millis() - set.since());
      took(entry, set, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(begun));
      outputs.due(set.id());
    }
  }

  /**
   * Takes what all nodes set by themselves at one instant; they do not tell each other.
   *
   * @param at that instant ({@link System#nanoTime})
   */
  public synchronized void together(Entry entry, long at) {
    if (entry.value() instanceof ParameterSet set && !ledger.merge(List.of(entry)).isEmpty()) {
      took(entry, set, at);
      show(set.id()); // at once: what the scene sends next may rely on it
    }
  }

  private void took(Entry entry, ParameterSet set, long start) {
    var running = new Running(entry, set, start);
    if (set.fade().isPresent() && !running.ends(System.nanoTime())) {
      fades.compute(set.id(), (_, other) -> other != null && isNewest(other) ? other : running);
      thread.execute(Guard.of(() -> step(running, 0)));
    } else {
      endOlderFade(set.id());
    }
  }

  /** Not one that a scene has begun meanwhile, on another thread. */
  private void endOlderFade(ParameterId id) {
    fades.computeIfPresent(id, (_, running) -> isNewest(running) ? running : null);
  }

  /** One step of a fade; they are counted from its start, so that it does not drift. */
  private void step(Running running, long number) {
    var id = running.set().id();
    if (!isNewest(running)) {
      fades.remove(id, running);
      return;
    }
    var now = System.nanoTime();
    if (running.ends(now)) {
      fades.remove(id, running);
    }
    show(id);
    if (fades.get(id) == running) {
      var next = Math.max(number + 1, (now - running.start()) / STEP + 1);
      var end = TimeUnit.MILLISECONDS.toNanos(running.set().fade().orElseThrow().millis());
      var at = running.start() + Math.min(next * STEP, end);
      thread.schedule(Guard.of(() -> step(running, next)), at - now, TimeUnit.NANOSECONDS);
    }
  }

  private boolean isNewest(Running running) {
    return ledger.parameter(running.set().id()).filter(running.entry()::equals).isPresent();
  }

  private synchronized void show(ParameterId id) {
    ledger
        .parameter(id)
        .map(e -> (ParameterSet) e.value())
        .ifPresent(set -> output.changed(id, now(set), set.by()));
  }

  private Object now(ParameterSet set) {
    var running = fades.get(set.id());
    return running != null && running.set().equals(set)
        ? running.at(System.nanoTime())
        : set.value();
  }

  /** The value as it is now, on its way where it fades; a declared default before it was set. */
  public Optional<Object> value(ParameterId id) {
    return ledger
        .parameter(id)
        .map(e -> now((ParameterSet) e.value()))
        .or(() ->
            Optional.ofNullable(parameters.declared().get(id)).flatMap(DeclaredParameter::initial));
  }

  /**
   * The value at an instant that all nodes know, the same on each of them.
   *
   * @param millis since the epoch, on the clock that the fades are written in
   */
  public Optional<Object> valueAt(ParameterId id, long millis) {
    return ledger
        .parameter(id)
        .map(e -> (ParameterSet) e.value())
        .map(set -> Interpolation.at(set, millis - set.since()))
        .or(() -> value(id));
  }

  /** Tells the outputs all values again. */
  public void showAll() {
    ledger.parameters().forEach(e -> outputs.due(((ParameterSet) e.value()).id()));
  }

  /** Ends all fades where they are. */
  public void holdFades() {
    for (var id : fading()) {
      value(id).ifPresent(value -> set(id, value, Optional.empty()));
    }
  }

  /** What is on its way to another value. */
  public List<ParameterId> fading() {
    return List.copyOf(fades.keySet());
  }

  /** All that have a value: what was set, and the declared defaults. */
  public List<Current> all() {
    var all = new ArrayList<Current>();
    for (var declared : parameters.declared().values()) {
      if (ledger.parameter(declared.id()).isEmpty()) {
        declared.initial().ifPresent(v -> all.add(new Current(declared.id(), v, began, node)));
      }
    }
    ledger
        .parameters()
        .forEach(e -> {
          var set = (ParameterSet) e.value();
          var since = Instant.ofEpochMilli(set.since());
          all.add(new Current(set.id(), now(set), since, e.author()));
        });
    all.sort(Comparator.comparing(c -> c.id().address()));
    return all;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
