package io.cuewire.node.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import com.github.freva.asciitable.Styler;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns under a line of headings; no borders. */
final class Table {
  private static final int WIDEST = 60;

  /** Stands behind a character that takes two places, so that lengths are widths. */
  private static final char FILLER = '\u200b';

  private final List<Column> columns = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  /** A column of texts. */
  Table left(String header) {
    return column(header, HorizontalAlign.LEFT, WIDEST);
  }

  /** A column of numbers. */
  Table right(String header) {
    return column(header, HorizontalAlign.RIGHT, WIDEST);
  }

  /** A last column of texts of any length. */
  Table wide(String header) {
    return column(header, HorizontalAlign.LEFT, Integer.MAX_VALUE);
  }

  private Table column(String header, HorizontalAlign align, int widest) {
    columns.add(
        new Column()
            .header(header)
            .headerAlign(align)
            .dataAlign(align)
            .maxWidth(widest, OverflowBehaviour.ELLIPSIS_RIGHT));
    return this;
  }

  /** One cell for each column, made safe before. */
  void row(String... cells) {
    var row = new String[cells.length];
    for (var i = 0; i < cells.length; i++) {
      row[i] = padded(cells[i]);
    }
    rows.add(row);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  private static String padded(String cell) {
    if (cell.chars().allMatch(c -> c < 0x300)) {
      return cell;
    }
    var padded = new StringBuilder();
    for (var c : Normalizer.normalize(cell, Normalizer.Form.NFC).toCharArray()) {
      padded.append(c);
      if (isWide(c)) {
        padded.append(FILLER);
      }
    }
    return padded.toString();
  }

  /** The scripts that terminals draw over two places; characters beyond 16 bits are two already. */
  private static boolean isWide(char c) {
    return switch (UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
      default -> false;
    };
  }

  /**
   * @param stateColumn the column that says how a row fares, or -1
   */
  String text(Output output, int stateColumn) {
    var styler =
        new Styler() {
          @Override
          public List<String> styleCell(Column column, int row, int col, List<String> data) {
            return col == stateColumn
                ? data.stream().map(line -> output.state(rows.get(row)[col], line)).toList()
                : data;
          }
        };
    var text =
        AsciiTable.builder()
            .border(AsciiTable.NO_BORDERS)
            .lineSeparator("\n")
            .styler(styler)
            .data(columns.toArray(Column[]::new), rows.toArray(Object[][]::new))
            .asString()
            .replace(String.valueOf(FILLER), "");
    return text.lines().map(String::stripTrailing).reduce((a, b) -> a + "\n" + b).orElse("");
  }
}
