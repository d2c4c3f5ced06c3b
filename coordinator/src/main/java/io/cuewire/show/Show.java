package io.cuewire.show;

import io.cuewire.routing.Route;
import io.cuewire.transport.Origins;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything one production needs, as its show file says it and the same on every machine. Maps
 * keep the order of the file; for {@code nodes} that is the seed order and the tie-break order.
 *
 * @param mappings by the OSC address that arrives
 * @param sources the {@code ${env:NAME}} form of every value that was written so, by its path in
 *     the file (a list of one entry adds nothing to the path): a secret is written back as this
 */
public record Show(
    String name,
    SequencedMap<String, ShowNode> nodes,
    SequencedMap<String, ShowEndpoint> endpoints,
    SequencedMap<String, Route> routes,
    Parameters parameters,
    SequencedMap<String, ParameterMapping> mappings,
    SequencedMap<String, Surface> surfaces,
    SequencedMap<String, Scene> scenes,
    Split split,
    Emergency emergency,
    Security security,
    SequencedMap<List<String>, String> sources) {

  public Show {
    nodes = inOrder(nodes);
    endpoints = inOrder(endpoints);
    routes = inOrder(routes);
    mappings = inOrder(mappings);
    surfaces = inOrder(surfaces);
    scenes = inOrder(scenes);
    sources = inOrder(sources);
  }

  /** An immutable copy that keeps the order, which {@code Map.copyOf} does not. */
  static <K, V> SequencedMap<K, V> inOrder(SequencedMap<K, V> map) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
  }

  /** The nodes that run endpoints: all but the witnesses, in the order of the file. */
  public List<String> carriers() {
    return nodes.values().stream()
        .filter(node -> !node.witness())
        .map(ShowNode::name)
        .collect(Collectors.toUnmodifiableList());
  }

  /** The nodes that run this endpoint or could take it over, the preferred one first. */
  public List<String> candidates(ShowEndpoint endpoint) {
    return switch (endpoint.on()) {
      case On.All _ -> carriers();
      case On.Pinned(var node) -> List.of(node);
      case On.Listed(var listed) -> listed;
    };
  }

  /** The address that a listener binds on a node: its own, else the node's. */
  public Optional<String> bindAddress(ShowEndpoint endpoint, String node) {
    return endpoint.bind().or(() -> Optional.ofNullable(nodes.get(node)).map(ShowNode::bind));
  }

  /** The pages whose browsers may connect: those of its nodes, and those it names. */
  public Origins origins() {
    var hosts = nodes.values().stream().map(ShowNode::host);
    var named = security.origins().stream().map(URI::getHost);
    return new Origins(Stream.concat(hosts, named).collect(Collectors.toUnmodifiableSet()));
  }

  /** The same show with this route added, or in the place of the one with its name. */
  public Show withRoute(Route route) {
    if (route.equals(routes.get(route.name()))) {
      return this; // with its ${env:NAME} forms
    }
    var changed = new LinkedHashMap<>(routes);
    changed.put(route.name(), route);
    return withRoutes(changed, route.name());
  }

  public Show withoutRoute(String route) {
    var changed = new LinkedHashMap<>(routes);
    changed.remove(route);
    return withRoutes(changed, route);
  }

  private Show withRoutes(SequencedMap<String, Route> newRoutes, String changed) {
    var stillTrue = new LinkedHashMap<>(sources);
    stillTrue.keySet().removeIf(path -> path.size() > 1 && isRoute(path, changed));
    return new Show(
        name,
        nodes,
        endpoints,
        newRoutes,
        parameters,
        mappings,
        surfaces,
        scenes,
        split,
        emergency,
        security,
        stillTrue);
  }

  private static boolean isRoute(List<String> path, String route) {
    return path.get(0).equals("routes") && path.get(1).equals(route);
  }
}
