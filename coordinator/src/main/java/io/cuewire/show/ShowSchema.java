package io.cuewire.show;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The show file's JSON Schema (draft 2020-12), for editors. */
public final class ShowSchema {
  private ShowSchema() {}

  public static String text() {
    try (var resource = ShowSchema.class.getResourceAsStream("show.schema.json")) {
      return new String(
          Objects.requireNonNull(resource, "show.schema.json").readAllBytes(),
          StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
