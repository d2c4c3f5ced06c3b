package io.cuewire.node.api;

import io.cuewire.node.api.Access.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call of the interface.
 *
 * @param path its parts; {@code *} stands for a name
 */
record Call(String method, List<String> path, Right right, Answerer answerer) {

  /** Answers a request, or throws {@link io.cuewire.control.Refused} or {@link ApiError}. */
  @FunctionalInterface
  interface Answerer {
    Answer answer(ApiRequest request) throws Exception;
  }

  static Call read(String path, Answerer answerer) {
    return new Call("GET", parts(path), Right.READ, answerer);
  }

  static Call change(String method, String path, Answerer answerer) {
    return new Call(method, parts(path), Right.CHANGE, answerer);
  }

  /** A call of a later version: never looks as if it had worked. */
  static Call later(String method, String path, Right right, String what) {
    return new Call(
        method,
        parts(path),
        right,
        _ -> {
          throw new ApiError(503, what + " is not available in this version");
        });
  }

  private static List<String> parts(String path) {
    return List.of(path.substring(1).split("/"));
  }

  /** The names in a request's path, or empty when it is another call's. */
  Optional<List<String>> match(List<String> requested) {
    if (requested.size() != path.size()) {
      return Optional.empty();
    }
    var names = new ArrayList<String>();
    for (var i = 0; i < path.size(); i++) {
      if (path.get(i).equals("*")) {
        names.add(requested.get(i));
      } else if (!path.get(i).equals(requested.get(i))) {
        return Optional.empty();
      }
    }
    return names.contains("") ? Optional.empty() : Optional.of(List.copyOf(names));
  }
}
