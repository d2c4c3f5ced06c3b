package io.cuewire.message;

/** Is told what becomes of a message that somebody waits for; from any thread. */
public interface Receipt {
  /** As far as its protocol can tell, the other end has it. */
  void sent();

  /**
   * @param why a word or two for the status
   */
  void failed(String why);
}
