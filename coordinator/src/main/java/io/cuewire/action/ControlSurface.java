package io.cuewire.action;

import io.cuewire.ledger.Entry.Hand;
import io.cuewire.message.Message;
import io.cuewire.show.Control;
import io.cuewire.show.Control.Axis;
import io.cuewire.show.Control.Target;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Surface;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One control surface as this node hears and shows it: its controls drive parameters, scenes and
 * the stop, and follow what others do.
 */
public final class ControlSurface {
  private static final Pattern CONTROL = Pattern.compile("/[^/]+/(fader|push|xy|rotary)(\\d+)");
  private static final String PING = "/ping";

  /** Who was silent for so long has to be shown everything again. */
  private static final Duration GONE = Duration.ofMinutes(1);

  private static final Executor AFTER_A_PULSE =
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  /** Some surfaces send back what they were shown; that is nobody's wish. */
  private static final long ECHO_NANOS = Duration.ofSeconds(1).toNanos();

  /** During a fade an echo comes when newer positions have been shown already. */
  private static final long LATE_ECHO_NANOS = Duration.ofMillis(100).toNanos();

  private static final double SAME = 1e-5;

  /**
   * Somebody who uses this surface, and when he did so last.
   *
   * @param peer {@code IP:PORT}, or the IP where each message may come by another port
   */
  public record User(String surface, String peer, Instant last) {}

  /**
   * @param by the peer whose move this is; it was not shown it
   */
  private record Shown(List<Object> args, long at, Optional<String> by) {}

  /**
   * @param at on the monotonic clock: the other may be set while the show runs
   */
  private record Seen(User user, long at) {}

  private final Surface surface;
  private final boolean datagrams;
  private final String node;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Stage stage;
  private final Map<ParameterId, List<Control>> showing = new HashMap<>();
  private final Map<String, List<Shown>> shown = new ConcurrentHashMap<>();
  private final SequencedMap<String, Seen> users = new LinkedHashMap<>();

  /**
   * @param datagrams whether its messages may each come from another port
   * @param node this one
   */
  ControlSurface(
      Surface surface,
      boolean datagrams,
      String node,
      Clock clock,
      LongSupplier nanoTime,
      Stage stage) {
    this.surface = surface;
    this.datagrams = datagrams;
    this.node = node;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.stage = stage;
    for (var control : surface.controls().values()) {
      if (control.feedback().isPresent()) {
        shownTargets(control)
            .forEach(
                t -> showing.computeIfAbsent(t.parameter(), _ -> new ArrayList<>()).add(control));
      }
    }
  }

  public Surface surface() {
    return surface;
  }

  /** The targets that a control shows: its first, of an xy control one for each axis. */
  private static List<Target> shownTargets(Control control) {
    var first = new LinkedHashMap<Optional<Axis>, Target>();
    targets(control).forEach(t -> first.putIfAbsent(t.axis(), t));
    return control.name().startsWith("xy_")
        ? List.copyOf(first.values())
        : first.values().stream().limit(1).toList();
  }

  private static List<Target> targets(Control control) {
    return switch (control.action()) {
      case Control.Follow(var targets) -> targets;
      case Control.Toggle(var targets) -> targets;
      case Control.Pulse(var targets) -> targets;
      case Control.GoScene _, Control.Stop _ -> List.of();
    };
  }

  /** What a message of this surface does; everything it sends shows that it is there. */
  boolean heard(Message message) {
    var control = control(message.address());
    var appeared = appeared(message);
    if (message.address().equals(PING) || (appeared && !isServer())) {
      greet(control);
    }
    return control.isEmpty() || use(control.get(), message);
  }

  /** Whoever connects to a server was shown everything then; the others need not be shown again. */
  private boolean isServer() {
    return !datagrams && surface.out().filter(surface.in()::equals).isPresent();
  }

  private Optional<Control> control(String address) {
    var named = CONTROL.matcher(address);
    return named.matches()
        ? Optional.ofNullable(surface.controls().get(named.group(1) + "_" + named.group(2)))
        : Optional.empty();
  }

  private boolean appeared(Message message) {
    var peer = datagrams ? hostOf(message.peer()) : message.peer();
    var user = new User(surface.name(), peer, clock.instant());
    synchronized (users) {
      forgetWhoIsGone();
      return users.put(peer, new Seen(user, nanoTime.getAsLong())) == null;
    }
  }

  private static String hostOf(String peer) {
    return peer.substring(0, Math.max(peer.lastIndexOf(':'), 0));
  }

  /** Who has used it within the last minute. */
  List<User> users() {
    synchronized (users) {
      forgetWhoIsGone();
      return users.values().stream().map(Seen::user).toList();
    }
  }

  private void forgetWhoIsGone() {
    var oldest = nanoTime.getAsLong() - GONE.toNanos();
    users.values().removeIf(seen -> seen.at() - oldest < 0);
  }

  /** Shows how everything is, but for the control that is being moved. */
  private void greet(Optional<Control> moved) {
    surface
        .out()
        .ifPresent(out ->
            surface.controls().values().stream()
                .filter(c -> moved.filter(c::equals).isEmpty())
                .forEach(c -> feedback(c, Optional.empty()).ifPresent(m -> stage.send(out, m))));
  }

  /** All that this surface shows, for whoever connects to it. */
  public List<Message> everything() {
    return surface.controls().values().stream()
        .flatMap(c -> feedback(c, Optional.empty()).stream())
        .toList();
  }

  /**
   * What this surface shows of a parameter that has changed.
   *
   * @param by who of this surface has moved it
   */
  public List<Message> feedback(ParameterId id, Optional<Hand> by) {
    return showing.getOrDefault(id, List.of()).stream()
        .flatMap(c -> feedback(c, by.map(Hand::peer)).stream())
        .toList();
  }

  private Optional<Message> feedback(Control control, Optional<String> by) {
    var targets = shownTargets(control);
    if (control.feedback().isEmpty()
        || targets.stream().allMatch(t -> stage.value(t.parameter()).isEmpty())) {
      return Optional.empty();
    }
    var args = new ArrayList<Object>();
    for (var axis : control.name().startsWith("xy_") ? Axis.values() : new Axis[] {null}) {
      targets.stream()
          .filter(t -> t.axis().equals(Optional.ofNullable(axis)))
          .findFirst()
          .ifPresentOrElse(t -> args.add(shown(t)), () -> args.add(0f));
    }
    remember(control, new Shown(args, nanoTime.getAsLong(), by));
    return Optional.of(Message.of(control.feedback().get(), args).cameFrom("", clock.millis()));
  }

  /** An axis whose value nobody knows is where its range begins. */
  private Object shown(Target target) {
    return stage
        .value(target.parameter())
        .map(v -> ControlRange.toControl(target, v))
        .orElseGet(() -> target.mapping().map(m -> (float) m.input().from()).orElse(0f));
  }

  private boolean use(Control control, Message message) {
    var args = message.args();
    var button = control.name().startsWith("push_");
    var release = !Truth.of(args);
    if (message.isRetained() && !(control.action() instanceof Control.Follow)) {
      return true; // nobody presses it now
    }
    return switch (control.action()) {
      case Control.Follow(var targets) ->
          button && release || isEcho(control, message, ECHO_NANOS) || follow(targets, message);
      case Control.Toggle(var targets) ->
          release || isEcho(control, message, LATE_ECHO_NANOS) || toggle(targets, message);
      case Control.Pulse(var targets) ->
          release || isEcho(control, message, LATE_ECHO_NANOS) || pulse(targets, message);
      case Control.GoScene(var scene) -> {
        if (!release) {
          stage.changeScene(scene, by(message));
        }
        yield true;
      }
      case Control.Stop() -> {
        if (!release) {
          stage.emergencyStop(by(message));
        }
        yield true;
      }
    };
  }

  private String by(Message message) {
    return ("surface " + surface.name() + " " + message.peer()).strip();
  }

  private void remember(Control control, Shown now) {
    shown.compute(
        control.name(),
        (_, before) -> {
          var recent = Optional.ofNullable(before).orElse(List.of()).stream();
          var late = recent.filter(s -> now.at() - s.at() < LATE_ECHO_NANOS);
          return Stream.concat(late, Stream.of(now)).toList();
        });
  }

  /**
   * @param still how long the newest position that was shown may come back; a hand that presses a
   *     button sends what is shown, too, but not so soon
   */
  private boolean isEcho(Control control, Message message, long still) {
    var recent = shown.getOrDefault(control.name(), List.of());
    var now = nanoTime.getAsLong();
    return recent.stream()
        .filter(s -> now - s.at() < (s == recent.getLast() ? still : LATE_ECHO_NANOS))
        .filter(s -> !s.by().equals(Optional.of(message.peer())))
        .anyMatch(s -> same(s.args(), message.args()));
  }

  private static boolean same(List<Object> some, List<Object> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (var i = 0; i < some.size(); i++) {
      var equal =
          some.get(i) instanceof Number a && others.get(i) instanceof Number b
              ? Math.abs(a.doubleValue() - b.doubleValue()) < SAME
              : some.get(i).equals(others.get(i));
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  private boolean follow(List<Target> targets, Message message) {
    var done = true;
    for (var target : targets) {
      var index = target.axis().map(Axis::ordinal).orElse(0);
      if (index >= message.args().size()) {
        return false;
      }
      done &= move(target, message.args().get(index), message);
    }
    return done;
  }

  private boolean move(Target target, Object value, Message message) {
    return with(target, value, message, stage::move);
  }

  private boolean with(Target target, Object value, Message message, Doing doing) {
    try {
      return doing.to(
          target.parameter(), ControlRange.toParameter(target, value), Optional.of(hand(message)));
    } catch (IllegalArgumentException noNumber) {
      return false;
    }
  }

  @FunctionalInterface
  private interface Doing {
    boolean to(ParameterId id, Object value, Optional<Hand> by);
  }

  private Hand hand(Message message) {
    return new Hand(surface.name(), node, message.peer());
  }

  private boolean toggle(List<Target> targets, Message message) {
    var on = targets.stream().findFirst().filter(this::isOn).isPresent();
    return press(targets, !on, message);
  }

  /** Nearer to what a press makes of it than to the other. */
  private boolean isOn(Target target) {
    var value = stage.value(target.parameter());
    if (value.isEmpty() || value.get() instanceof String) {
      return false;
    }
    return ((Number) ControlRange.toControl(target, value.get())).doubleValue() > 0.5;
  }

  private boolean pulse(List<Target> targets, Message message) {
    var sender = message.keep();
    AFTER_A_PULSE.execute(() -> targets.forEach(t -> with(t, 0, sender, stage::release)));
    return press(targets, true, message);
  }

  private boolean press(List<Target> targets, boolean on, Message message) {
    var done = true;
    for (var target : targets) {
      done &= move(target, on ? 1 : 0, message);
    }
    return done;
  }
}
