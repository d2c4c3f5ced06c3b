package io.cuewire.show;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/**
 * A group of keys on its way into a file. Values are numbers, text, booleans, null, groups and
 * lists of these.
 */
final class Group {
  private static final Set<String> NAMED =
      Set.of("nodes", "endpoints", "routes", "mappings", "surfaces", "scenes");

  private final SequencedMap<String, Object> values = new LinkedHashMap<>();

  SequencedMap<String, Object> values() {
    return values;
  }

  static <T> Group named(Map<String, T> entries, Function<T, ?> writer) {
    var group = new Group();
    entries.forEach((name, entry) -> group.values.put(name, mutable(writer.apply(entry))));
    return group;
  }

  /** Adds a value; what is absent, and a group without keys, adds nothing. */
  Group put(String key, Object value) {
    switch (value) {
      case Optional<?> optional -> optional.ifPresent(present -> put(key, present));
      case OptionalDouble optional ->
          optional.ifPresent(number -> put(key, ShowWriter.number(number)));
      case Group group when group.values.isEmpty() -> {}
      case HostPort place -> values.put(key, place.toString());
      default -> values.put(key, mutable(value));
    }
    return this;
  }

  /** Adds a value that is not the default. */
  Group unless(Object byDefault, String key, Object value) {
    return byDefault.equals(value) ? this : put(key, value);
  }

  /** Adds a list that is not empty. */
  Group filled(String key, List<?> list) {
    return list.isEmpty() ? this : put(key, list);
  }

  private static Object mutable(Object value) {
    return value instanceof List<?> list ? new ArrayList<Object>(list) : value;
  }

  /** Puts the {@code ${env:NAME}} form of a value where the value stands, see Show.sources. */
  void restore(List<String> path, String source) {
    var section = path.getFirst();
    var isGone =
        NAMED.contains(section)
            && !(values.get(section) instanceof Group group
                && group.values.containsKey(path.get(1)));
    if (!isGone) {
      restored(this, path, source);
    }
  }

  private static Object restored(Object at, List<String> path, String source) {
    return switch (at) {
      case List<?> list when list.size() == 1 -> inList(list, 0, path, source);
      case List<?> list when !path.isEmpty() ->
          inList(list, Integer.parseInt(path.getFirst()), path.subList(1, path.size()), source);
      case Group group when !path.isEmpty() -> {
        var rest = path.subList(1, path.size());
        var value = group.values.getOrDefault(path.getFirst(), new Group());
        group.values.put(path.getFirst(), restored(value, rest, source));
        yield group;
      }
      case null -> source;
      default -> path.isEmpty() ? source : at;
    };
  }

  private static Object inList(List<?> list, int index, List<String> path, String source) {
    var items = new ArrayList<Object>(list);
    if (index < items.size()) {
      items.set(index, restored(items.get(index), path, source));
    }
    return items;
  }
}
