package io.cuewire.emergency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.cuewire.ledger.Entry;
import java.util.List;

/** Stops and clears as text: for the links between nodes, and for the file. */
public final class StopText {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();
  private static final TypeReference<List<Entry>> ENTRIES = new TypeReference<>() {};
  private static final ObjectReader READER = JSON.readerFor(ENTRIES);
  private static final ObjectWriter WRITER = JSON.writerFor(ENTRIES);

  private StopText() {}

  public static String write(List<Entry> entries) {
    try {
      return WRITER.writeValueAsString(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException when the text is something else
   */
  public static List<Entry> read(String text) {
    try {
      List<Entry> entries = READER.readValue(text);
      if (entries == null || !entries.stream().allMatch(StopText::isStop)) {
        throw new IllegalArgumentException("it holds other things than stops");
      }
      return List.copyOf(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static boolean isStop(Entry entry) {
    return entry != null && EmergencyStop.isOurs(entry);
  }
}
