package io.cuewire.control;

import io.cuewire.control.Status.EmergencyStatus;
import io.cuewire.parameter.ParameterDesk.Current;
import io.cuewire.routing.Route;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Show;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Everything an operator can ask of a node, whichever node the answer lives on. A request that is
 * not carried out completes with {@link Refused}. Nothing here blocks.
 */
public interface NodeControl {

  Status status();

  Show show();

  List<Route> routes();

  /** The newest messages of all reachable nodes, oldest first. */
  CompletionStage<List<HistoryEntry>> history(HistoryQuery query);

  /**
   * Sends one message out of an endpoint, wherever it runs.
   *
   * @param endpoint a name, or {@code osc:*} for every sender of a protocol
   * @param args OSC arguments as Java values
   * @param peer {@code IP:PORT} of the one client of a server that gets it
   * @return why it did not go out everywhere, where it went out somewhere
   */
  CompletionStage<Set<String>> send(
      String endpoint, String address, List<Object> args, Optional<String> peer);

  /** Adds or replaces a route on every node; answers when all have confirmed, or a second later. */
  CompletionStage<Done<Route>> putRoute(Route route);

  /** Removes a route on every node; answers what was removed. */
  CompletionStage<Done<Route>> removeRoute(String name);

  /** Changes the scene on every node; answers when all have fired. */
  CompletionStage<SceneOutcome> changeScene(String scene);

  /**
   * Enters the emergency stop; answers when all endpoints have confirmed it, or two seconds later.
   *
   * @param by who asks, for people
   */
  CompletionStage<EmergencyStatus> emergencyStop(String reason, String by);

  /** Leaves the emergency stop. */
  EmergencyStatus clearStop();

  /** The values of all parameters. */
  List<Current> parameters();

  /**
   * Sets a parameter on all nodes.
   *
   * @param value Integer, Long, Float, Boolean or String
   */
  void setParameter(ParameterId id, Object value);

  /** Closes and opens the endpoint on every node that runs it. */
  CompletionStage<Done<List<EndpointStatus>>> restart(String endpoint);

  /** Takes an endpoint out of service on every node, or back in; lasts until it is said again. */
  CompletionStage<Done<List<EndpointStatus>>> enable(String endpoint, boolean enabled);

  /** Moves an endpoint to another of the nodes that it is listed for, where it then stays. */
  CompletionStage<Done<List<EndpointStatus>>> move(String endpoint, String node);

  /** Moves everything off a node that others can run, and then ends it. */
  CompletionStage<Done<NodeStatus>> drain(String node);

  /** Calls back for every event until closed; a slow listener misses events, never delays them. */
  AutoCloseable subscribe(Consumer<Event> listener);
}
