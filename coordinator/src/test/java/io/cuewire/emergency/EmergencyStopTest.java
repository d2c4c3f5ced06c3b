package io.cuewire.emergency;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.ledger.Ledger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EmergencyStopTest {
  private static final int SEEDS = 300;

  /** A node that obeys, and keeps how often. */
  private static final class Node implements EmergencyStop.Obeying {
    final Ledger ledger;
    final EmergencyStop emergency;
    final List<String> obeyed = new ArrayList<>();
    private final List<Entry> told = new ArrayList<>();
    private List<String> obeyedBefore = List.of();

    Node(String name) {
      ledger = new Ledger(name);
      emergency =
          new EmergencyStop(name, ledger, Clock.systemUTC(), this, this::tell, Runnable::run);
    }

    @Override
    public void stop(StopRaised stop) {
      assertThat(emergency.isInForce()).as("it is in force before anybody obeys").isTrue();
      obeyed.add("stop");
    }

    @Override
    public void goOn() {
      obeyed.add("go on");
    }

    private void tell(List<Entry> others) {
      told.addAll(others);
      obeyedBefore = List.copyOf(obeyed);
    }

    /** What the others are told of it. */
    List<Entry> raises(String reason) {
      told.clear();
      emergency.raise(reason, "shell");
      return List.copyOf(told);
    }

    /** What the others are told of it. */
    List<Entry> clears() {
      told.clear();
      emergency.clear();
      return List.copyOf(told);
    }

    void learns(List<Entry> entries) {
      if (!ledger.merge(entries).isEmpty()) {
        emergency.look();
      }
    }
  }

  private final Node a = new Node("a");
  private final Node b = new Node("b");

  @Test
  void aStopIsObeyedBeforeAnybodyElseIsTold() {
    var news = a.raises("fire");
    assertThat(a.obeyedBefore).containsExactly("stop");
    assertThat(news).hasSize(1);
    var stop = a.emergency.inForce().orElseThrow();
    assertThat(stop.reason()).isEqualTo("fire");
    assertThat(stop.by()).isEqualTo("shell");
    assertThat(stop.node()).isEqualTo("a");
  }

  @Test
  void raisingItAgainChangesNothing() {
    a.raises("fire");
    assertThat(a.raises("smoke")).isEmpty();
    assertThat(a.emergency.inForce().orElseThrow().reason()).isEqualTo("fire");
    assertThat(a.obeyed).containsExactly("stop");
  }

  @Test
  void itIsObeyedOnceHoweverOftenItIsTold() {
    var news = a.raises("fire");
    for (var i = 0; i < 3; i++) {
      b.learns(news);
      b.emergency.look();
    }
    assertThat(b.obeyed).containsExactly("stop");
  }

  @Test
  void aClearEndsTheStopsThatItKnewAndNoOther() {
    var fire = a.raises("fire");
    b.learns(fire);
    var cleared = b.clears();
    assertThat(b.obeyed).containsExactly("stop", "go on");
    var smoke = b.raises("smoke");
    a.learns(cleared);
    assertThat(a.emergency.isInForce()).isFalse();
    a.learns(smoke);
    assertThat(a.emergency.inForce().orElseThrow().reason()).isEqualTo("smoke");
    assertThat(a.obeyed).containsExactly("stop", "go on", "stop");
  }

  @Test
  void aClearThatArrivesBeforeItsStopEndsIt() {
    var fire = a.raises("fire");
    var cleared = a.clears();
    b.learns(cleared);
    b.learns(fire);
    assertThat(b.emergency.isInForce()).isFalse();
    assertThat(b.obeyed).isEmpty();
  }

  @Test
  void nothingIsClearedWhereNothingIsInForce() {
    assertThat(a.clears()).isEmpty();
    assertThat(a.obeyed).isEmpty();
  }

  @Test
  void whatWasStoredIsKnownBeforeItIsObeyed() {
    b.ledger.merge(a.raises("fire"));
    assertThat(b.emergency.isToObey()).isTrue();
    assertThat(b.emergency.isInForce()).isFalse();
    b.emergency.look();
    assertThat(b.obeyed).containsExactly("stop");
  }

  @Test
  void whateverTheOrderOfNewsAllNodesAgreeInTheEnd() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var nodes = List.of(new Node("a"), new Node("b"), new Node("c"));
      var news = new ArrayList<Entry>();
      for (var step = 0; step < 20; step++) {
        var node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(4)) {
          case 0 -> news.addAll(node.raises("reason " + step));
          case 1 -> news.addAll(node.clears());
          default -> {
            if (!news.isEmpty()) {
              node.learns(List.of(news.get(random.nextInt(news.size()))));
            }
          }
        }
      }
      var cleared =
          news.stream()
              .filter(e -> e.value() instanceof StopCleared)
              .map(e -> ((StopCleared) e.value()).id())
              .collect(Collectors.toSet());
      var latched =
          news.stream()
              .anyMatch(e -> e.value() instanceof StopRaised s && !cleared.contains(s.id()));
      for (var node : nodes) {
        var order = new ArrayList<>(news);
        Collections.shuffle(order, random);
        order.forEach(e -> node.learns(List.of(e)));
        assertThat(node.emergency.isInForce()).as("seed %s", seed).isEqualTo(latched);
        assertThat(node.emergency.isToObey()).as("seed %s", seed).isEqualTo(latched);
        assertThat(values(node.emergency.everything())).as("seed %s", seed).isEqualTo(values(news));
        for (var i = 0; i < node.obeyed.size(); i++) { // in turn, beginning with a stop
          assertThat(node.obeyed.get(i))
              .as("seed %s", seed)
              .isEqualTo(i % 2 == 0 ? "stop" : "go on");
        }
      }
    }
  }

  private static Set<Entry.Value> values(List<Entry> entries) {
    return entries.stream().map(Entry::value).collect(Collectors.toSet());
  }
}
