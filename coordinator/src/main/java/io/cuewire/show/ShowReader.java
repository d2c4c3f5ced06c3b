package io.cuewire.show;

import io.cuewire.show.ShowReading.Invalid;
import io.cuewire.show.ShowReading.Valid;
import io.cuewire.show.Value.Entry;
import io.cuewire.show.Value.Kind;
import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads a show file: the show, or every mistake in the file. */
public final class ShowReader {
  private final Problems problems;
  private final Fields top;
  private final Ports ports;

  private ShowReader(Problems problems, Mapping root) {
    this.problems = problems;
    this.top = new Fields("a show", root.at(), root, problems);
    this.ports = new Ports(problems);
  }

  /** Reads a file, with the variables of this process for {@code ${env:NAME}}. */
  public static ShowReading read(Path file) {
    try {
      return read(file.toString(), Utf8.decode(Files.readAllBytes(file)), System.getenv());
    } catch (Utf8.Malformed wrong) {
      return unreadable(file, wrong.at(), "not UTF-8: save the file in this encoding");
    } catch (NoSuchFileException _) {
      return unreadable(file, Position.START, "there is no such file");
    } catch (AccessDeniedException _) {
      return unreadable(file, Position.START, "this file may not be read");
    } catch (IOException failed) {
      return unreadable(file, Position.START, "cannot be read: " + failed.getMessage());
    }
  }

  private static ShowReading unreadable(Path file, Position at, String message) {
    return new Invalid(List.of(new Problem(file.toString(), at.line(), at.column(), message)));
  }

  /**
   * @param file its name, for messages
   * @param environment the variables for {@code ${env:NAME}}
   */
  public static ShowReading read(String file, String text, Map<String, String> environment) {
    var problems = new Problems(file);
    var tree = Yaml.read(text, environment, problems);
    Optional<Show> show = Optional.empty();
    if (tree.root().isPresent() && tree.root().get() instanceof Mapping root) {
      show = new ShowReader(problems, root).show(tree.sources());
    } else if (problems.isEmpty()) {
      var at = tree.root().map(Value::at).orElse(Position.START);
      problems.add(at, "a show begins with 'show: NAME' and has 'nodes'");
    }
    return show.isPresent() && problems.isEmpty()
        ? new Valid(show.get())
        : new Invalid(problems.inOrder());
  }

  private Optional<Show> show(SequencedMap<List<String>, String> sources) {
    var name = top.need("show", "its name", Decoders.WORDS);
    var nodes = nodes();
    var endpoints = endpoints(nodes);
    var names =
        new Scope(top.names("endpoints"), endpoints, top.names("scenes"), Scope.NOTHING_DECLARED);
    var parameters =
        section("parameters", f -> ParameterReader.read(f, names), Scope.NOTHING_DECLARED);
    var scope = names.with(parameters);
    var routes = named("routes", "route", new RouteReader(scope)::read);
    var mappings =
        entries(
            "mappings",
            "mapping",
            this::checkAddress,
            (entry, fields) -> ParameterReader.mapping(entry, fields, scope));
    var surfaces = named("surfaces", "surface", new SurfaceReader(scope)::read);
    var scenes = scenes(new SceneReader(scope));
    var split = section("split", SafetyReader::split, new Split(Optional.empty()));
    var emergency =
        section(
            "emergency",
            fields -> SafetyReader.emergency(fields, scope),
            SafetyReader.NO_EMERGENCY_KEYS);
    var security =
        section(
            "security",
            SafetyReader::security,
            new Security(Optional.empty(), Optional.empty(), List.of()));
    top.end();
    ports.check();
    return name.map(title ->
        new Show(
            title,
            nodes,
            endpoints,
            routes,
            parameters,
            mappings,
            surfaces,
            scenes,
            split,
            emergency,
            security,
            sources));
  }

  private SequencedMap<String, ShowNode> nodes() {
    if (!top.has("nodes")) {
      top.missing(List.of("nodes"), "a show needs 'nodes', its machines");
      return new LinkedHashMap<>();
    }
    var before = top.mistakes();
    var nodes =
        named(
            "nodes",
            "node",
            (entry, fields) -> {
              if (entry.key().equals("all")) {
                top.entryProblem(entry, "'all' means all nodes: give this one another name");
              }
              var node = NodeReader.read(entry, fields);
              node.ifPresent(read -> ports.add(read, fields));
              return node;
            });
    if (top.names("nodes").isEmpty() && top.mistakes() == before) {
      top.problem("nodes", "'nodes' is empty: a show needs a machine to run on");
    } else if (!nodes.isEmpty()
        && nodes.size() == top.names("nodes").size()
        && nodes.values().stream().allMatch(ShowNode::witness)) {
      top.problem("nodes", "every node is a witness: one at least must run endpoints");
    }
    return nodes;
  }

  private SequencedMap<String, ShowEndpoint> endpoints(Map<String, ShowNode> nodes) {
    var witnesses =
        nodes.values().stream()
            .filter(ShowNode::witness)
            .map(ShowNode::name)
            .collect(Collectors.toSet());
    var reader = new EndpointReader(top.names("nodes"), witnesses);
    return named(
        "endpoints",
        "endpoint",
        (entry, fields) -> {
          if (Set.of("all", "none").contains(entry.key())) {
            top.entryProblem(
                entry,
                "'"
                    + entry.key()
                    + "' means "
                    + entry.key()
                    + " of the endpoints: give this one another name");
          }
          var endpoint = reader.read(entry, fields);
          endpoint.ifPresent(read -> ports.add(read, nodes, fields));
          return endpoint;
        });
  }

  private SequencedMap<String, Scene> scenes(SceneReader reader) {
    var scenes = new LinkedHashMap<String, Scene>();
    for (var entry : top.entries("scenes")) {
      checkName(entry);
      reader.read(entry, top).ifPresent(scene -> scenes.put(entry.key(), scene));
    }
    return scenes;
  }

  private <T> T section(String key, Function<Fields, T> reader, T absent) {
    return top.isBlank(key)
        ? absent
        : top.get(key, Decoders.group("'" + key + "'", f -> Optional.of(reader.apply(f))))
            .orElse(absent);
  }

  private <T> SequencedMap<String, T> named(
      String section, String kind, BiFunction<Entry, Fields, Optional<T>> reader) {
    return entries(section, kind, this::checkName, reader);
  }

  private <T> SequencedMap<String, T> entries(
      String section,
      String kind,
      Consumer<Entry> check,
      BiFunction<Entry, Fields, Optional<T>> reader) {
    var read = new LinkedHashMap<String, T>();
    for (var entry : top.entries(section)) {
      check.accept(entry);
      top.within(kind, entry)
          .flatMap(fields -> reader.apply(entry, fields))
          .ifPresent(value -> read.put(entry.key(), value));
    }
    return read;
  }

  private void checkName(Entry entry) {
    Formats.objectionToName(entry.key()).ifPresent(why -> top.entryProblem(entry, why));
  }

  private void checkAddress(Entry entry) {
    var key = new Scalar(entry.at(), Kind.TEXT, entry.key(), Optional.empty());
    Formats.ADDRESS.decode(new Spot("a key of 'mappings'", key, problems));
  }
}
