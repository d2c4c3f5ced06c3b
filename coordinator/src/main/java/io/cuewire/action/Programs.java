package io.cuewire.action;

import io.cuewire.message.Message;
import io.cuewire.parameter.ParameterRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/** What show programs say of themselves: {@code /status/fps 60.0}, {@code /status/frame 1234}. */
public final class Programs {
  static final String FPS = "/status/fps";
  static final String FRAME = "/status/frame";

  private static final int MOST = 64;

  /** A program that has said nothing for so long is not known to run. */
  private static final Duration SILENT = Duration.ofMinutes(1);

  /**
   * @param since when it said something last
   */
  public record Program(
      String endpoint, String peer, Optional<Double> fps, Optional<Long> frame, Instant since) {}

  private record Sender(String endpoint, String peer) {}

  /**
   * @param at on the monotonic clock: the other may be set while the show runs
   */
  private record Heard(Program program, long at) {}

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final SequencedMap<Sender, Heard> programs = new LinkedHashMap<>();

  public Programs(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  synchronized boolean report(Message message) {
    if (message.args().isEmpty() || !(message.args().getFirst() instanceof Number number)) {
      return false;
    }
    var sender = new Sender(message.source(), message.peer());
    var known = Optional.ofNullable(programs.remove(sender)).map(Heard::program);
    var fps = message.address().equals(FPS);
    var program =
        new Program(
            sender.endpoint(),
            sender.peer(),
            fps ? Optional.of(ParameterRules.number(number)) : known.flatMap(Program::fps),
            fps ? known.flatMap(Program::frame) : Optional.of(number.longValue()),
            clock.instant());
    programs.put(sender, new Heard(program, nanoTime.getAsLong()));
    if (programs.size() > MOST) {
      programs.pollFirstEntry();
    }
    return true;
  }

  public synchronized List<Program> all() {
    var oldest = nanoTime.getAsLong() - SILENT.toNanos();
    programs.values().removeIf(heard -> heard.at() - oldest < 0);
    return programs.values().stream().map(Heard::program).toList();
  }
}
