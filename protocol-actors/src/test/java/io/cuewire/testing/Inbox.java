package io.cuewire.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cuewire.message.Message;
import io.cuewire.routing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target that keeps what it is given. */
public final class Inbox implements Target {
  private static final int PATIENCE_SECONDS = 10;

  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  @Override
  public boolean deliver(Message message) {
    return messages.add(message.keep());
  }

  /** The next message, waited for. */
  public Message next() {
    try {
      var message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return message == null ? fail("no message within " + PATIENCE_SECONDS + " seconds") : message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next so many messages, waited for, as {@code ADDRESS [ARGS]}. */
  public List<String> next(int count) {
    var texts = new ArrayList<String>();
    while (texts.size() < count) {
      texts.add(next().toString());
    }
    return texts;
  }

  /** What is there now. */
  public List<Message> drain() {
    var drained = new ArrayList<Message>();
    messages.drainTo(drained);
    return drained;
  }

  /** What is there now, as {@code ADDRESS [ARGS]}. */
  public List<String> texts() {
    return drain().stream().map(Message::toString).toList();
  }

  public void assertEmpty() {
    assertThat(messages).isEmpty();
  }
}
