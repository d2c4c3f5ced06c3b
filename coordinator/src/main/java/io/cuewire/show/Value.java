package io.cuewire.show;

import java.util.List;
import java.util.Optional;

/** What stands in the file at one place, before anyone asks what it means. */
sealed interface Value {

  Position at();

  /** What it is, for a message that wanted something else. */
  String described();

  /**
   * @param text without quotes and with the environment's values in it
   * @param source the text with its {@code ${env:NAME}}, when it had one
   */
  record Scalar(Position at, Kind kind, String text, Optional<String> source) implements Value {
    private static final int LONGEST = 60;

    @Override
    public String described() {
      return source
          .map(form -> "the value of " + form)
          .orElseGet(() ->
              switch (kind) {
                case TEXT -> "'" + shortened() + "'";
                case INTEGER, FLOAT, BOOLEAN -> shortened();
                case NOTHING -> "empty";
              });
    }

    private String shortened() {
      var visible = text.replaceAll("\\p{Cntrl}", " ");
      return visible.length() <= LONGEST ? visible : visible.substring(0, LONGEST) + "…";
    }

    boolean isText() {
      return kind == Kind.TEXT;
    }
  }

  /** What YAML 1.2 takes a scalar for. */
  enum Kind {
    TEXT,
    INTEGER,
    FLOAT,
    BOOLEAN,
    NOTHING
  }

  record Sequence(Position at, List<Value> items) implements Value {
    @Override
    public String described() {
      return "a list";
    }
  }

  record Mapping(Position at, List<Entry> entries) implements Value {
    @Override
    public String described() {
      return "a group of keys";
    }
  }

  /**
   * @param at where the key stands
   */
  record Entry(String key, Position at, Value value) {}
}
