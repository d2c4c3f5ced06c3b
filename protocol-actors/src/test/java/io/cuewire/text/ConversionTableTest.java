package io.cuewire.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.illposed.osc.argument.OSCColor;
import com.illposed.osc.argument.OSCImpulse;
import com.illposed.osc.argument.OSCMidiMessage;
import com.illposed.osc.argument.OSCSymbol;
import com.illposed.osc.argument.OSCTimeTag64;
import io.cuewire.codec.OscCodec;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/protocols.md tells the truth: its table, row by row. */
class ConversionTableTest {
  private static final Map<String, Object> VALUES = values();

  private static Map<String, Object> values() {
    var values = new HashMap<String, Object>();
    values.put("integer", 5);
    values.put("negative integer", -5);
    values.put("large integer", 1L << 40);
    values.put("small 64-bit integer", 7L);
    values.put("float", 0.5f);
    values.put("whole float", 1f);
    values.put("large float", 1e10f);
    values.put("not a number", Float.NaN);
    values.put("double", 0.25);
    values.put("true", true);
    values.put("false", false);
    values.put("word", "word");
    values.put("text with a space", "two words");
    values.put("empty text", "");
    values.put("text like a number", "5");
    values.put("text like a boolean", "true");
    values.put("text with a line end", "a\nb");
    values.put("symbol", OSCSymbol.valueOf("word"));
    values.put("character", 'x');
    values.put("nil", null);
    values.put("impulse", OSCImpulse.INSTANCE);
    values.put("blob", new byte[] {1, 2, 3});
    values.put("time tag", OSCTimeTag64.valueOf(1));
    values.put("colour", new OSCColor((byte) 255, (byte) 128, (byte) 0, (byte) 255));
    values.put("MIDI message", new OSCMidiMessage((byte) 0, (byte) 0x90, (byte) 64, (byte) 100));
    values.put("array", List.of(1, 2));
    return values;
  }

  record Row(
      String value, String tag, String text, String fromText, String json, String fromJson) {}

  static List<Row> rows() throws IOException {
    try (var lines = Files.lines(Path.of("../docs/protocols.md"))) {
      return lines
          .dropWhile(line -> !line.startsWith("| value | OSC tag |"))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .map(ConversionTableTest::row)
          .toList();
    }
  }

  private static Row row(String line) {
    var cells =
        Arrays.stream(line.substring(1).split("\\|"))
            .map(String::strip)
            .map(cell -> cell.replaceAll("^`|`$", ""))
            .toList();
    return new Row(
        cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(4), cells.get(5));
  }

  @Test
  void namesEveryKindOfValueOnce() throws IOException {
    assertThat(rows()).extracting(Row::value).containsExactlyInAnyOrderElementsOf(VALUES.keySet());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void saysWhatBecomesOfIt(Row row) {
    var args = Collections.singletonList(VALUES.get(row.value()));
    assertThat(tags(args)).isEqualTo(row.tag());
    var text = TextFormat.write(Message.of("/a", args));
    assertThat(text).isEqualTo("/a " + row.text());
    assertThat(tags(TextFormat.read(text).args())).isEqualTo(row.fromText());
    var json = JsonText.args(args);
    assertThat(json).hasToString("[" + row.json() + "]");
    var read = JsonText.parse(json.toString()).map(JsonText::arguments).orElseThrow();
    assertThat(tags(read)).isEqualTo(row.fromJson());
  }

  /** The type tags as OSC writes them. */
  private static String tags(List<?> args) {
    var packet = new String(OscCodec.encode("/a", args), StandardCharsets.ISO_8859_1);
    return Stream.of(packet.substring(packet.indexOf(',') + 1).split("\0"))
        .findFirst()
        .orElseThrow();
  }
}
