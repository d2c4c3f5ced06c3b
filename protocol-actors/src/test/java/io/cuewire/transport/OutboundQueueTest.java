package io.cuewire.transport;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.message.Receipt;
import io.cuewire.transport.OutboundQueue.Full;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
  private static final int ALL = 100;

  private static Message message(String address, Object... args) {
    return Message.of(address, List.of(args));
  }

  private static List<String> taken(OutboundQueue queue, int max) throws InterruptedException {
    return queue.take(max).stream().map(Message::toString).toList();
  }

  @Test
  void givesMessagesInTheirOrderAtMostSoMany() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    for (var i = 0; i < 5; i++) {
      assertThat(queue.offer(message("/n", i))).isZero();
    }
    assertThat(taken(queue, 2)).containsExactly("/n [0]", "/n [1]");
    assertThat(taken(queue, ALL)).containsExactly("/n [2]", "/n [3]", "/n [4]");
  }

  @Test
  void beginsAConnectionWithItsFirstMessagesHoweverManyWait() throws InterruptedException {
    var queue = new OutboundQueue(2, Full.DROP_OLDEST, Budget.unlimited());
    queue.offer(message("/n", 1));
    queue.begin(List.of(message("/login")));
    queue.offer(message("/n", 2));
    queue.offer(message("/n", 3));
    assertThat(queue.isEmpty()).isFalse();
    assertThat(taken(queue, ALL)).containsExactly("/login []");
    assertThat(taken(queue, ALL)).containsExactly("/n [2]", "/n [3]");
  }

  @Test
  void keepsNothingOfAConnectionForTheNextOne() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    for (var connection = 0; connection < 5; connection++) {
      queue.begin(List.of(message("/login")));
      queue.offer(message("/answer").forOneConnection());
      queue.prepend(queue.take(ALL)); // the login, which was not sent
    }
    queue.begin(List.of(message("/login")));
    queue.offer(message("/n", 1));
    assertThat(taken(queue, ALL)).containsExactly("/login []");
    assertThat(taken(queue, ALL)).containsExactly("/n [1]");
  }

  @Test
  void mergesNoAnswers() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.LATEST, Budget.unlimited());
    queue.offer(message("/text", "one").forOneConnection());
    queue.offer(message("/text", "two").forOneConnection());
    queue.offer(message("/text", "routed"));
    assertThat(taken(queue, ALL)).containsExactly("/text [one]", "/text [two]", "/text [routed]");
  }

  @Test
  void dropsTheOldestWhenItIsFullAndCountsIt() throws InterruptedException {
    var queue = new OutboundQueue(3, Full.DROP_OLDEST, Budget.unlimited());
    var dropped = 0;
    for (var i = 0; i < 10; i++) {
      dropped += queue.offer(message("/same", i));
    }
    assertThat(dropped).isEqualTo(7);
    assertThat(taken(queue, ALL)).containsExactly("/same [7]", "/same [8]", "/same [9]");
  }

  @Test
  void keepsTheNewestOfEachAddressWithoutCountingADrop() throws InterruptedException {
    var queue = new OutboundQueue(3, Full.LATEST, Budget.unlimited());
    for (var i = 0; i < 10; i++) {
      assertThat(queue.offer(message("/a", i))).isZero();
      assertThat(queue.offer(message("/b", i))).isZero();
    }
    assertThat(taken(queue, ALL)).containsExactly("/a [9]", "/b [9]");
  }

  @Test
  void dropsTheOldestAddressWhenThereAreTooMany() throws InterruptedException {
    var queue = new OutboundQueue(3, Full.LATEST, Budget.unlimited());
    var dropped = 0;
    for (var i = 0; i < 5; i++) {
      dropped += queue.offer(message("/" + i));
    }
    assertThat(dropped).isEqualTo(2);
    assertThat(taken(queue, ALL)).containsExactly("/2 []", "/3 []", "/4 []");
  }

  @Test
  void onceFullKeepsTheNewestOfEachAddressUntilItIsEmpty() throws InterruptedException {
    var queue = new OutboundQueue(4, Full.DROP_SUPERSEDED, Budget.unlimited());
    assertThat(queue.offer(message("/once"))).isZero();
    for (var i = 0; i < 3; i++) {
      assertThat(queue.offer(message("/a", i))).as("there is room").isZero();
    }
    assertThat(queue.offer(message("/b", 0))).as("two values of /a go").isEqualTo(2);
    assertThat(queue.offer(message("/b", 1))).as("it is still catching up").isEqualTo(1);
    assertThat(queue.offer(message("/a", 3))).isEqualTo(1);
    assertThat(taken(queue, 2)).containsExactly("/once []", "/a [3]");
    assertThat(queue.offer(message("/b", 2))).isEqualTo(1);
    assertThat(taken(queue, ALL)).containsExactly("/b [2]");
    queue.offer(message("/b", 3));
    assertThat(queue.offer(message("/b", 4))).as("it has caught up").isZero();
    assertThat(taken(queue, ALL)).containsExactly("/b [3]", "/b [4]");
  }

  @Test
  void losesTheOldestAddressWhenNothingIsSuperseded() throws InterruptedException {
    var queue = new OutboundQueue(3, Full.DROP_SUPERSEDED, Budget.unlimited());
    var dropped = 0;
    for (var i = 0; i < 5; i++) {
      dropped += queue.offer(message("/" + i));
    }
    assertThat(dropped).isEqualTo(2);
    assertThat(taken(queue, ALL)).containsExactly("/2 []", "/3 []", "/4 []");
  }

  @Test
  void staysEmptyOnceItIsClosed() {
    var budget = new Budget(0);
    var queue = new OutboundQueue(10, Full.DROP_SUPERSEDED, budget);
    queue.offer(message("/a"));
    assertThat(budget.isExceeded()).isTrue();
    queue.close();
    queue.offer(message("/b"));
    queue.prepend(List.of(message("/c")));
    assertThat(queue.isEmpty()).isTrue();
    assertThat(budget.isExceeded()).as("it gives back what it used").isFalse();
  }

  @Test
  void holdsOnlySoManyBytesHoweverFewTheMessages() throws InterruptedException {
    var queue = new OutboundQueue(1000, Full.DROP_OLDEST, Budget.unlimited());
    var large = "x".repeat(1_000_000);
    var dropped = 0;
    for (var i = 0; i < 10; i++) {
      dropped += queue.offer(message("/n", large, i));
    }
    assertThat(dropped).isEqualTo(6);
    assertThat(queue.take(1)).extracting(message -> message.args().getLast()).containsExactly(6);
    assertThat(queue.offer(message("/n", large, 10))).as("there is room again").isZero();
    assertThat(queue.clear()).isEqualTo(4);
    assertThat(queue.offer(message("/n", large, 11))).isZero();
  }

  @Test
  void takesAMessageLargerThanAllItMayHold() throws InterruptedException {
    var queue = new OutboundQueue(1000, Full.LATEST, Budget.unlimited());
    queue.offer(message("/a"));
    assertThat(queue.offer(message("/huge", "x".repeat(5_000_000)))).isEqualTo(1);
    assertThat(queue.take(ALL)).extracting(Message::address).containsExactly("/huge");
  }

  @Test
  void putsMessagesInFrontInTheirOrder() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    queue.offer(message("/waiting"));
    queue.prepend(List.of(message("/first"), message("/second")));
    queue.prepend(List.of());
    assertThat(taken(queue, ALL)).containsExactly("/first []", "/second []", "/waiting []");
  }

  @Test
  void mergesNothingWithWhatWasPutInFront() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.LATEST, Budget.unlimited());
    queue.prepend(List.of(message("/a", 1), message("/a", 2)));
    queue.offer(message("/a", 3));
    assertThat(taken(queue, ALL)).containsExactly("/a [1]", "/a [2]", "/a [3]");
  }

  @Test
  void isEmptyOnlyOnceWhatWasTakenIsSent() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    assertThat(queue.isEmpty()).isTrue();
    queue.offer(message("/a"));
    assertThat(queue.isEmpty()).isFalse();
    queue.take(ALL);
    assertThat(queue.isEmpty()).as("the taken one may not be overtaken").isFalse();
    queue.offer(message("/b"));
    queue.sent();
    assertThat(queue.isEmpty()).isFalse();
    queue.take(ALL);
    queue.sent();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void countsWhatItLosesWhenItIsCleared() {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    queue.offer(message("/a"));
    queue.offer(message("/b"));
    assertThat(queue.clear()).isEqualTo(2);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.clear()).isZero();
  }

  @Test
  void letsTheTakerWaitForTheNextMessage() throws Exception {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = pool.submit(() -> taken(queue, ALL));
      queue.offer(message("/offered"));
      assertThat(one.get()).containsExactly("/offered []");
      var two = pool.submit(() -> taken(queue, ALL));
      queue.prepend(List.of(message("/prepended")));
      assertThat(two.get()).containsExactly("/prepended []");
    }
  }

  @Test
  void letsATakerGoThatIsInterrupted() {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    var taker =
        Thread.ofVirtual()
            .start(() -> {
              try {
                queue.take(ALL);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    taker.interrupt();
    eventually().until(() -> !taker.isAlive());
  }

  private static Message stop() {
    return message("/emergency_stop").asStop(new Ignored());
  }

  private static final class Ignored implements Receipt {
    @Override
    public void sent() {}

    @Override
    public void failed(String why) {}
  }

  @Test
  void givesAStopAloneAndBeforeEverything() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    queue.begin(List.of(message("/login")));
    queue.offer(message("/n", 1));
    assertThat(queue.stop(false)).isEqualTo(1);
    queue.begin(stop());
    queue.offer(message("/n", 2));
    assertThat(taken(queue, ALL)).containsExactly("/emergency_stop []");
    assertThat(taken(queue, ALL)).containsExactly("/login []");
    assertThat(taken(queue, ALL)).containsExactly("/n [2]");
  }

  @Test
  void holdsBackDuringAStopWhatMayNotPass() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    queue.stop(true);
    assertThat(queue.offer(message("/late"))).isEqualTo(1);
    queue.offer(message("/answer").evenStopped());
    queue.begin(List.of(message("/login"))); // the next connection
    assertThat(taken(queue, ALL)).containsExactly("/answer []");
    assertThat(queue.isEmpty()).isFalse();
    queue.sent();
    assertThat(queue.isEmpty()).isTrue();
    queue.begin(stop());
    queue.endStop(); // before it has gone out: it must not any more
    assertThat(taken(queue, ALL)).containsExactly("/login []");
    assertThat(queue.offer(message("/after"))).isZero();
    assertThat(taken(queue, ALL)).containsExactly("/after []");
  }

  @Test
  void takesNothingBackThatAStopHasOvertaken() throws InterruptedException {
    var queue = new OutboundQueue(10, Full.DROP_OLDEST, Budget.unlimited());
    queue.offer(message("/n", 1));
    var taken = queue.take(ALL);
    assertThat(queue.isOvertaken()).isFalse();
    queue.stop(false);
    assertThat(queue.isOvertaken()).isTrue();
    assertThat(queue.prepend(taken)).isEqualTo(1);
    assertThat(queue.isEmpty()).isTrue();
    queue.offer(message("/n", 2));
    var next = queue.take(ALL);
    assertThat(queue.isOvertaken()).isFalse();
    assertThat(queue.prepend(next)).isZero();
    assertThat(taken(queue, ALL)).containsExactly("/n [2]");
  }
}
