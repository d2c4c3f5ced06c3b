package io.cuewire.routing;

import static io.cuewire.testing.RouteBuilder.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.RouteBuilder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingSnapshotTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Desk desk = new Desk("in", "in2", "out", "out2", "osc-a", "osc-b");

  private List<String> out() {
    return desk.inbox("out").texts();
  }

  @Test
  void sendsToEveryTargetOfEveryRouteThatMatches() {
    desk.routes(
        from("in").match("/a").to("out", "out2"),
        from("in", "in2").match("/*").to("osc-a"),
        from("in2").to("osc-b"));
    assertThat(desk.route("in", "/a", 1)).isZero();
    assertThat(desk.route("in2", "/b", 2)).isZero();
    assertThat(desk.route("in", "/c/d", 3)).isZero();
    assertThat(out()).containsExactly("/a [1]");
    assertThat(desk.inbox("out2").texts()).containsExactly("/a [1]");
    assertThat(desk.inbox("osc-a").texts()).containsExactly("/a [1]", "/b [2]");
    assertThat(desk.inbox("osc-b").texts()).containsExactly("/b [2]");
  }

  @Test
  void matchesEveryAddressByDefault() {
    desk.routes(from("in").to("out"));
    desk.route("in", "/");
    desk.route("in", "/a");
    desk.route("in", "/a/b/c");
    assertThat(out()).containsExactly("/ []", "/a []", "/a/b/c []");
  }

  @Test
  void learnsNothingWrongFromAnAddressThatOscCannotCarry() {
    desk.routes(from("in").match("/dim").to("out"));
    desk.route("in", "/dim\0x", 9);
    desk.route("in", "/dim", 1);
    assertThat(out()).endsWith("/dim [1]");
  }

  @Test
  void takesAStarForEverySource() {
    desk.routes(from("*").to("out"));
    desk.route("in", "/a");
    desk.route("in2", "/b");
    assertThat(out()).containsExactly("/a []", "/b []");
  }

  @Test
  void sendsOnceToATargetThatTwoEntriesMean() {
    desk.routes(from("in").to("osc:*", "osc-a"));
    desk.route("in", "/a");
    assertThat(desk.inbox("osc-a").texts()).containsExactly("/a []");
    assertThat(desk.inbox("osc-b").texts()).containsExactly("/a []");
  }

  @Test
  void sendsFromEveryNodeThatRunsTheTarget() {
    var here = desk.inbox("out");
    var there = desk.inbox("out2");
    var patchbay =
        new Patchbay() {
          @Override
          public List<String> sources() {
            return List.of("in");
          }

          @Override
          public List<String> named(String to) {
            return List.of(to);
          }

          @Override
          public List<Target> instances(String endpoint) {
            return List.of(here, there);
          }
        };
    var snapshot = RoutingSnapshot.compile(List.of(from("in").to("everywhere").build()), patchbay);
    assertThat(snapshot.route("in", Message.of("/a", List.of()))).isZero();
    assertThat(here.texts()).containsExactly("/a []");
    assertThat(there.texts()).containsExactly("/a []");
  }

  @Test
  void actsOnAnAddressBesideItsRoutesButNeverOnAPattern() {
    var acted = new Inbox();
    desk.actsOn("/scene", acted).routes(from("in").to("out"));
    for (var address : List.of("/scene/high", "/scen?/high", "/other", "/scene/high")) {
      desk.route("in", address, 1);
    }
    assertThat(acted.texts()).containsExactly("/scene/high [1]", "/scene/high [1]");
    assertThat(out()).hasSize(4);
  }

  @Test
  void countsADeliveryToATargetThatNobodyRunsAsLost() {
    desk.routes(from("in").match("/a").to("gone", "out", "lost"));
    assertThat(desk.route("in", "/a")).isEqualTo(2);
    assertThat(out()).containsExactly("/a []");
    assertThat(desk.route("in", "/b")).isZero();
  }

  @Test
  void routesNothingFromAnUnknownSource() {
    desk.routes(from("*").to("out"));
    assertThat(desk.route("elsewhere", "/a")).isZero();
    assertThat(out()).isEmpty();
  }

  @Test
  void routesByTheNewTableOnceItIsReplaced() {
    desk.routes(from("in").to("out"));
    desk.route("in", "/a");
    desk.routes(from("in").to("out2"));
    desk.route("in", "/a");
    assertThat(out()).containsExactly("/a []");
    assertThat(desk.inbox("out2").texts()).containsExactly("/a []");
  }

  @Test
  void rewritesTheAddressFromWhatTheWildcardsTook() {
    desk.routes(from("in").match("/*/{fader,push}[0-9]").to("out").address("/{2}/{3}/of/{1}{1}"));
    desk.route("in", "/page/fader7", 0.5f);
    desk.route("in", "/2/push0", 1);
    assertThat(out()).containsExactly("/fader/7/of/pagepage [0.5]", "/push/0/of/22 [1]");
  }

  @Test
  void putsTextThatLooksLikeAReferenceIntoTheAddressAsItIs() {
    desk.routes(from("in").match("/*/*").to("out").address("/x/{2}/{3}"));
    desk.route("in", "/a/{1}$1\\");
    assertThat(out()).containsExactly("/x/{1}$1\\/{3} []");
  }

  @Test
  void rewritesByAWildcardOfTwoDigits() {
    desk.routes(from("in").match("/?????????*").to("out").address("/{10}/{1}"));
    desk.route("in", "/abcdefghijkl");
    assertThat(out()).containsExactly("/jkl/a []");
  }

  @Test
  void replacesTheArgumentsByAListWithReferences() {
    desk.routes(from("in").to("out").args("$2", "fixed", 7, null, "$1", "$0", "$x", "$", "$1a"));
    assertThat(desk.route("in", "/a", 0.5f, "two", 3)).isZero();
    assertThat(out()).containsExactly("/a [two, fixed, 7, null, 0.5, $0, $x, $, $1a]");
  }

  @Test
  void replacesTheArgumentsByAnEmptyList() {
    desk.routes(from("in").to("out").args());
    desk.route("in", "/a", 1, 2);
    assertThat(out()).containsExactly("/a []");
  }

  @Test
  void losesAMessageWithoutTheArgumentThatTheListRefersTo() {
    desk.routes(from("in").to("out").args("$2"), from("in").to("out2"));
    assertThat(desk.route("in", "/a", 1)).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(desk.inbox("out2").texts()).containsExactly("/a [1]");
  }

  @Test
  void refersToArgumentsThatAreChangedAlready() {
    desk.routes(from("in").to("out").args("$1", 1).scale(10));
    desk.route("in", "/a", 5);
    assertThat(out()).containsExactly("/a [50, 1]");
  }

  @Test
  void mapsThenScalesThenOffsetsThenClamps() {
    desk.routes(
        from("in")
            .match("/all")
            .to("out")
            .range(new Range(0, 1), new Range(10, 20))
            .scale(2)
            .offset(-5)
            .clamp(0, 30),
        from("in").match("/scale-offset").to("out").scale(2).offset(1),
        from("in").match("/offset-clamp").to("out").offset(1).clamp(0, 5),
        from("in").match("/inverted").to("out").range(new Range(0, 127), new Range(1, 0)),
        from("in").match("/beyond").to("out").range(new Range(0, 1), new Range(0, 10)));
    desk.route("in", "/all", 0.0f, 0.5f, 1.0f, -5.0f);
    desk.route("in", "/scale-offset", 0.5f);
    desk.route("in", "/offset-clamp", 4.5f, -7f);
    desk.route("in", "/inverted", 127.0f, 0.0f);
    desk.route("in", "/beyond", 2.0f);
    assertThat(out())
        .containsExactly(
            "/all [15.0, 25.0, 30.0, 0.0]",
            "/scale-offset [2.0]",
            "/offset-clamp [5.0, 0.0]",
            "/inverted [0.0, 1.0]",
            "/beyond [20.0]");
  }

  private List<Object> changed(double scale, Object... args) {
    desk.routes(from("in").to("out").scale(scale));
    desk.route("in", "/a", args);
    return desk.inbox("out").next().args();
  }

  @Test
  void keepsIntegersUntilTheyBecomeFractionalOrTooLarge() {
    assertThat(changed(2, 5, -3, 0)).containsExactly(10, -6, 0);
    assertThat(changed(0.5, 4, 5, -1)).containsExactly(2, 2.5f, -0.5f);
    assertThat(changed(2, Integer.MAX_VALUE)).containsExactly(2f * Integer.MAX_VALUE);
    assertThat(changed(2, 1L << 40, 3L)).containsExactly(1L << 41, 6L);
    assertThat(changed(0.5, 3L)).containsExactly(1.5f);
    assertThat(changed(4, Long.MAX_VALUE)).containsExactly(4f * Long.MAX_VALUE);
  }

  @Test
  void keepsAllBitsOfALongThatTheTransformationLeavesAsItIs() {
    assertThat(changed(1, (1L << 53) + 1, Long.MIN_VALUE, Long.MAX_VALUE))
        .containsExactly((1L << 53) + 1, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void keepsFloatsAndDoublesWhatTheyAre() {
    assertThat(changed(2, 0.5f, 0.25, 1.0f, 1.0)).containsExactly(1.0f, 0.5, 2.0f, 2.0);
    assertThat(changed(2, Float.NaN, Double.POSITIVE_INFINITY))
        .containsExactly(Float.NaN, Double.POSITIVE_INFINITY);
  }

  @Test
  void leavesWhatIsNoNumberAsItIs() {
    assertThat(changed(2, true, "5", null, 'x', List.of(1)))
        .containsExactly(true, "5", null, 'x', List.of(1));
    assertThat((byte[]) changed(2, new byte[] {1}).getFirst()).containsExactly(1);
  }

  @Test
  void sendsAMessageBackOnlyWhereTheRouteSaysEcho() {
    desk.routes(from("in").match("/a").to("in", "out"), from("in").match("/b").to("in").echo());
    assertThat(desk.route("in", "/a")).isZero();
    assertThat(desk.inbox("in").texts()).isEmpty();
    assertThat(out()).containsExactly("/a []");
    assertThat(desk.route("in", "/b")).isZero();
    assertThat(desk.inbox("in").texts()).containsExactly("/b []");
  }

  @Test
  void dropsAMessageThatHasCrossedEightRoutes() {
    desk.routes(from("in").match("/*").to("out"), from("in").match("/changed").to("out").scale(2));
    for (var hops = 0; hops < RoutingSnapshot.MAX_HOPS; hops++) {
      var message = Message.of("/a", List.of()).hops(hops);
      assertThat(desk.route("in", message)).isZero();
      assertThat(message.hops()).as("still its own").isEqualTo(hops);
      assertThat(desk.inbox("out").next().hops()).isEqualTo(hops + 1);
    }
    assertThat(desk.route("in", Message.of("/a", List.of()).hops(8))).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(desk.route("in", Message.of("/no/route", List.of()).hops(8))).isZero();

    desk.route("in", Message.of("/changed", List.of(1)).hops(3));
    assertThat(desk.inbox("out").drain()).allMatch(message -> message.hops() == 4);
  }

  @Test
  void passesAnUnchangedMessageOnAsItsOwnBytes() {
    desk.routes(from("in").to("out"));
    var packets =
        List.of(
            Bytes.of("/a\0\0"),
            Bytes.of("/no-tags\0\0\0\0", 1, 2, 3),
            Bytes.of("/pad\0xyz", ",s\0z", "abc\0"),
            Bytes.of("/nan\0\0\0\0", ",f\0\0", 0x7FC00123),
            Bytes.of("/\u00FFbad-utf8\0\0", ",i\0\0", 1),
            Bytes.of("/char\0\0\0", ",c\0\0", 0x00ABCDEF));
    for (var packet : packets) {
      var message = new Message().wrap(ByteBuffer.wrap(packet), 0, packet.length, 0);
      assertThat(desk.route("in", message)).isZero();
      assertThat(Bytes.of(desk.inbox("out").next().osc())).isEqualTo(packet);
    }
  }

  @Test
  void leavesTheMessageAsItIsForTheNextRoute() {
    desk.routes(from("in").to("out").address("/changed").scale(3), from("in").to("out2"));
    var packet = OscCodec.encode("/a", List.of(2));
    desk.route("in", new Message().wrap(ByteBuffer.wrap(packet), 0, packet.length, 0));
    assertThat(out()).containsExactly("/changed [6]");
    assertThat(Bytes.of(desk.inbox("out2").next().osc())).isEqualTo(packet);
  }

  @Test
  void letsAPatternFromTheNetworkSelectAmongLiteralRoutes() {
    desk.routes(
        from("in").match("/light/1").to("out"),
        from("in").match("/light/2").to("out").address("/two").scale(2),
        from("in").match("/sound/1").to("out"),
        from("in").match("/light/*").to("out2"));
    desk.route("in", "/light/[12]", 5);
    assertThat(out()).containsExactly("/light/1 [5]", "/two [10]");
    assertThat(desk.inbox("out2").texts())
        .as("a route with a pattern of its own takes it as an address")
        .containsExactly("/light/[12] [5]");
    desk.route("in", "//1", 5);
    assertThat(out()).containsExactly("/light/1 [5]", "/sound/1 [5]");
    desk.route("in", "/{light,sound}/?");
    assertThat(out()).containsExactly("/light/1 []", "/two []", "/sound/1 []");
  }

  @Test
  void takesAnInvalidPatternFromTheNetworkLiterally() {
    desk.routes(from("in").match("/a").to("out"), from("in").match("/*").to("out2"));
    for (var address : List.of("/a[", "/{a", "/a]", "/[]", "/[😀-\uFFFD]", "/[z-a]")) {
      assertThat(desk.route("in", address)).isZero();
      assertThat(desk.inbox("out2").texts()).containsExactly(address + " []");
    }
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "{a,aa}", "[!b]*", "//a", "?", "*a", "{,a}"})
  void answersHostilePatternsSoon(String part) {
    var literals = IntStream.range(0, 100).mapToObj(i -> "/" + "a".repeat(60) + i);
    desk.routes(
        literals.map(literal -> from("in").match(literal).to("out")).toArray(RouteBuilder[]::new));
    Assertions.assertTimeoutPreemptively(
        SOON,
        () -> {
          desk.route("in", "/" + part.repeat(500 / part.length()) + "b");
          desk.route("in", "/" + part.repeat(60_000 / part.length()) + "b");
        });
    assertThat(out()).isEmpty();
  }

  @Test
  void findsTheRightRoutesForMoreAddressesThanItRemembers() {
    desk.routes(
        from("in").match("/*/odd/*").to("out").address("/{2}"),
        from("in").match("/*/even/*").to("out2"));
    var numbers = new ArrayList<>(IntStream.range(0, 10_000).boxed().toList());
    for (var round = 0; round < 3; round++) {
      Collections.shuffle(numbers, new Random(round));
      for (var n : numbers) {
        var odd = n % 2 == 1;
        desk.route("in", "/page/" + (odd ? "odd" : "even") + "/" + n, n);
        assertThat(desk.inbox(odd ? "out" : "out2").next())
            .hasToString((odd ? "/" + n : "/page/even/" + n) + " [" + n + "]");
      }
    }
    desk.inbox("out").assertEmpty();
    desk.inbox("out2").assertEmpty();
  }

  @Test
  void tellsAddressesOfTheSameHashApart() {
    desk.routes(from("in").match("/Aa").to("out"), from("in").match("/BB").to("out2"));
    assertThat("/Aa".hashCode()).isEqualTo("/BB".hashCode());
    for (var round = 0; round < 2; round++) {
      desk.route("in", "/Aa");
      desk.route("in", "/BB");
    }
    assertThat(out()).containsExactly("/Aa []", "/Aa []");
    assertThat(desk.inbox("out2").texts()).containsExactly("/BB []", "/BB []");
  }

  /** 2^8 addresses fall on one place of the cache, which looks at eight. */
  @Test
  void findsTheRightRoutesForAddressesThatAllCollide() {
    desk.routes(from("in").match("/*").to("out").address("/to/{1}"));
    var addresses = List.of("/");
    for (var i = 0; i < 8; i++) {
      addresses = addresses.stream().flatMap(a -> List.of(a + "Aa", a + "BB").stream()).toList();
    }
    assertThat(addresses.stream().map(String::hashCode).distinct()).hasSize(1);
    for (var round = 0; round < 2; round++) {
      for (var address : addresses) {
        desk.route("in", address);
        assertThat(out()).containsExactly("/to" + address + " []");
      }
    }
  }

  @Test
  void routesRightForManyThreadsAtOnce() throws Exception {
    desk.routes(from("*").match("/*/*").to("out").args("$1", "{1}").address("/{2}/{1}"));
    var threads = 8;
    var each = 5_000;
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var senders = new ArrayList<Callable<Integer>>();
      for (var t = 0; t < threads; t++) {
        var thread = t;
        senders.add(() ->
            IntStream.range(0, each)
                .map(i -> desk.route("in", "/" + thread + "/" + (i % 1_000), i))
                .sum());
      }
      for (var lost : pool.invokeAll(senders)) {
        assertThat(lost.get()).isZero();
      }
    }
    var received = desk.inbox("out").drain();
    assertThat(received).hasSize(threads * each);
    assertThat(received)
        .allMatch(m -> m.address().startsWith("/" + (int) m.args().getFirst() % 1_000 + "/"));
  }

  @Test
  void refusesARouteWhosePatternIsInvalid() {
    assertThatThrownBy(() -> desk.routes(from("in").match("/a[").to("out")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'[' without its ']'");
  }

  @Test
  void knowsTheTransformationThatChangesNothing() {
    assertThat(from("in").build().change().isIdentity()).isTrue();
    assertThat(from("in").scale(1).build().change().isIdentity()).isFalse();
    var withNull = from("in").args(1, null).build().change();
    assertThat(withNull.args()).contains(Arrays.asList(1, null));
  }
}
