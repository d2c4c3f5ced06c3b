package io.cuewire.show;

/** What an endpoint speaks. */
public enum Protocol {
  OSC,
  TCP,
  UDP,
  WEBSOCKET,
  HTTP,
  SERIAL,
  MQTT;

  /** The word of the show file, such as {@code websocket}. */
  public String word() {
    return Words.of(this);
  }
}
