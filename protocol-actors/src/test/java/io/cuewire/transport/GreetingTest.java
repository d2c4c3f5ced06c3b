package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.routing.Router;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreetingTest {
  private final OutboundQueue queue =
      new OutboundQueue(8, OutboundQueue.Full.DROP_OLDEST, new Budget(1 << 20));
  private final EndpointIo io = new EndpointIo("out", new Router(), queue, Clock.systemUTC());

  @Test
  void tellsANewConnectionHowTheShowIsBeforeWhatHasWaited() throws Exception {
    io.greeting(() -> List.of(Message.of("/gain", List.of(0.5f))));
    io.waiting();
    io.deliver(Message.of("/waited", List.of()));
    io.open(_ -> false, List.of(Message.of("/hello", List.of())));
    assertThat(queue.take(8)).extracting(Message::address).containsExactly("/hello", "/gain");
    assertThat(queue.take(8)).extracting(Message::address).containsExactly("/waited");
  }

  @Test
  void saysThatAValueComesFromNobody() throws Exception {
    io.greeting(() -> List.of(Message.of("/gain", List.of(0.5f)).cameFrom("", 7)));
    io.open(_ -> false, List.of(Message.of("/hello", List.of())));
    assertThat(queue.take(8)).extracting(Message::source).containsExactly("out", "");
  }

  @Test
  void keepsWhatIsOnlyTrueNowForNobody() {
    io.waiting();
    io.deliverIfOpen(Message.of("/gain", List.of(0.4f)));
    assertThat(queue.isEmpty()).isTrue();
    io.open(_ -> false, List.of());
    io.deliverIfOpen(Message.of("/gain", List.of(0.5f)));
    assertThat(queue.isEmpty()).isFalse();
  }
}
