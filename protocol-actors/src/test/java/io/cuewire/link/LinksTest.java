package io.cuewire.link;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import io.cuewire.testing.Bytes;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.Ports;
import io.cuewire.testing.Threads;
import io.cuewire.testing.UncaughtBugs;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinksTest {
  private static final int PATIENCE_MILLIS = 10_000;

  private final InetSocketAddress addressOfA = Ports.local(Ports.free());
  private final InetSocketAddress addressOfB = Ports.local(Ports.free());
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(node -> node.links.close());
    eventually().untilAsserted(() -> assertThat(Threads.named("link ")).isEmpty());
  }

  /** One side: its links, and what it has seen. */
  private static final class Node {
    private final Inbox out = new Inbox();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> news = new CopyOnWriteArrayList<>();
    private final Links links;
    private volatile String newsSoFar = "nothing";
    private volatile String presence = "fresh";
    private volatile boolean buggy;

    Node(Hello hello, InetSocketAddress bind, Map<String, InetSocketAddress> others)
        throws IOException {
      links =
          Links.bind(
              new Links.Settings(
                  hello,
                  bind,
                  others,
                  () -> sound(presence),
                  name -> sound(name).equals("out") ? Optional.of(out) : Optional.empty(),
                  (node, state) -> changes.add(sound(node) + " " + state),
                  (theirs, said) ->
                      heard.add(theirs.node() + " " + theirs.incarnation() + " " + said),
                  () -> newsSoFar,
                  (theirs, told) -> news.add(sound(theirs.node()) + " " + told)));
      links.start();
    }

    private <T> T sound(T value) {
      if (buggy) {
        throw new IllegalStateException("a bug");
      }
      return value;
    }

    void awaitState(String other, LinkState state) {
      eventually().untilAsserted(() -> assertThat(links.to(other).state()).isEqualTo(state));
    }

    boolean send(String other, String endpoint, Message message) {
      return links.to(other).to(endpoint).deliver(message);
    }
  }

  private static Hello hello(String show, String node, long incarnation) {
    return new Hello(show, "v1", node, incarnation);
  }

  private Node open(Hello hello, InetSocketAddress bind, Map<String, InetSocketAddress> others)
      throws IOException {
    var node = new Node(hello, bind, others);
    nodes.add(node);
    return node;
  }

  private Node a() throws IOException {
    return open(hello("show", "a", 1), addressOfA, Map.of("b", addressOfB));
  }

  private Node b(long incarnation) throws IOException {
    return open(hello("show", "b", incarnation), addressOfB, Map.of("a", addressOfA));
  }

  private static void awaitLinked(Node a, Node b) {
    a.awaitState("b", LinkState.CONNECTED);
    b.awaitState("a", LinkState.CONNECTED);
  }

  private static Message message(String address, Object... args) {
    return Message.of(address, List.of(args));
  }

  /** Says hello as some node would, and reads the answer. */
  private static Socket greet(InetSocketAddress node, Hello hello) throws IOException {
    var socket = new Socket(node.getAddress(), node.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    hello.write(new DataOutputStream(socket.getOutputStream()));
    Hello.read(new DataInputStream(socket.getInputStream()));
    return socket;
  }

  @Test
  void carriesMessagesBothWaysWithTheRoutesTheyCrossed() throws IOException {
    var a = a();
    var b = b(1);
    awaitLinked(a, b);
    assertThat(a.send("b", "out", message("/to/b", 1, "x").hops(3))).isTrue();
    var received = b.out.next();
    assertThat(received).hasToString("/to/b [1, x]");
    assertThat(received.hops()).isEqualTo(3);
    assertThat(Bytes.of(received.osc())).isEqualTo(OscCodec.encode("/to/b", List.of(1, "x")));

    assertThat(b.send("a", "out", message("/to/a"))).isTrue();
    assertThat(a.out.next()).hasToString("/to/a []");
    eventually().untilAsserted(() -> assertThat(a.changes).endsWith("b CONNECTED"));
  }

  @Test
  void newsOvertakeWhatWaitsAndWhoIsReachedLaterHearsThemToo() throws IOException {
    var a = a();
    a.newsSoFar = "stopped before";
    var b = b(1);
    awaitLinked(a, b);
    eventually().untilAsserted(() -> assertThat(b.news).containsExactly("a stopped before"));
    a.links.tell("stopped now");
    eventually().untilAsserted(() -> assertThat(b.news).endsWith("a stopped now"));
  }

  @Test
  void carriesMessagesOfEverySizeInOrder() throws IOException {
    var a = a();
    var b = b(1);
    awaitLinked(a, b);
    for (var size : new int[] {0, 1, 4_000, 4_096, 5_000, 200_000, 1_000_000, 7}) {
      assertThat(a.send("b", "out", message("/n", "x".repeat(size)))).isTrue();
    }
    for (var size : new int[] {0, 1, 4_000, 4_096, 5_000, 200_000, 1_000_000, 7}) {
      assertThat((String) b.out.next().args().getFirst()).hasSize(size);
    }
  }

  @Test
  void carriesTheMessagesOfManyThreads() throws IOException {
    var a = a();
    var b = b(1);
    awaitLinked(a, b);
    var threads = 4;
    var each = 2_000;
    try (var pool = Executors.newFixedThreadPool(threads)) {
      IntStream.range(0, threads)
          .forEach(thread ->
              pool.execute(() ->
                  IntStream.range(0, each)
                      .forEach(i -> a.send("b", "out", message("/" + thread, i)))));
    }
    var next = new int[threads];
    for (var i = 0; i < threads * each; i++) {
      var received = b.out.next();
      var thread = Integer.parseInt(received.address().substring(1));
      assertThat(received.args()).containsExactly(next[thread]++);
    }
  }

  @Test
  void tellsTheOtherAgainAndAgainWhatItIs() throws IOException {
    var a = a();
    var b = b(42);
    eventually().until(() -> a.heard.contains("b 42 fresh"));
    eventually().until(() -> b.heard.contains("a 1 fresh"));
    b.presence = "grown up";
    eventually().until(() -> a.heard.contains("b 42 grown up"));
  }

  @Test
  void aBugInWhatALinkSetsOffEndsNoLink() throws IOException {
    try (var bugs = new UncaughtBugs()) {
      var a = a();
      var b = b(1);
      awaitLinked(a, b);
      bugs.eventually().until(() -> b.changes.contains("a CONNECTED"));
      bugs.eventually().until(() -> a.heard.size() > 2); // no link is beginning any more
      b.buggy = true;
      assertThat(a.send("b", "out", message("/lost"))).isTrue();
      bugs.eventually()
          .until(() -> bugs.seen().containsAll(List.of("link in: a bug", "link pings: a bug")));
      b.buggy = false;
      bugs.eventually()
          .until(() -> {
            a.send("b", "out", message("/again"));
            return !b.out.texts().isEmpty();
          });
      assertThat(a.changes).endsWith("b CONNECTED");
      assertThat(a.changes).filteredOn("b CONNECTED"::equals).hasSize(1);
      assertThat(b.changes).filteredOn("a CONNECTED"::equals).hasSize(1);
    }
  }

  @Test
  void aBugWhileItConnectsIsNotTheLastAttempt() throws IOException {
    try (var bugs = new UncaughtBugs()) {
      var a = a();
      a.buggy = true;
      var b = b(1);
      bugs.eventually().until(() -> bugs.seen().contains("link to b: a bug"));
      a.buggy = false;
      bugs.eventually().until(() -> a.links.to("b").state() == LinkState.CONNECTED);
      bugs.eventually().until(() -> b.heard.contains("a 1 fresh"));
    }
  }

  @Test
  void isRefusedWhereNoProcessListens() throws IOException {
    var a = a();
    a.awaitState("b", LinkState.REFUSED);
    eventually().untilAsserted(() -> assertThat(a.changes).containsExactly("b REFUSED"));
    assertThat(a.send("b", "out", message("/lost"))).isFalse();
  }

  @Test
  void isUnreachableWhereSomebodyListensButDoesNotAnswer() throws IOException {
    try (var mute = new ServerSocket(addressOfB.getPort(), 50, addressOfB.getAddress())) {
      var a = a();
      a.awaitState("b", LinkState.UNREACHABLE);
      assertThat(mute.isBound()).isTrue();
      assertThat(a.send("b", "out", message("/lost"))).isFalse();
    }
  }

  @Test
  void isUnreachableWhenTheOtherFallsSilent() throws IOException {
    try (var server = new ServerSocket(addressOfB.getPort(), 50, addressOfB.getAddress())) {
      server.setSoTimeout(PATIENCE_MILLIS);
      var a = a();
      try (var frozen = server.accept()) {
        hello("show", "b", 1).write(new DataOutputStream(frozen.getOutputStream()));
        a.awaitState("b", LinkState.CONNECTED);
        a.awaitState("b", LinkState.UNREACHABLE);
        assertThat(frozen.isConnected()).isTrue();
      }
    }
  }

  @Test
  void provesTheDeathOfAProcessAndFindsItsSuccessor() throws IOException {
    var a = a();
    var b = b(1);
    awaitLinked(a, b);
    b.links.close();
    a.awaitState("b", LinkState.REFUSED);

    var successor = b(2);
    awaitLinked(a, successor);
    eventually().until(() -> a.heard.contains("b 2 fresh"));
    assertThat(a.send("b", "out", message("/again"))).isTrue();
    assertThat(successor.out.next()).hasToString("/again []");
  }

  @Test
  void refusesANodeOfAnotherShow() throws IOException {
    var a = a();
    var other = open(hello("other", "b", 1), addressOfB, Map.of("a", addressOfA));
    a.awaitState("b", LinkState.UNREACHABLE);
    other.awaitState("a", LinkState.UNREACHABLE);
    assertThat(a.changes).doesNotContain("b CONNECTED");
    assertThat(other.changes).doesNotContain("a CONNECTED");
    assertThat(a.heard).isEmpty();
    assertThat(other.heard).isEmpty();
  }

  @Test
  void refusesANodeThatIsNotTheOneItShouldBe() throws IOException {
    var a = a();
    open(hello("show", "c", 1), addressOfB, Map.of("a", addressOfA));
    a.awaitState("b", LinkState.UNREACHABLE);
    assertThat(a.changes).doesNotContain("b CONNECTED");
    assertThat(a.heard).isEmpty();
  }

  @Test
  void closesTheConnectionOfAStranger() throws IOException {
    var a = a();
    try (var stranger = new Socket(addressOfA.getAddress(), addressOfA.getPort())) {
      stranger.setSoTimeout(PATIENCE_MILLIS);
      stranger.getOutputStream().write(Bytes.of("GET / HTTP/1.1\r\n\r\n"));
      var in = new DataInputStream(stranger.getInputStream());
      Hello.read(in);
      assertThat(readsOn(in)).isFalse();
    }
    awaitLinked(a, b(1));
  }

  /** False when the other side has ended the connection, in whichever way. */
  private static boolean readsOn(DataInputStream in) {
    try {
      return in.read() >= 0;
    } catch (IOException reset) {
      return false;
    }
  }

  @Test
  void ignoresAMessageThatIsMalformedOrForNobody() throws IOException {
    var a = a();
    try (var b = greet(addressOfA, hello("show", "b", 1))) {
      var osc = OscCodec.encode("/good", List.of(1));
      b.getOutputStream()
          .write(
              Bytes.of(
                  Bytes.of(1, "\u0001"),
                  Bytes.of(2, "\u0001\u00FF"),
                  Bytes.of(5, "\u0001\u0003out"),
                  Bytes.of(6, "\u0001\u0003out\u0007"),
                  Bytes.of(15, "\u0001\u0003out\0", 0, 0, "\0"),
                  Bytes.of(19, "\u0001\u0003out\0", 0, 0, "\0/abc"),
                  Bytes.of(31, "\u0001\u0003out\0", 0, 0, "\0", Bytes.bundle(1)),
                  Bytes.of(15 + osc.length, "\u0001\u0003foo\0", 0, 0, "\0", osc),
                  Bytes.of(16 + osc.length, "\u0001\u0003out\u0001a", 0, 9, "\u0005", osc)));
      var received = a.out.next();
      assertThat(received).hasToString("/good [1]");
      assertThat(received.hops()).isEqualTo(5);
      assertThat(received.source()).isEqualTo("a");
      assertThat(received.arrived()).isEqualTo(9);
      a.out.assertEmpty();
    }
  }

  @Test
  void closesAConnectionWhoseFramesMakeNoSense() throws IOException {
    a();
    for (var nonsense :
        List.of(Bytes.of(1, "\u0009"), Bytes.of(0), Bytes.of(-1), Bytes.of(Integer.MAX_VALUE))) {
      try (var b = greet(addressOfA, hello("show", "b", 1))) {
        b.getOutputStream().write(nonsense);
        assertThat(readsOn(new DataInputStream(b.getInputStream()))).isFalse();
      }
    }
  }

  @Test
  void losesMessagesRatherThanWaitForAnOtherThatDoesNotRead() throws IOException {
    try (var server = new ServerSocket(addressOfB.getPort(), 50, addressOfB.getAddress())) {
      server.setSoTimeout(PATIENCE_MILLIS);
      var a = a();
      try (var neverReads = server.accept()) {
        hello("show", "b", 1).write(new DataOutputStream(neverReads.getOutputStream()));
        a.awaitState("b", LinkState.CONNECTED);
        var large = message("/large", "x".repeat(100_000));
        var taken = 0;
        while (a.send("b", "out", large)) {
          taken++;
          assertThat(taken).as("of 100 kB each").isLessThan(1_000);
        }
        assertThat(taken).isPositive();
      }
    }
  }

  @Test
  void saysThatItsPortIsTaken() throws IOException {
    a();
    assertThatThrownBy(this::a).isInstanceOf(BindException.class);
  }

  @Test
  void leavesNothingBehindHoweverEarlyItIsClosed() throws IOException {
    var a = a();
    for (var round = 0; round < 100; round++) {
      var b = hello("show", "b", round);
      var links = new Node(b, Ports.local(0), Map.of("a", addressOfA)).links;
      if (round % 2 == 0) {
        eventually().until(() -> links.to("a").state() == LinkState.CONNECTED);
      }
      links.close();
    }
    eventually().untilAsserted(() -> assertThat(Threads.named("link to a")).isEmpty());
    assertThat(a.changes).containsOnly("b REFUSED");
  }
}
