package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.message.Message;
import io.cuewire.transport.Sink;
import io.cuewire.transport.StopOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order a node does what a stop sets off. */
class StopsFirstTest {
  private final Rig a = new Rig(Rig.THREE, "a", Clock.systemUTC());
  private final Rig b = new Rig(Rig.THREE, "b", Clock.systemUTC());
  private final List<String> done = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  private void watch(Rig rig) {
    rig.afterwards = later::add;
    rig.news = _ -> done.add("links");
    rig.others = _ -> done.add("cluster");
    rig.node.endpoint("lights").ifPresent(e -> e.io().open(told("lights", true), List.of()));
    rig.node.endpoint("video").ifPresent(e -> e.io().open(told("video", false), List.of()));
  }

  private Sink told(String endpoint, boolean itself) {
    return new Sink() {
      @Override
      public boolean send(Message message) {
        return true;
      }

      @Override
      public boolean stop(StopOrder order) {
        done.add(endpoint);
        return true;
      }

      @Override
      public boolean sendsItself() {
        return itself;
      }
    };
  }

  @Test
  void whoseThreadIsWokenThenWhoSendsThenTheOthersThenTheRest() {
    watch(a);
    a.node.performance().raiseStop("fire", "shell");
    assertThat(done).containsExactly("video", "lights", "links");
    later.forEach(Runnable::run);
    assertThat(done).containsExactly("video", "lights", "links", "cluster");
  }

  @Test
  void whoHearsOfItTellsItWhenItHasGoneOut() {
    a.news = b.node::heardNews;
    watch(b);
    a.node.performance().raiseStop("fire", "shell");
    assertThat(done).containsExactly("video");
    later.forEach(Runnable::run);
    assertThat(done).containsExactly("video", "links", "cluster");
  }
}
