package io.cuewire.mqtt;

import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Opener;

/** MQTT 5 (OASIS Standard, 7 March 2019), as a client of a broker. */
public final class MqttProtocol {
  private MqttProtocol() {}

  /**
   * @param show carries out what is asked for
   */
  public static Opener opener(MqttSettings settings, ShowControl show) {
    return (io, events) -> MqttTransport.open(settings, io, show, events);
  }
}
