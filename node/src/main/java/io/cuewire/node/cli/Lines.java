package io.cuewire.node.cli;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Where a shell's lines come from. */
interface Lines extends AutoCloseable {

  /** The next line; nothing when there are no more. */
  Optional<String> next(String prompt);

  /** The answer to a question; not yes when it was interrupted. */
  String ask(String question);

  /** Whether somebody is there to see prompts and to answer. */
  boolean attended();

  /** Says something at any time, also while a line is being typed. */
  void tell(String line);

  /** The prompt has changed while a line is being typed. */
  void prompt(String prompt);

  /** What Tab offers. */
  void complete(Completion completion);

  /**
   * What Ctrl-C does while no line is being typed.
   *
   * @param interrupt false when there was nothing to interrupt
   */
  void onInterrupt(BooleanSupplier interrupt);

  @Override
  void close();
}
