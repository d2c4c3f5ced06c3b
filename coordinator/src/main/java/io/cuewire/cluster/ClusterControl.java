package io.cuewire.cluster;

import io.cuewire.cluster.NodeAgent.Recalled;
import io.cuewire.codec.OscCodec;
import io.cuewire.control.Done;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.HistoryEntry;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.NodeControl;
import io.cuewire.control.NodeStatus;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.SceneOutcome;
import io.cuewire.control.Status;
import io.cuewire.control.Status.EmergencyStatus;
import io.cuewire.ledger.Entry;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Route;
import io.cuewire.show.Nearest;
import io.cuewire.show.On;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import io.cuewire.show.ShowWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Answers an operator at any node, by asking the agents of the nodes concerned. */
public final class ClusterControl implements NodeControl {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  /** Longer than an endpoint may take to confirm a stop, and a report of that to arrive. */
  private static final Duration STOP_ANSWER = Duration.ofMillis(2200);

  /** Longer than its agent waits for the coordinator. */
  private static final Duration SCENE_ANSWER = Duration.ofSeconds(5);

  /** An owner that is gone is known to be so by then. */
  private static final Duration LONGEST_MOVE = Duration.ofSeconds(4);

  private static final Executor SOON = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  /** So long after a command its endpoints, on every node, have shown what came of it. */
  private static final Executor AFTERWARDS =
      CompletableFuture.delayedExecutor(150, TimeUnit.MILLISECONDS);

  private final LocalNode node;
  private final StatusBoard board;
  private final HistoryFeed feed;
  private volatile Optional<ActorSystem<?>> system = Optional.empty();

  public ClusterControl(LocalNode node, StatusBoard board) {
    this.node = node;
    this.board = board;
    this.feed = new HistoryFeed(this, board);
  }

  /** The cluster system that carries the questions from now on, or none while there is none. */
  public void use(Optional<ActorSystem<?>> current) {
    system = current;
  }

  @Override
  public Status status() {
    return board.status();
  }

  @Override
  public Show show() {
    return node.showAsItRuns();
  }

  @Override
  public List<Route> routes() {
    return node.routes();
  }

  @Override
  public CompletionStage<List<HistoryEntry>> history(HistoryQuery query) {
    query.endpoint().ifPresent(this::endpoint);
    query.match().ifPresent(ClusterControl::pattern);
    var answers =
        reachable()
            .map(n ->
                recall(
                        n,
                        to ->
                            new NodeAgent.Recall(
                                query.limit(),
                                query.match(),
                                query.endpoint(),
                                Optional.empty(),
                                to))
                    .exceptionally(_ -> Optional.empty())
                    .toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> {
          var all =
              answers.stream()
                  .flatMap(a -> a.join().stream())
                  .flatMap(Recollection::entries)
                  .sorted(Comparator.comparing(HistoryEntry::timestamp))
                  .toList();
          return all.subList(Math.max(0, all.size() - query.limit()), all.size());
        });
  }

  /** Asks a node for messages; a node that does not answer has none. */
  CompletionStage<Optional<Recalled>> recall(
      String on, Function<ActorRef<Recalled>, NodeAgent.Command> question) {
    return this.ask(on, question).thenApply(Optional::of);
  }

  /** This node and the members it reaches. */
  Stream<String> reachable() {
    var view = node.membership().view();
    return node.show().nodes().keySet().stream()
        .filter(n -> n.equals(node.name()) || view.state(n) == ClusterView.NodeState.UP);
  }

  @Override
  public CompletionStage<Set<String>> send(
      String endpoint, String address, List<Object> args, Optional<String> peer) {
    if (!address.startsWith("/")) {
      throw new Refused(Kind.INVALID, "the address '" + address + "' does not start with '/'");
    }
    byte[] osc;
    try {
      osc = OscCodec.encode(address, args);
    } catch (IllegalArgumentException e) {
      throw new Refused(Kind.INVALID, e.getMessage());
    }
    var outcomes = new ArrayList<CompletableFuture<Sent>>();
    for (var e : named(endpoint)) {
      if (!e.canSend()) {
        throw new Refused(Kind.INVALID, e.name() + " only receives");
      }
      var nodes = node.plan().runs(e);
      if (nodes.isEmpty()) {
        var nowhere = Optional.of(Outgoing.unavailable("runs nowhere"));
        outcomes.add(CompletableFuture.completedFuture(new Sent(e.name(), nowhere)));
      }
      for (var n : nodes) {
        outcomes.add(
            sendOut(n, e.name(), osc, peer)
                .thenApply(refusal -> new Sent(e.name() + " on " + n, refusal)));
      }
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(_ -> unsent(outcomes.stream().map(CompletableFuture::join).toList()));
  }

  /**
   * What became of one message at one instance of an endpoint.
   *
   * @param refusal empty when it went out
   */
  private record Sent(String instance, Optional<Coordinator.Refusal> refusal) {
    String why(String between) {
      return instance + between + refusal.orElseThrow().reason();
    }
  }

  private CompletableFuture<Optional<Coordinator.Refusal>> sendOut(
      String on, String endpoint, byte[] osc, Optional<String> peer) {
    if (on.equals(node.name())) {
      return CompletableFuture.completedFuture(Outgoing.send(node, endpoint, osc, peer));
    }
    var state = node.membership().view().state(on);
    if (state == ClusterView.NodeState.DOWN || state == ClusterView.NodeState.UNREACHABLE) {
      return notReached("the node is " + state.word()); // an answer would be waited for
    }
    try {
      return this.<NodeAgent.Outcome>ask(on, to -> new NodeAgent.SendOut(endpoint, osc, peer, to))
          .thenApply(NodeAgent.Outcome::refusal)
          .exceptionally(_ -> Optional.of(Outgoing.unavailable("does not answer")))
          .toCompletableFuture();
    } catch (Refused betweenTwoSystems) {
      return notReached(betweenTwoSystems.getMessage());
    }
  }

  private static CompletableFuture<Optional<Coordinator.Refusal>> notReached(String why) {
    return CompletableFuture.completedFuture(
        Optional.of(Outgoing.unavailable("is not reached: " + why)));
  }

  /** The instances by which a message did not go out, where it did by others. */
  private static Set<String> unsent(List<Sent> all) {
    var somebodyGotIt = all.stream().anyMatch(s -> s.refusal().isEmpty());
    var failed =
        all.stream()
            .filter(s -> s.refusal().isPresent())
            .filter(s -> !(somebodyGotIt && Outgoing.isForNobody(s.refusal().get())))
            .toList();
    if (!somebodyGotIt && !failed.isEmpty()) {
      var stopped = failed.stream().allMatch(s -> s.refusal().get().kind() == Kind.CONFLICT);
      throw new Refused(
          stopped ? Kind.CONFLICT : Kind.UNAVAILABLE,
          failed.stream().map(s -> s.why(" ")).collect(Collectors.joining("; ")));
    }
    return failed.stream().map(s -> s.why(", which ")).collect(Collectors.toSet());
  }

  @Override
  public CompletionStage<Done<Route>> putRoute(Route route) {
    refuseWrong(route);
    return change(new Entry.RouteSet(route)).thenApply(c -> new Done<>(route, c.missing()));
  }

  /** A route is right when the show with it in it is. */
  private void refuseWrong(Route route) {
    var text = ShowWriter.write(node.showAsItRuns().withRoute(route));
    if (ShowReader.read(node.show().name(), text, System.getenv())
        instanceof ShowReading.Invalid(var problems)) {
      var problem = problems.getFirst().message();
      throw new Refused(Kind.INVALID, "route '" + route.name() + "': " + problem);
    }
  }

  @Override
  public CompletionStage<Done<Route>> removeRoute(String name) {
    var route =
        node.routes().stream()
            .filter(r -> r.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> missing("route", name, node.routes().stream().map(Route::name).toList()));
    return change(new Entry.RouteRemoved(name)).thenApply(c -> new Done<>(route, c.missing()));
  }

  @Override
  public CompletionStage<SceneOutcome> changeScene(String scene) {
    node.performance()
        .refused()
        .ifPresent(reason -> {
          throw new Refused(Kind.CONFLICT, reason);
        });
    node.refusesScene(scene)
        .ifPresent(refused -> {
          throw refused;
        });
    return this.<NodeAgent.SceneAnswer>ask(
            node.name(), to -> new NodeAgent.ChangeScene(scene, to), SCENE_ANSWER)
        .thenApply(answer ->
            answer
                .outcome()
                .orElseThrow(() -> {
                  var refusal = answer.refusal().orElseThrow();
                  return new Refused(refusal.kind(), refusal.reason());
                }));
  }

  @Override
  public CompletionStage<EmergencyStatus> emergencyStop(String reason, String by) {
    if (node.performance().emergency().isInForce()) {
      node.performance().raiseStop(reason, by); // is counted
      return CompletableFuture.completedStage(board.emergency());
    }
    var settled = new CompletableFuture<EmergencyStatus>();
    var listening =
        board.subscribe(event -> {
          if (event instanceof Event.EmergencyEvent(var now) && now.isSettled()) {
            settled.complete(now);
          }
        });
    node.performance().raiseStop(reason, by);
    var now = board.emergency();
    if (now.isSettled()) {
      settled.complete(now);
    }
    return settled
        .completeOnTimeout(now, STOP_ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> listening.close())
        .thenApply(_ -> board.emergency());
  }

  @Override
  public EmergencyStatus clearStop() {
    node.performance().clearStop();
    return board.emergency();
  }

  @Override
  public List<Current> parameters() {
    return node.performance().parameters();
  }

  @Override
  public void setParameter(ParameterId id, Object value) {
    node.performance().set(id, value);
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> restart(String name) {
    var e = endpoint(name);
    if (!node.ledger().isEnabled(name)) {
      throw new Refused(Kind.CONFLICT, name + " is disabled: enable it first");
    }
    var unconfirmed = ConcurrentHashMap.<String>newKeySet();
    var answers =
        node.plan().runs(e).stream()
            .map(on ->
                this.<NodeAgent.Confirmed>ask(on, to -> new NodeAgent.RestartEndpoint(name, to))
                    .exceptionally(_ -> {
                      unconfirmed.add(on);
                      return new NodeAgent.Confirmed(on, 0);
                    })
                    .toCompletableFuture())
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(answers)
        .thenApplyAsync(_ -> new Done<>(statusOf(name), unconfirmed), AFTERWARDS);
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> enable(String name, boolean enabled) {
    endpoint(name);
    return change(new Entry.Enabled(name, enabled))
        .thenApplyAsync(c -> new Done<>(statusOf(name), c.missing()), AFTERWARDS);
  }

  @Override
  public CompletionStage<Done<List<EndpointStatus>>> move(String name, String to) {
    var e = endpoint(name);
    node(to);
    var candidates =
        switch (e.on()) {
          case On.Listed(var nodes) -> nodes;
          case On.All _ -> throw new Refused(Kind.INVALID, name + " runs on every node");
          case On.Pinned(var only) -> throw new Refused(Kind.INVALID, name + " is " + only + "'s");
        };
    if (!candidates.contains(to)) {
      var able = String.join(", ", candidates);
      throw new Refused(Kind.INVALID, name + " is not listed for " + to + ", but for " + able);
    }
    refuseIsolated();
    refuseUnlessUp(to, name + " is not moved");
    return new Moving(name, to, node.nanoTime() + LONGEST_MOVE.toNanos())
        .begin()
        .thenApplyAsync(missing -> new Done<>(statusOf(name), missing), AFTERWARDS);
  }

  /** Asks the owner, or takes its place when it can run nothing any more; waits for which it is. */
  private final class Moving {
    private final String endpoint;
    private final String to;
    private final long deadline;

    Moving(String endpoint, String to, long deadline) {
      this.endpoint = endpoint;
      this.to = to;
      this.deadline = deadline;
    }

    CompletionStage<Set<String>> begin() {
      var owner = node.ledger().ownership(endpoint);
      if (owner.filter(o -> o.node().equals(to)).isPresent()) {
        return CompletableFuture.completedStage(Set.of());
      }
      if (owner.isEmpty() || !node.membership().mayRun(owner.get().node())) {
        var epoch = owner.map(Entry.Owner::epoch).orElse(0L) + 1;
        return change(new Entry.Owner(endpoint, to, epoch)).thenApply(NodeAgent.Changed::missing);
      }
      return ask(owner.get().node());
    }

    private CompletionStage<Set<String>> ask(String owner) {
      return ClusterControl.this
          .<NodeAgent.Moved>ask(
              owner, replyTo -> new NodeAgent.Move(endpoint, to, replyTo), HandOver.LONGEST)
          .thenApply(ClusterControl::refuseWhatWasNotMoved)
          .exceptionallyCompose(failed -> {
            if (node.nanoTime() - deadline > 0) {
              return CompletableFuture.failedStage(failed);
            }
            return CompletableFuture.supplyAsync(this::begin, AFTERWARDS).thenCompose(s -> s);
          });
    }
  }

  private static Set<String> refuseWhatWasNotMoved(NodeAgent.Moved moved) {
    if (moved.refusal().isPresent()) {
      throw new Refused(Kind.UNAVAILABLE, moved.refusal().get());
    }
    return moved.missing();
  }

  @Override
  public CompletionStage<Done<NodeStatus>> drain(String name) {
    node(name);
    refuseIsolated();
    refuseUnlessUp(name, "it is not drained");
    return this.<NodeAgent.Confirmed>ask(name, NodeAgent.Drain::new, HandOver.LONGEST)
        .thenCompose(_ -> leaving(name, node.nanoTime() + ANSWER.toNanos()));
  }

  /** How a node stands that is about to leave, as soon as that is seen here. */
  private CompletionStage<Done<NodeStatus>> leaving(String name, long deadline) {
    var now =
        board.status().nodes().stream()
            .filter(n -> n.name().equals(name))
            .findFirst()
            .orElseThrow();
    return now.state().equals("up") && node.nanoTime() - deadline < 0
        ? CompletableFuture.supplyAsync(() -> leaving(name, deadline), SOON).thenCompose(s -> s)
        : CompletableFuture.completedStage(new Done<>(now, Set.of()));
  }

  private void node(String name) {
    if (!node.show().nodes().containsKey(name)) {
      throw missing("node", name, node.show().nodes().keySet());
    }
  }

  private void refuseUnlessUp(String name, String so) {
    var state = node.membership().view().state(name);
    if (state != ClusterView.NodeState.UP) {
      throw new Refused(Kind.UNAVAILABLE, name + " is " + state.word() + ": " + so);
    }
  }

  private void refuseIsolated() {
    if (!node.membership().isMember()) {
      throw new Refused(
          Kind.CONFLICT, node.name() + " is isolated and cannot change the show for the others");
    }
  }

  private List<EndpointStatus> statusOf(String endpoint) {
    return board.endpoints().stream().filter(e -> e.name().equals(endpoint)).toList();
  }

  private CompletionStage<NodeAgent.Changed> change(Entry.Value value) {
    refuseIsolated();
    return ask(node.name(), to -> new NodeAgent.Change(value, to));
  }

  private <T> CompletionStage<T> ask(String on, Function<ActorRef<T>, NodeAgent.Command> question) {
    return ask(on, question, ANSWER);
  }

  private <T> CompletionStage<T> ask(
      String on, Function<ActorRef<T>, NodeAgent.Command> question, Duration patience) {
    var current =
        system.orElseThrow(() ->
            new Refused(Kind.UNAVAILABLE, node.name() + " is joining the cluster, try again"));
    var agent =
        Members.agent(ActorRefResolver.get(current), Members.address(node.show().nodes().get(on)));
    try {
      return AskPattern.ask(agent, question::apply, patience, current.scheduler())
          .exceptionallyCompose(_ -> CompletableFuture.failedStage(noAnswer(on)));
    } catch (IllegalStateException ended) { // the system has just been
      throw noAnswer(on);
    }
  }

  private static Refused noAnswer(String on) {
    return new Refused(Kind.UNAVAILABLE, on + " does not answer, try again");
  }

  private ShowEndpoint endpoint(String name) {
    return Optional.ofNullable(node.show().endpoints().get(name))
        .orElseThrow(() -> missing("endpoint", name, node.show().endpoints().keySet()));
  }

  private static Refused missing(String what, String name, Collection<String> known) {
    var meant = Nearest.suggestion(name, known, "there are");
    return new Refused(Kind.NOT_FOUND, "there is no " + what + " '" + name + "'" + meant);
  }

  private List<ShowEndpoint> named(String endpoint) {
    if (!endpoint.endsWith(":*")) {
      return List.of(endpoint(endpoint));
    }
    var senders =
        node.show().endpoints().values().stream()
            .filter(e -> endpoint.equals(e.protocol().word() + ":*") && e.canSend())
            .toList();
    if (senders.isEmpty()) {
      throw new Refused(Kind.NOT_FOUND, "no endpoint is a sender of '" + endpoint + "'");
    }
    return senders;
  }

  private static void pattern(String match) {
    try {
      AddressPattern.compile(match);
    } catch (IllegalArgumentException e) {
      throw new Refused(Kind.INVALID, "'" + match + "' is no address pattern: " + e.getMessage());
    }
  }

  @Override
  public AutoCloseable subscribe(Consumer<Event> listener) {
    return feed.subscribe(listener);
  }
}
