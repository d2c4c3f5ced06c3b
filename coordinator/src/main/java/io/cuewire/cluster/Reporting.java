package io.cuewire.cluster;

import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Tells the node of a bug in one of its actors, before the actor is restarted or ends. */
final class Reporting<T> extends BehaviorInterceptor<T, T> {
  private final String what;
  private final Faults faults;
  private final Runnable then;

  private Reporting(Class<T> messages, String what, Faults faults, Runnable then) {
    super(messages);
    this.what = what;
    this.faults = faults;
    this.then = then;
  }

  /** Begins anew after a bug. */
  static <T> Behavior<T> restarting(
      Class<T> messages, String what, Faults faults, Behavior<T> life) {
    return Behaviors.supervise(
            Behaviors.intercept(() -> new Reporting<>(messages, what, faults, () -> {}), life))
        .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false));
  }

  /**
   * Ends with a bug.
   *
   * @param then is run before
   */
  static <T> Behavior<T> once(
      Class<T> messages, String what, Faults faults, Runnable then, Behavior<T> life) {
    return Behaviors.supervise(
            Behaviors.intercept(() -> new Reporting<>(messages, what, faults, then), life))
        .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false));
  }

  @Override
  public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
    return reporting(() -> target.start(context));
  }

  @Override
  public Behavior<T> aroundReceive(
      TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
    return reporting(() -> target.apply(context, message));
  }

  private Behavior<T> reporting(Supplier<Behavior<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException bug) {
      faults.crashed(what, bug);
      then.run();
      throw bug;
    }
  }
}
