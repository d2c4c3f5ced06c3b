package io.cuewire.show;

import java.util.Locale;

/** The words of the show file for the constants of an enum: {@code drop-oldest}. */
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
