package io.cuewire.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class ShowSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LoadSettings YAML =
      LoadSettings.builder().setSchema(new CoreSchema()).build();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ShowSchema.text());

  /** Below these keys stand names that the show itself chooses. */
  private static final Set<String> CHOSEN =
      Set.of("nodes", "endpoints", "routes", "mappings", "surfaces", "scenes", "headers");

  static List<Path> examples() {
    return Shows.examples();
  }

  static Stream<Path> fullExamples() {
    return Stream.of("contract.yaml", "everything.yaml").map(Shows::resource);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void acceptsTheExamples(Path example) {
    assertThat(objections(Shows.text(example))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void acceptsWhatTheWriterWrites(Path example) {
    assertThat(objections(ShowWriter.write(Shows.valid(Shows.text(example))))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("fullExamples")
  void refusesEveryMisspeltKeyAsTheReaderDoes(Path example) {
    var text = Shows.text(example);
    var keys = keys(text);
    assertThat(keys).hasSizeGreaterThan(100);
    for (var key : keys) {
      var misspelt = key.misspelt(text);
      assertThat(objections(misspelt)).as("schema, %s misspelt", key).isNotEmpty();
      assertThat(Shows.problems(misspelt))
          .as("reader, %s misspelt", key)
          .anySatisfy(problem ->
              assertThat(problem)
                  .startsWith("show.yaml:" + key.line() + ":" + key.column() + ": ")
                  .contains("'" + key.misspelt() + "'"));
    }
  }

  @Test
  void describesNoKeyThatTheExamplesDoNotUse() throws JsonProcessingException {
    var used = new HashSet<String>();
    fullExamples().forEach(file -> keys(Shows.text(file)).forEach(key -> used.add(key.name())));
    var described = new HashSet<String>();
    collectProperties(JSON.readTree(ShowSchema.text()), described);
    described.removeAll(Set.of("nodes", "endpoints")); // never misspelt: all else would dangle
    assertThat(used).containsAll(described);
  }

  @Test
  void knowsTheSameKeysOfAnEndpointAsTheReader() throws JsonProcessingException {
    var endpoint = JSON.readTree(ShowSchema.text()).at("/$defs/endpoint/properties");
    var described = new ArrayList<String>();
    endpoint.fieldNames().forEachRemaining(described::add);
    assertThat(described).containsExactlyInAnyOrderElementsOf(KeyOwners.all());
  }

  @Test
  void givesEachProtocolTheSameKeysAsTheReader() throws JsonProcessingException {
    for (var rule : JSON.readTree(ShowSchema.text()).at("/$defs/endpoint/allOf")) {
      var protocol = rule.at("/if/properties/protocol/const").asText();
      var allowed = new ArrayList<String>();
      rule.at("/then/propertyNames/enum").forEach(key -> allowed.add(key.asText()));
      var speaks =
          Stream.of(Protocol.values()).filter(p -> p.word().equals(protocol)).findFirst().get();
      assertThat(allowed)
          .as(protocol)
          .containsExactlyInAnyOrderElementsOf(
              KeyOwners.all().stream().filter(key -> KeyOwners.allows(key, speaks)).toList());
    }
  }

  private static void collectProperties(JsonNode schema, Set<String> names) {
    var properties = schema.path("properties");
    properties.fieldNames().forEachRemaining(names::add);
    schema.forEach(part -> collectProperties(part, names));
  }

  private static List<?> objections(String yaml) {
    try {
      var json = JSON.writeValueAsString(new Load(YAML).loadFromString(yaml));
      return SCHEMA.validate(json, InputFormat.JSON);
    } catch (JsonProcessingException impossible) {
      return fail(impossible);
    }
  }

  /**
   * A key that the contract names.
   *
   * @param offset where it begins in the text
   */
  private record Key(String name, int line, int column, int offset) {
    String misspelt() {
      return name.charAt(0) + "q" + name.substring(1);
    }

    String misspelt(String text) {
      return text.substring(0, offset) + misspelt() + text.substring(offset + name.length());
    }
  }

  private static List<Key> keys(String text) {
    var keys = new ArrayList<Key>();
    collect(new Compose(YAML).composeString(text).orElseThrow(), false, keys);
    return keys;
  }

  private static void collect(Node node, boolean areChosen, List<Key> keys) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(item -> collect(item, false, keys));
    } else if (node instanceof MappingNode group) {
      for (var tuple : group.getValue()) {
        var key = (ScalarNode) tuple.getKeyNode();
        if (!areChosen) {
          keys.add(key(key.getValue(), key.getStartMark().orElseThrow()));
        }
        var below = !areChosen && CHOSEN.contains(key.getValue());
        collect(tuple.getValueNode(), below, keys);
      }
    }
  }

  private static Key key(String name, Mark mark) {
    return new Key(name, mark.getLine() + 1, mark.getColumn() + 1, mark.getIndex());
  }
}
