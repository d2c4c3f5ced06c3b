package io.cuewire.testing;

import io.cuewire.transport.Failure;
import io.cuewire.transport.Transport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a transport has told of its end. */
public final class RecordedEvents implements Transport.Events {
  private final List<Failure> failures = new CopyOnWriteArrayList<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final List<Throwable> bugs = new CopyOnWriteArrayList<>();

  @Override
  public void lost(Failure failure) {
    failures.add(failure);
  }

  @Override
  public void troubled(Failure failure) {
    troubles.add(failure.reason());
  }

  @Override
  public void recovered() {
    troubles.add("recovered");
  }

  @Override
  public void crashed(Throwable bug) {
    bugs.add(bug);
  }

  /** The reasons of the losses so far. */
  public List<String> losses() {
    return failures.stream().map(Failure::reason).toList();
  }

  /** The reasons of its troubles, and {@code recovered}. */
  public List<String> troubles() {
    return troubles;
  }

  public List<Throwable> bugs() {
    return bugs;
  }
}
