package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LifelineDetectorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static LifelineDetector detector(String pause) {
    return new LifelineDetector(
        ConfigFactory.parseString(
            "heartbeat-interval = 10ms, acceptable-heartbeat-pause = " + pause),
        Adapter.toClassic(KIT.system()).eventStream());
  }

  @Test
  void aProofEndsItAtOnceAndLifeBringsItBack() {
    var detector = detector("1h");
    detector.heartbeat();
    assertThat(detector.isAvailable()).isTrue();
    detector.provenDead(true);
    detector.heartbeat();
    assertThat(detector.isAvailable()).isFalse();
    detector.provenDead(false);
    assertThat(detector.isAvailable()).isTrue();
  }

  @Test
  void withoutAProofSilenceEndsIt() throws Exception {
    var detector = detector("10ms");
    detector.heartbeat();
    var silence = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
    assertThat(CompletableFuture.supplyAsync(detector::isAvailable, silence).get()).isFalse();
  }

  @Test
  void itSaysWhomItWatches() {
    TestProbe<LifelineDetector> probe = KIT.createTestProbe(LifelineDetector.class);
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(LifelineDetector.class, probe.getRef()));
    probe.awaitAssert(
        Duration.ofSeconds(30),
        () -> {
          var detector = detector("1h");
          detector.setAddress("pekko://cuewire@10.0.0.1:7411");
          var told = probe.receiveMessage(Duration.ofMillis(200));
          assertThat(told).isSameAs(detector);
          assertThat(told.address()).isEqualTo("pekko://cuewire@10.0.0.1:7411");
          return told;
        });
  }
}
