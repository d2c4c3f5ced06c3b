package io.cuewire.cluster;

import io.cuewire.action.Actions;
import io.cuewire.action.ControlSurface;
import io.cuewire.action.Programs;
import io.cuewire.action.Stage;
import io.cuewire.cluster.NodeAgent.StopReport;
import io.cuewire.control.Event;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.Status.SceneStatus;
import io.cuewire.control.StopConfirmation;
import io.cuewire.emergency.DeadMansSwitch;
import io.cuewire.emergency.EmergencyStop;
import io.cuewire.emergency.StopFile;
import io.cuewire.emergency.StopText;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.Hand;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.message.Message;
import io.cuewire.parameter.ParameterDesk;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.parameter.ParameterRules;
import io.cuewire.scene.SceneDirector;
import io.cuewire.show.Emergency.Block;
import io.cuewire.show.Emergency.Heartbeat;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Show;
import io.cuewire.transport.Confirmation;
import io.cuewire.transport.Stop;
import io.cuewire.transport.TenfoldLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The show itself on this node: its parameters and scenes, what its surfaces and commands set off,
 * and what its outputs are told of that.
 */
final class Performance implements Stage, EmergencyStop.Obeying, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");

  private static final Executor WHEN_PATIENCE_ENDS =
      CompletableFuture.delayedExecutor(Stop.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);

  private static final int MOST_PARAMETERS = 10_000;

  private final LocalNode node;
  private final Show show;
  private final LocalNode.Surroundings around;
  private final ParameterRules rules;
  private final ParameterDesk parameters;
  private final SceneDirector director;
  private final Programs programs;
  private final Actions actions;
  private final EmergencyStop emergency;
  private final Optional<StopFile> stopFile;
  private final Optional<DeadMansSwitch> heartbeat;
  private final LongAdder refused = new LongAdder();
  private final TenfoldLog refusals = new TenfoldLog();
  private volatile Consumer<Event> events = _ -> {};

  /**
   * @param around what the node needs of the process around it
   */
  Performance(LocalNode node, LocalNode.Surroundings around) {
    this.node = node;
    this.show = node.show();
    this.around = around;
    this.rules = new ParameterRules(show.parameters());
    this.emergency =
        new EmergencyStop(
            node.name(), node.ledger(), node.clock(), this, this::tellOthers, around.afterwards());
    this.parameters =
        new ParameterDesk(
            show.parameters(),
            node.ledger(),
            node.name(),
            node.clock(),
            this::tellOutputs,
            around.others());
    this.director =
        new SceneDirector(
            node.name(),
            show.scenes(),
            node.ledger(),
            parameters,
            emergency::isInForce,
            this::sendFromHere);
    this.programs = new Programs(node.clock(), node::nanoTime);
    this.actions = new Actions(show, node.name(), node.clock(), node::nanoTime, this, programs);
    this.stopFile =
        around
            .stopFolder()
            .map(folder -> new StopFile(folder, around.writing(), emergency::everything));
    this.heartbeat = show.emergency().heartbeat().map(this::watch);
    for (var endpoint : node.endpoints()) {
      endpoint.io().greeting(() -> greeting(endpoint.settings().name()));
    }
  }

  /** Called with everything that changes here from now on. */
  void onEvent(Consumer<Event> listener) {
    events = listener;
  }

  Actions actions() {
    return actions;
  }

  SceneDirector director() {
    return director;
  }

  List<Programs.Program> programs() {
    return programs.all();
  }

  List<Current> parameters() {
    return parameters.all();
  }

  /** Another node has changed something. */
  void learned(Entry entry) {
    switch (entry.value()) {
      case Entry.ParameterSet _ -> parameters.learned(entry);
      case Entry.SceneFired _ -> sceneChanged();
      case Entry.StopRaised _, Entry.StopCleared _ -> {
        emergency.look();
        var stops = List.of(entry);
        keepUp(stops, () -> tellOverLinks(stops)); // for whom the other could not reach
      }
      default -> {} // it concerns the plan
    }
  }

  void sceneChanged() {
    scene().map(Event.SceneEvent::new).ifPresent(events);
  }

  Optional<SceneStatus> scene() {
    return node.ledger()
        .scene()
        .map(s -> new SceneStatus(s.scene(), s.sequence(), Instant.ofEpochMilli(s.since())));
  }

  /**
   * Sets a parameter to exactly this value.
   *
   * @throws Refused with the reason
   */
  void set(ParameterId id, Object value) {
    refused()
        .ifPresent(reason -> {
          throw new Refused(Kind.CONFLICT, reason);
        });
    try {
      var accepted = rules.accept(id, value);
      checkRoom(id);
      parameters.set(id, accepted, Optional.empty());
    } catch (ParameterRules.NotFound e) {
      throw new Refused(Kind.NOT_FOUND, e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Refused(Kind.INVALID, e.getMessage());
    }
  }

  /** Anybody may set parameters that nobody has declared, and every node keeps them. */
  private void checkRoom(ParameterId id) {
    var known =
        node.ledger().parameter(id).isPresent() || show.parameters().declared().containsKey(id);
    if (!known && node.ledger().parameters().count() >= MOST_PARAMETERS) {
      throw new IllegalArgumentException(
          "Parameter not found: " + id + ", and there are " + MOST_PARAMETERS + " others already");
    }
  }

  /** Why nothing may be changed now; counted where that is a stop. */
  Optional<String> refused() {
    return stopped()
        .or(() ->
            node.membership().isMember()
                ? Optional.empty()
                : Optional.of(
                    node.name() + " is isolated and cannot change the show for the others"));
  }

  /** Why a stop forbids a change now, which is counted. */
  Optional<String> stopped() {
    var stop = emergency.inForce();
    stop.ifPresent(_ -> refused.increment());
    return stop.map(s -> "emergency stop: " + s.reason() + "; clear it first");
  }

  EmergencyStop emergency() {
    return emergency;
  }

  void keepStops() {
    stopFile.ifPresent(StopFile::keepUp);
  }

  Optional<String> fileTrouble() {
    return stopFile.flatMap(StopFile::trouble);
  }

  /** Another node hears beats. */
  void armHeartbeat() {
    heartbeat.filter(_ -> emergency.inForce().isEmpty()).ifPresent(DeadMansSwitch::arm);
  }

  private DeadMansSwitch watch(Heartbeat beats) {
    var from = show.endpoints().get(beats.from());
    return new DeadMansSwitch(
        beats, () -> node.plan().wouldHear(from), reason -> raiseStop(reason, "heartbeat"));
  }

  /** What was in force when this process ended last, before its endpoints begin. */
  boolean recallStops() {
    stopFile.map(StopFile::read).ifPresent(node.ledger()::merge);
    var remembered = emergency.isToObey();
    if (remembered) {
      emergency.recall();
    }
    return remembered;
  }

  /** Enters the stop: this node's endpoints send it before anybody else is told. */
  void raiseStop(String reason, String by) {
    emergency.raise(reason, by);
  }

  void clearStop() {
    emergency.clear();
  }

  private void tellOthers(List<Entry> stops) {
    tellOverLinks(stops);
    keepUp(stops, () -> {});
  }

  private void tellOverLinks(List<Entry> stops) {
    around.news().accept(StopText.write(stops));
  }

  /** What else is to be done for stops: it waits until they have gone out. */
  private void keepUp(List<Entry> stops, Runnable first) {
    stopFile.ifPresent(StopFile::changed);
    around
        .afterwards()
        .execute(() -> {
          first.run();
          around.others().accept(stops);
          keepStops();
        });
  }

  @Override
  public void stop(StopRaised stop) {
    var since = System.nanoTime();
    refused.reset();
    // those whose threads are woken send while this one sends the datagrams of the others
    var sending = new ArrayList<Endpoint>();
    for (var endpoint : node.endpoints()) {
      if (endpoint.io().sendsItself()) {
        sending.add(endpoint);
      } else {
        stop(endpoint, since);
      }
    }
    sending.forEach(endpoint -> stop(endpoint, since));
    WHEN_PATIENCE_ENDS.execute(this::confirmationChanged);
    try {
      director.halt();
      for (var set : show.emergency().set()) {
        parameters.set(set.id(), set.value(), Optional.empty());
      }
      heartbeat.ifPresent(DeadMansSwitch::disarm);
    } catch (RuntimeException bug) { // the others are still to be told
      LOG.error("internal error in what else the stop does", bug);
    }
    confirmationChanged();
  }

  private void stop(Endpoint endpoint, long since) {
    endpoint.stop(
        new Stop(since, blocks(endpoint), show.emergency().repeat(), this::confirmationChanged));
  }

  private boolean blocks(Endpoint endpoint) {
    return switch (show.emergency().block()) {
      case Block.All() -> true;
      case Block.None() -> false;
      case Block.Listed(var names) -> names.contains(endpoint.settings().name());
    };
  }

  @Override
  public void goOn() {
    node.endpoints().forEach(Endpoint::endStop);
    parameters.showAll(); // what was held back
    confirmationChanged();
  }

  private void confirmationChanged() {
    around.stopProgress().run();
  }

  @Override
  public boolean move(ParameterId id, Object value, Optional<Hand> by) {
    return refused().isEmpty() && moveAnyhow(id, value, by);
  }

  @Override
  public boolean release(ParameterId id, Object value, Optional<Hand> by) {
    return node.membership().isMember() && moveAnyhow(id, value, by);
  }

  private boolean moveAnyhow(ParameterId id, Object value, Optional<Hand> by) {
    try {
      var fitting = rules.fit(id, value);
      checkRoom(id);
      if (by.isEmpty() || !parameters.value(id).equals(Optional.of(fitting))) {
        parameters.set(id, fitting, by);
      }
      return true;
    } catch (IllegalArgumentException wrong) {
      return false;
    }
  }

  @Override
  public Optional<Object> value(ParameterId id) {
    return parameters.value(id);
  }

  @Override
  public void changeScene(String scene, String by) {
    around
        .control()
        .changeScene(scene)
        .thenAccept(
            error -> error.ifPresent(e -> refusals.warn(by, () -> "scene '" + scene + "': " + e)));
  }

  @Override
  public void emergencyStop(String by) {
    raiseStop("emergency stop", by);
  }

  @Override
  public void beat() {
    if (emergency.inForce().isEmpty()) {
      heartbeat.ifPresent(DeadMansSwitch::beat);
    }
  }

  /** How this node has taken the stop. */
  StopReport stopReport() {
    return new StopReport(
        emergency.inForce().map(StopRaised::id),
        emergency.again(),
        node.endpoints().stream().flatMap(e -> confirmation(e).stream()).toList(),
        refused.sum() + node.endpoints().stream().mapToLong(e -> e.io().refused()).sum(),
        heartbeat.filter(DeadMansSwitch::isArmed).isPresent());
  }

  private Optional<StopConfirmation> confirmation(Endpoint endpoint) {
    var name = endpoint.settings().name();
    return endpoint
        .confirmation()
        .map(c ->
            switch (c) {
              case Confirmation.Confirmed(var ms) ->
                  StopConfirmation.confirmed(name, node.name(), ms);
              case Confirmation.Unconfirmed(var why) ->
                  StopConfirmation.unconfirmed(name, node.name(), why);
              case Confirmation.Open() -> StopConfirmation.open(name, node.name());
            });
  }

  @Override
  public void send(String endpoint, Message message) {
    var here = node.endpoint(endpoint).filter(_ -> runsHere(endpoint));
    if (here.isPresent()) {
      here.get().io().deliverIfOpen(message);
    } else {
      node.plan().instances(endpoint).forEach(target -> target.deliver(message));
    }
  }

  private boolean runsHere(String endpoint) {
    return node.plan().runs(show.endpoints().get(endpoint)).contains(node.name());
  }

  private void sendFromHere(List<String> to, Message message) {
    message.cameFrom("", node.clock().millis());
    to.stream()
        .flatMap(name -> node.named(name).stream())
        .filter(this::runsHere)
        .forEach(name -> node.endpoint(name).ifPresent(e -> e.io().deliver(message)));
  }

  private void tellOutputs(ParameterId id, Object value, Optional<Hand> by) {
    var message = message(id, value);
    for (var to : show.parameters().to()) {
      node.endpoint(to).ifPresent(e -> tell(e, message));
    }
    for (var surface : actions.surfaces()) {
      surface
          .surface()
          .out()
          .flatMap(node::endpoint)
          .ifPresent(out -> feedBack(surface, id, out, by.filter(h -> isOf(h, surface, out))));
    }
    var author = node.ledger().parameter(id).map(Entry::author).orElse(node.name());
    events.accept(new Event.ParameterEvent(id, value, author));
  }

  /** Nobody has sent this: where a stop holds it back, nothing was refused. */
  private static void tell(Endpoint endpoint, Message message) {
    if (message.isEvenStopped() || !endpoint.io().isBlocked()) {
      endpoint.io().deliverIfOpen(message);
    }
  }

  private Message message(ParameterId id, Object value) {
    var message = Message.of(id.address(), List.of(value)).cameFrom("", node.clock().millis());
    return isSetByStop(id, value) ? message.evenStopped() : message;
  }

  private boolean isSetByStop(ParameterId id, Object value) {
    return emergency.inForce().isPresent()
        && show.emergency().set().stream()
            .anyMatch(s -> s.id().equals(id) && s.value().equals(value));
  }

  /** Whether this instance of a surface's {@code out} shows it to who has moved it. */
  private boolean isOf(Hand hand, ControlSurface surface, Endpoint out) {
    return hand.surface().equals(surface.surface().name())
        && (hand.node().equals(node.name())
            || !node.plan()
                .runs(show.endpoints().get(out.settings().name()))
                .contains(hand.node()));
  }

  /** Of several people at one server, all but the one who did it. */
  private static void feedBack(
      ControlSurface surface, ParameterId id, Endpoint out, Optional<Hand> own) {
    for (var message : surface.feedback(id, own)) {
      if (own.isEmpty()) {
        tell(out, message);
      } else if (out.io().isServer() && surface.surface().in().equals(out.settings().name())) {
        out.peers().stream()
            .map(peer -> peer.name())
            .filter(name -> !name.equals(own.get().peer()) && !out.io().isBlocked())
            .forEach(name -> out.sendTo(name, message));
      }
    }
  }

  /** How everything is, for who connects to an endpoint. */
  private List<Message> greeting(String endpoint) {
    var all = new ArrayList<Message>();
    if (show.parameters().to().contains(endpoint)) {
      parameters.all().stream()
          .map(p -> message(p.id(), p.value()))
          .filter(m -> !isBlocked(endpoint) || m.isEvenStopped())
          .forEach(all::add);
    }
    if (isBlocked(endpoint)) {
      return all;
    }
    for (var surface : actions.surfaces()) {
      if (surface.surface().out().filter(endpoint::equals).isPresent()) {
        all.addAll(surface.everything());
      }
    }
    return all;
  }

  private boolean isBlocked(String endpoint) {
    return node.endpoint(endpoint).filter(e -> e.io().isBlocked()).isPresent();
  }

  @Override
  public void close() {
    keepStops();
    heartbeat.ifPresent(DeadMansSwitch::close);
    director.close();
    parameters.close();
  }
}
