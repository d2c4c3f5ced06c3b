package io.cuewire.testing;

import io.cuewire.message.Message;
import io.cuewire.routing.Patchbay;
import io.cuewire.routing.Router;
import io.cuewire.routing.RoutingSnapshot;
import io.cuewire.routing.Target;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A patchbay whose endpoints are inboxes, unless told otherwise, and a router over it. */
public final class Desk implements Patchbay {
  private final Map<String, Inbox> inboxes = new LinkedHashMap<>();
  private final Map<String, Target> others = new HashMap<>();
  private final Map<String, Target> actions = new HashMap<>();
  private final Router router = new Router();

  /** Each name is a source as well as a target. */
  public Desk(String... endpoints) {
    for (var name : endpoints) {
      inboxes.put(name, new Inbox());
    }
  }

  @Override
  public Collection<String> sources() {
    return inboxes.keySet();
  }

  /** {@code osc:*} is every endpoint whose name begins so. */
  @Override
  public List<String> named(String to) {
    return to.endsWith(":*")
        ? inboxes.keySet().stream()
            .filter(name -> name.startsWith(to.substring(0, to.length() - 2)))
            .toList()
        : List.of(to);
  }

  @Override
  public List<Target> instances(String endpoint) {
    return Stream.of(others, inboxes)
        .filter(targets -> targets.containsKey(endpoint))
        .limit(1)
        .<Target>map(targets -> targets.get(endpoint))
        .toList();
  }

  @Override
  public Optional<Target> acts(String source, String address) {
    return actions.entrySet().stream()
        .filter(action -> address.startsWith(action.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The show itself does something with addresses that begin so. */
  public Desk actsOn(String beginning, Target target) {
    actions.put(beginning, target);
    return this;
  }

  /** What goes to an endpoint ends at {@code target}, instead of at its inbox. */
  public Desk connect(String endpoint, Target target) {
    others.put(endpoint, target);
    return this;
  }

  public Desk routes(RouteBuilder... routes) {
    var built = Arrays.stream(routes).map(RouteBuilder::build).toList();
    router.replace(RoutingSnapshot.compile(built, this));
    return this;
  }

  public Router router() {
    return router;
  }

  public Inbox inbox(String endpoint) {
    return inboxes.get(endpoint);
  }

  /** Lets a message come in; returns how many deliveries were lost. */
  public int route(String source, Message message) {
    return router.route(source, message);
  }

  public int route(String source, String address, Object... args) {
    return route(source, Message.of(address, Arrays.asList(args)));
  }
}
