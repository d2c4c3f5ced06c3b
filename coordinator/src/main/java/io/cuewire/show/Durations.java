package io.cuewire.show;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations as the show file writes them: {@code 250ms}, {@code 1.5s}, {@code 2m}, {@code 1h}. */
public final class Durations {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(ms|s|m|h)");
  private static final BigDecimal NANOS_A_MILLI = BigDecimal.valueOf(1_000_000);

  private Durations() {}

  public static Optional<Duration> parse(String text) {
    var written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return Optional.empty();
    }
    var millis =
        switch (written.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    var nanos =
        new BigDecimal(written.group(1))
            .multiply(BigDecimal.valueOf(millis))
            .multiply(NANOS_A_MILLI)
            .toBigInteger();
    return nanos.bitLength() < Long.SIZE
        ? Optional.of(Duration.ofNanos(nanos.longValue()))
        : Optional.empty();
  }

  /** The shortest form that reads back as the same duration. */
  static String format(Duration duration) {
    var seconds = duration.toSeconds();
    if (duration.toNanosPart() != 0) {
      return seconds > 0
          ? plain(BigDecimal.valueOf(duration.toNanos(), 9)) + "s"
          : plain(BigDecimal.valueOf(duration.toNanos(), 6)) + "ms";
    }
    if (seconds > 0 && seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
