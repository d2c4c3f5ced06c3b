package io.cuewire.command;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a connection may ask of the show beside sending messages; the layer above carries it out.
 * The answers are empty when it was done, or say in one line why it was not.
 */
public interface ShowControl {
  /** The status of the show as this node knows it, as JSON on one line (contract section 7). */
  String status();

  /**
   * @param by who asks, for people: {@code web-control 10.0.0.5:50123}
   */
  CompletionStage<Optional<String>> emergencyStop(String by);

  CompletionStage<Optional<String>> changeScene(String scene);

  /**
   * @param value Integer, Long, Float, String, Boolean
   */
  CompletionStage<Optional<String>> setParameter(String operator, String parameter, Object value);
}
