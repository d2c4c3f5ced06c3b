package io.cuewire.show;

import io.cuewire.show.Value.Entry;
import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One group of keys being read. Each key that is asked for is thereby known; {@link #end} reports
 * the others.
 */
final class Fields {
  private final String owner;
  private final Position at;
  private final Mapping mapping;
  private final Problems problems;
  private final SequencedSet<String> known = new LinkedHashSet<>();
  private final List<Missing> missing = new ArrayList<>();

  private record Missing(List<String> keys, String message) {}

  /**
   * @param owner what the group belongs to, such as {@code endpoint 'desk'}
   * @param at where a missing key is reported
   */
  Fields(String owner, Position at, Mapping mapping, Problems problems) {
    this.owner = owner;
    this.at = at;
    this.mapping = mapping;
    this.problems = problems;
  }

  String owner() {
    return owner;
  }

  boolean has(String key) {
    return find(key).isPresent();
  }

  /** Where the key's value stands, else where the group does. */
  Position at(String key) {
    return find(key).map(entry -> entry.value().at()).orElse(at);
  }

  /** Whether the key's value is a scalar of which this is true. */
  boolean contains(String key, Predicate<Scalar> what) {
    return find(key)
        .filter(entry -> entry.value() instanceof Scalar scalar && what.test(scalar))
        .isPresent();
  }

  <T> Optional<T> get(String key, Decoder<T> decoder) {
    return find(key).map(this::spot).flatMap(decoder::decode);
  }

  <T> T get(String key, Decoder<T> decoder, T fallback) {
    return get(key, decoder).orElse(fallback);
  }

  <T> List<T> list(String key, Decoder<List<T>> decoder) {
    return get(key, decoder).orElse(List.of());
  }

  /** A key that must be there; {@code meaning} ends "endpoint 'x' needs 'key', …". */
  <T> Optional<T> need(String key, String meaning, Decoder<T> decoder) {
    if (!has(key)) {
      missing(List.of(key), owner + " needs '" + key + "', " + meaning);
    }
    return get(key, decoder);
  }

  /** One of these keys must be there; {@link #end} says so, unless one of them is misspelt. */
  void missing(List<String> keys, String message) {
    missing.add(new Missing(keys, message));
  }

  /** The named entries below a key; a key without a value has none. */
  List<Entry> entries(String key) {
    return find(key)
        .filter(entry -> !isNothing(entry.value()))
        .flatMap(entry ->
            entry.value() instanceof Mapping group
                ? Optional.of(group.entries())
                : spot(entry).<List<Entry>>expected("a group of named entries"))
        .orElse(List.of());
  }

  /** The names below a key, whatever stands behind them. */
  SequencedSet<String> names(String key) {
    var names = new LinkedHashSet<String>();
    find(key)
        .filter(entry -> entry.value() instanceof Mapping)
        .map(entry -> (Mapping) entry.value())
        .ifPresent(group -> group.entries().forEach(each -> names.add(each.key())));
    return names;
  }

  /** The value of a named entry that is no group. */
  <T> Optional<T> entry(Entry entry, Decoder<T> decoder) {
    return decoder.decode(spot(entry));
  }

  /** A mistake in the name of an entry. */
  void entryProblem(Entry entry, String message) {
    problems.add(entry.at(), message);
  }

  /** Nothing stands behind the key: a section whose entries are commented out. */
  boolean isBlank(String key) {
    return find(key).filter(entry -> !isNothing(entry.value())).isEmpty();
  }

  /** The keys of a named entry, such as one endpoint. */
  Optional<Fields> within(String kind, Entry entry) {
    var name = kind + " '" + entry.key() + "'";
    return entry.value() instanceof Mapping group
        ? Optional.of(new Fields(name, entry.at(), group, problems))
        : new Spot(name, entry.value(), problems).expected("a group of keys, in { }");
  }

  private static boolean isNothing(Value value) {
    return value instanceof Scalar scalar && scalar.kind() == Value.Kind.NOTHING;
  }

  /** How many mistakes the file has so far. */
  int mistakes() {
    return problems.count();
  }

  /** A mistake of the group as a whole. */
  void problem(String message) {
    problems.add(at, message);
  }

  /** A mistake in a key's value. */
  void problem(String key, String message) {
    problems.add(at(key), message);
  }

  /** A mistake that is the key itself. */
  void keyProblem(String key, String message) {
    problems.add(find(key).map(Entry::at).orElse(at), message);
  }

  /** Reports every key that nobody asked for. */
  void end() {
    end(_ -> Optional.empty());
  }

  /**
   * @param elsewhere why a key that is known in other places is wrong here
   */
  void end(Function<String, Optional<String>> elsewhere) {
    var meant = new HashSet<String>();
    for (var entry : mapping.entries()) {
      var key = entry.key();
      if (!known.contains(key)) {
        Nearest.to(key, known).ifPresent(meant::add);
        glued(key).ifPresent(meant::add);
        problems.add(entry.at(), elsewhere.apply(key).orElseGet(() -> unknown(key)));
      }
    }
    missing.stream()
        .filter(absent -> Collections.disjoint(absent.keys(), meant))
        .forEach(absent -> problem(absent.message()));
  }

  /** The known key in {@code port:9000}, which YAML takes for one word. */
  private Optional<String> glued(String key) {
    var colon = key.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(key.substring(0, colon)).filter(known::contains);
  }

  private String unknown(String key) {
    if (glued(key).isPresent()) {
      return "'" + key + "' is one word: write a space after the ':'";
    }
    return "unknown key '" + key + "'" + Nearest.suggestion(key, known, "known here");
  }

  private Optional<Entry> find(String key) {
    known.add(key);
    return mapping.entries().stream().filter(entry -> entry.key().equals(key)).findFirst();
  }

  private Spot spot(Entry entry) {
    return new Spot("'" + entry.key() + "'", entry.value(), problems);
  }
}
