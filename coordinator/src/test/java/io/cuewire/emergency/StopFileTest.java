package io.cuewire.emergency;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopFileTest {
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("stop/1", 1, "a", new StopRaised("1", 1764000000000L, "fire \"1\"", "a", "me")),
          new Entry("cleared/1", 2, "b", new StopCleared("1")));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("emergency-stop.json");
  }

  private static StopFile in(Path folder) {
    return new StopFile(folder, Runnable::run, () -> ENTRIES);
  }

  private static void write(StopFile stops) {
    stops.changed();
    stops.keepUp();
  }

  @Test
  void keepsStopsAndClearsOverARestart() {
    write(in(folder));
    var next = in(folder);
    assertThat(next.read()).isEqualTo(ENTRIES);
    assertThat(next.trouble()).isEmpty();
    assertThat(folder).isDirectoryNotContaining(p -> !p.equals(file));
  }

  @Test
  void makesItsFolder() {
    var deep = folder.resolve("deeper/still");
    write(in(deep));
    assertThat(in(deep).read()).isEqualTo(ENTRIES);
  }

  @Test
  void nothingWasKeptInANewFolder() {
    var stops = in(folder);
    assertThat(stops.read()).isEmpty();
    assertThat(stops.trouble()).isEmpty();
  }

  @Test
  void writesWhatThereIsWhenItIsWritten() {
    var tasks = new ArrayList<Runnable>();
    var entries = new ArrayList<>(ENTRIES.subList(0, 1));
    var stops = new StopFile(folder, tasks::add, () -> List.copyOf(entries));
    write(stops);
    assertThat(file).as("nobody waits for the disk").doesNotExist();
    entries.add(ENTRIES.getLast());
    tasks.getFirst().run();
    assertThat(in(folder).read()).isEqualTo(ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[null]",
        "{}",
        "[{}]",
        "[1]",
        "[{\"key\":\"stop/1\",\"version\":1,\"author\":\"a\",\"value\":{\"@type\":\"stop\"}}]",
        "[{\"key\":\"stop/1\",\"version\":1,\"author\":null,"
            + "\"value\":{\"@type\":\"cleared\",\"id\":\"1\"}}]",
        "[{\"key\":\"scene\",\"version\":1,\"author\":\"a\","
            + "\"value\":{\"@type\":\"scene\",\"scene\":\"x\",\"sequence\":1,\"since\":1}}]",
        "[{\"key\":\"stop/1\",\"versi",
        "not JSON at all"
      })
  void aDamagedFileIsReportedAndHarmsNobody(String damaged) throws Exception {
    Files.writeString(file, damaged);
    var stops = in(folder);
    assertThat(stops.read()).isEmpty();
    assertThat(stops.trouble())
        .hasValueSatisfying(text ->
            assertThat(text)
                .startsWith("the emergency stop's file " + file + " cannot be read (")
                .endsWith("): a stop of before is not known here"));
    write(stops);
    assertThat(stops.trouble()).as("once it is written it is whole again").isEmpty();
    assertThat(in(folder).read()).isEqualTo(ENTRIES);
  }

  @Test
  void bytesThatAreNoTextAreReported() throws Exception {
    Files.write(file, "[\"\u00ff\u00fe\"]".getBytes(StandardCharsets.ISO_8859_1));
    var stops = in(folder);
    assertThat(stops.read()).isEmpty();
    assertThat(stops.trouble()).isPresent();
  }

  @Test
  @EnabledIf("hasFullDevice")
  void aFullDiskIsReportedAndKeepsTheFileThatWas() throws Exception {
    write(in(folder));
    var next = folder.resolve("emergency-stop.json.next");
    Files.createSymbolicLink(next, Path.of("/dev/full"));
    var stops = new StopFile(folder, Runnable::run, List::of);
    write(stops);
    assertThat(stops.trouble())
        .hasValueSatisfying(text ->
            assertThat(text)
                .startsWith("the emergency stop's file " + file + " cannot be written (")
                .endsWith("): a restart of all nodes would forget it"));
    assertThat(in(folder).read()).isEqualTo(ENTRIES);
    Files.delete(next);
    write(stops);
    assertThat(stops.trouble()).isEmpty();
  }

  static boolean hasFullDevice() {
    return Files.isWritable(Path.of("/dev/full"));
  }

  @Test
  void aFolderThatCannotBeWrittenIsReported() throws Exception {
    Files.writeString(folder.resolve("taken"), "a file");
    for (var nowhere : List.of(folder.resolve("taken"), folder.resolve("taken/deeper"))) {
      var stops = in(nowhere);
      write(stops);
      assertThat(stops.trouble())
          .hasValueSatisfying(text -> assertThat(text).contains("cannot be written"));
    }
    Files.createDirectories(file); // somebody's folder stands in its place
    Files.writeString(file.resolve("something"), "x");
    var stops = in(folder);
    write(stops);
    assertThat(stops.trouble())
        .hasValueSatisfying(text -> assertThat(text).contains("cannot be written"));
    assertThat(stops.read()).isEmpty();
  }
}
