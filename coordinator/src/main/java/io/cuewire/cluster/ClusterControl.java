package io.cuewire.cluster;

import io.cuewire.cluster.NodeAgent.Recalled;
import io.cuewire.codec.OscCodec;
import io.cuewire.control.Done;
import io.cuewire.control.EndpointStatus;
import io.cuewire.control.Event;
import io.cuewire.control.HistoryEntry;
import io.cuewire.control.HistoryQuery;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Refused;
import io.cuewire.control.Refused.Kind;
import io.cuewire.control.Status;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Route;
import io.cuewire.show.Nearest;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Answers an operator at any node, by asking the agents of the nodes concerned. */
public final class ClusterControl implements NodeControl {
  private static final Duration ANSWER = Duration.ofSeconds(2);

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
    var view = node.view();
    return node.show().nodes().keySet().stream()
        .filter(n -> n.equals(node.name()) || view.state(n) == ClusterView.NodeState.UP);
  }

  @Override
  public CompletionStage<Void> send(
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
    var outcomes = new ArrayList<CompletableFuture<Optional<String>>>();
    for (var e : named(endpoint)) {
      if (!e.canSend()) {
        throw new Refused(Kind.INVALID, e.name() + " only receives");
      }
      var nodes = node.runs(e);
      if (nodes.isEmpty()) {
        outcomes.add(CompletableFuture.completedFuture(Optional.of(e.name() + " runs nowhere")));
      }
      nodes.forEach(n -> outcomes.add(sendOut(n, e.name(), osc, peer)));
    }
    return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
        .thenApply(_ -> refuseFailures(outcomes.stream().map(CompletableFuture::join).toList()));
  }

  private CompletableFuture<Optional<String>> sendOut(
      String on, String endpoint, byte[] osc, Optional<String> peer) {
    if (on.equals(node.name())) {
      return CompletableFuture.completedFuture(Outgoing.send(node, endpoint, osc, peer));
    }
    return this.<NodeAgent.Outcome>ask(on, to -> new NodeAgent.SendOut(endpoint, osc, peer, to))
        .thenApply(NodeAgent.Outcome::refusal)
        .exceptionally(_ -> Optional.of(endpoint + ": " + on + " does not answer"))
        .toCompletableFuture();
  }

  private static Void refuseFailures(List<Optional<String>> outcomes) {
    var somebodyGotIt = outcomes.stream().anyMatch(Optional::isEmpty);
    var failures =
        outcomes.stream()
            .flatMap(Optional::stream)
            .filter(refusal -> !(somebodyGotIt && Outgoing.isForNobody(refusal)))
            .toList();
    if (!failures.isEmpty()) {
      var some = failures.size() < outcomes.size() ? "not sent everywhere: " : "";
      throw new Refused(Kind.UNAVAILABLE, some + String.join("; ", failures));
    }
    return null;
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
  public CompletionStage<Done<List<EndpointStatus>>> restart(String name) {
    var e = endpoint(name);
    if (!node.ledger().isEnabled(name)) {
      throw new Refused(Kind.CONFLICT, name + " is disabled: enable it first");
    }
    var unconfirmed = ConcurrentHashMap.<String>newKeySet();
    var answers =
        node.runs(e).stream()
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

  private List<EndpointStatus> statusOf(String endpoint) {
    return board.endpoints().stream().filter(e -> e.name().equals(endpoint)).toList();
  }

  private CompletionStage<NodeAgent.Changed> change(Entry.Value value) {
    if (!node.isMember()) {
      throw new Refused(
          Kind.CONFLICT, node.name() + " is isolated and cannot change the show for the others");
    }
    return ask(node.name(), to -> new NodeAgent.Change(value, to));
  }

  private <T> CompletionStage<T> ask(String on, Function<ActorRef<T>, NodeAgent.Command> question) {
    var current =
        system.orElseThrow(() ->
            new Refused(Kind.UNAVAILABLE, node.name() + " is joining the cluster, try again"));
    var agent =
        Members.agent(ActorRefResolver.get(current), Members.address(node.show().nodes().get(on)));
    try {
      return AskPattern.ask(agent, question::apply, ANSWER, current.scheduler())
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
