package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.cuewire.testing.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FaultsTest {
  private final HandClock clock = new HandClock();
  private final Faults faults = new Faults("foh", clock::nanoTime);
  private final Logger logger = (Logger) LoggerFactory.getLogger("cuewire.node");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void begin() {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private List<String> lines() {
    return log.list.stream().map(e -> e.getLevel() + " " + e.getFormattedMessage()).toList();
  }

  @Test
  void whatLastsIsShownUntilItIsOverAndToldOnce() {
    faults.lasts("the disk", "the disk is full");
    faults.lasts("the disk", "the disk is full");
    clock.goesOn(Duration.ofHours(1));
    assertThat(faults.text()).contains("the disk is full");
    faults.over("the disk");
    faults.over("the disk");
    assertThat(faults.text()).isEmpty();
    assertThat(lines())
        .containsExactly("WARN foh: the disk is full", "INFO foh: the disk in order again");
  }

  @Test
  void whatHasHappenedIsShownForAMinuteWhateverSomebodySetsTheClockTo() {
    faults.happened("pause", "stood still");
    clock.goesOn(Duration.ofSeconds(59));
    clock.isSet(Duration.ofHours(1));
    assertThat(faults.text()).contains("stood still");
    clock.isSet(Duration.ofHours(-2));
    clock.goesOn(Duration.ofSeconds(1));
    assertThat(faults.text()).isEmpty();
  }

  @Test
  void allThatIsWrongIsShown() {
    faults.lasts("the disk", "the disk is full");
    faults.happened("pause", "stood still");
    assertThat(faults.text()).contains("the disk is full; stood still");
  }

  @Test
  void aBugThatComesAgainAndAgainDoesNotFillTheLog() {
    var bug = new IllegalStateException("sofa");
    IntStream.range(0, 999).forEach(_ -> faults.crashed("the scenes", bug));
    assertThat(faults.text()).contains("internal error in the scenes (" + bug + "): see the log");
    assertThat(lines())
        .containsExactly(
            "ERROR foh: internal error in the scenes, number 1",
            "ERROR foh: internal error in the scenes, number 10",
            "ERROR foh: internal error in the scenes, number 100");
  }
}
