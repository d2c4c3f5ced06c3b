package io.cuewire.ledger;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry.Enabled;
import io.cuewire.ledger.Entry.Owner;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.ledger.Entry.RouteRemoved;
import io.cuewire.ledger.Entry.RouteSet;
import io.cuewire.ledger.Entry.StopCleared;
import io.cuewire.ledger.Entry.StopRaised;
import io.cuewire.routing.Route;
import io.cuewire.routing.Transformation;
import io.cuewire.show.ParameterId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final int SEEDS = 200;

  @Test
  void theOrderAndNumberOfMergesDoesNotMatter() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      var written = written(random);
      var one = merged(random, written);
      var other = merged(random, written);
      assertThat(entries(one)).as("seed %s", seed).isEqualTo(entries(other));
      assertThat(one.digest()).as("seed %s", seed).isEqualTo(other.digest());
      assertThat(one.merge(written)).as("nothing is news twice, seed %s", seed).isEmpty();
    }
  }

  @Test
  void itDoesNotMatterWhoMergesFirst() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var written = written(new Random(seed));
      var third = written.size() / 3;
      var a = written.subList(0, third);
      var b = written.subList(third, 2 * third);
      var c = written.subList(2 * third, written.size());
      var left = ledger(ledger(a, b).all(), c);
      var right = ledger(a, ledger(b, c).all());
      assertThat(entries(left)).as("seed %s", seed).isEqualTo(entries(right));
    }
  }

  @Test
  void digestsAreEqualExactlyWhenTheEntriesAre() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var written = written(new Random(seed));
      var ledgers = new ArrayList<Ledger>();
      for (var from = 0; from < written.size(); from += 3) {
        ledgers.add(ledger(written.subList(from, written.size())));
        ledgers.add(ledger(written.subList(0, from)));
      }
      for (var one : ledgers) {
        for (var other : ledgers) {
          assertThat(one.digest() == other.digest())
              .as("seed %s: %s, %s", seed, one.all(), other.all())
              .isEqualTo(entries(one).equals(entries(other)));
        }
      }
    }
  }

  @Test
  void digestsDifferWhenVersionsHaveChangedPlaces() {
    var one = List.of(entry(3, "a", enabled("x")), entry(4, "a", enabled("y")));
    var other = List.of(entry(4, "a", enabled("x")), entry(3, "a", enabled("y")));
    assertThat(ledger(one).digest()).isNotEqualTo(ledger(other).digest());
    assertThat(ledger(List.of(entry(1, "a", enabled("Aa")))).digest())
        .isNotEqualTo(ledger(List.of(entry(1, "a", enabled("BB")))).digest());
  }

  @Test
  void digestsDoNotDependOnHowOftenTheyWereAskedFor() {
    for (var seed = 0; seed < SEEDS; seed++) {
      var written = written(new Random(seed));
      var asked = new Ledger("asked");
      for (var entry : written) {
        asked.merge(List.of(entry));
        asked.digest();
      }
      assertThat(asked.digest()).as("seed %s", seed).isEqualTo(ledger(written).digest());
    }
  }

  @Test
  void aParameterCountsOnceItHasStoppedMoving() {
    var ledger = new Ledger("a");
    var none = ledger.digest();
    var id = new ParameterId("mixer", "gain");
    ledger.write(new ParameterSet(id, 0.5, 1, Optional.empty(), Optional.empty()));
    assertThat(ledger.digest()).as("while it moves").isEqualTo(none);
    eventually().until(() -> ledger.digest() != none);
    ledger.write(new ParameterSet(id, 0.6, 2, Optional.empty(), Optional.empty()));
    assertThat(ledger.digest()).as("when it moves again").isEqualTo(none);
  }

  @Test
  void aStopIsInForceUntilItIsClearedInWhateverOrderThatIsHeardOf() {
    var raised = entry(1, "a", new StopRaised("one", 10, "smoke", "a", "shell"));
    var cleared = entry(2, "b", new StopCleared("one"));
    var later = entry(3, "a", new StopRaised("two", 20, "fire", "a", "shell"));
    assertThat(ledger(List.of(later, raised)).stops())
        .containsExactly((StopRaised) raised.value(), (StopRaised) later.value());
    assertThat(ledger(List.of(raised, cleared, later)).stops())
        .containsExactly((StopRaised) later.value());
    assertThat(ledger(List.of(cleared, raised)).stops()).isEmpty();
  }

  @Test
  void aNodeThatHasForgottenWhatItWroteAgreesWithTheOthersAgain() {
    var before = entry(1, "a", new RouteSet(route("r", "/before")));
    var after = entry(1, "a", new RouteSet(route("r", "/after")));
    var one = ledger(List.of(before));
    var other = ledger(List.of(after));
    assertThat(one.digest()).as("they notice").isNotEqualTo(other.digest());
    one.merge(other.all());
    other.merge(List.of(before));
    assertThat(entries(one)).isEqualTo(entries(other));
  }

  @Test
  void whatWasRemovedCanBeAddedAgain() {
    var here = new Ledger("a");
    here.write(new RouteSet(route("r", "/one")));
    here.write(new RouteRemoved("r"));
    assertThat(here.values()).containsExactly(new RouteRemoved("r"));
    var there = new Ledger("b");
    there.merge(here.all());
    there.write(new RouteSet(route("r", "/two")));
    assertThat(here.merge(there.all())).isNotEmpty();
    assertThat(here.values()).containsExactly(new RouteSet(route("r", "/two")));
  }

  @Test
  void aChangeWinsOverWhatItsAuthorKnew() {
    var here = new Ledger("z");
    for (var i = 0; i < 5; i++) {
      here.write(new Owner("video", "z", 1));
    }
    var there = new Ledger("a");
    there.merge(here.all());
    there.write(new Owner("video", "a", 1));
    here.merge(there.all());
    assertThat(here.owner("video")).contains("a");
  }

  @Test
  void ofChangesAtTheSameTimeThatOfTheLaterNameStaysEverywhere() {
    var a = new Ledger("a");
    var b = new Ledger("b");
    var byA = a.write(new Owner("video", "a", 1));
    var byB = b.write(new Owner("video", "b", 1));
    a.merge(List.of(byB));
    b.merge(List.of(byA));
    assertThat(a.owner("video")).contains("b");
    assertThat(b.owner("video")).contains("b");
  }

  @Test
  void anOlderEpochNeverWinsHoweverMuchItsNodeHasChangedSince() {
    var late = new Ledger("z");
    var first = late.own("video", "z");
    var taken = new Ledger("a");
    taken.merge(List.of(first));
    taken.own("video", "a");
    for (var i = 0; i < 5; i++) {
      late.write(new Enabled("x", true));
    }
    late.write(first.value());
    taken.merge(late.all());
    late.merge(taken.all());
    assertThat(taken.ownership("video")).contains(new Owner("video", "a", 2));
    assertThat(late.ownership("video")).contains(new Owner("video", "a", 2));
  }

  @Test
  void anEndpointIsEnabledUntilItIsSaidOtherwise() {
    var ledger = new Ledger("a");
    assertThat(ledger.isEnabled("x")).isTrue();
    ledger.write(new Enabled("x", false));
    assertThat(ledger.isEnabled("x")).isFalse();
    assertThat(ledger.isEnabled("y")).isTrue();
    ledger.write(new Enabled("x", true));
    assertThat(ledger.isEnabled("x")).isTrue();
  }

  /** Everything that three nodes wrote while they heard of each other now and then. */
  private static List<Entry> written(Random random) {
    var nodes = List.of(new Ledger("a"), new Ledger("b"), new Ledger("c"));
    var written = new ArrayList<Entry>();
    for (var i = 0; i < 30; i++) {
      var node = nodes.get(random.nextInt(3));
      if (random.nextInt(3) == 0) {
        node.merge(nodes.get(random.nextInt(3)).all());
      } else {
        written.add(node.write(value(random)));
      }
    }
    return written;
  }

  private static Entry.Value value(Random random) {
    var name = "n" + random.nextInt(3);
    return switch (random.nextInt(4)) {
      case 0 -> new RouteSet(route(name, "/" + random.nextInt(100)));
      case 1 -> new RouteRemoved(name);
      case 2 -> new Enabled(name, random.nextBoolean());
      default -> new Owner(name, "o" + random.nextInt(3), random.nextInt(3));
    };
  }

  /** All of them, some twice, in any order and in pieces. */
  private static Ledger merged(Random random, List<Entry> written) {
    var told = new ArrayList<>(written);
    told.addAll(written.subList(0, random.nextInt(written.size())));
    Collections.shuffle(told, random);
    var ledger = new Ledger("x");
    while (!told.isEmpty()) {
      var piece = told.subList(0, 1 + random.nextInt(told.size()));
      ledger.merge(List.copyOf(piece));
      piece.clear();
    }
    return ledger;
  }

  @SafeVarargs
  private static Ledger ledger(Collection<Entry>... pieces) {
    var ledger = new Ledger("x");
    for (var piece : pieces) {
      ledger.merge(piece);
    }
    return ledger;
  }

  private static Set<Entry> entries(Ledger ledger) {
    return new HashSet<>(ledger.all());
  }

  private static Entry entry(long version, String author, Entry.Value value) {
    return new Entry(value.key(), version, author, value);
  }

  private static Enabled enabled(String endpoint) {
    return new Enabled(endpoint, true);
  }

  private static Route route(String name, String match) {
    return new Route(name, List.of("in"), match, List.of("out"), Transformation.NONE, false);
  }
}
