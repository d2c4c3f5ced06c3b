package io.cuewire.mqtt;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.text.HandleRule;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an MQTT endpoint is.
 *
 * @param broker by name or address
 * @param tls present, the connection is encrypted
 * @param subscribe topic filters
 * @param prefix of every topic; empty for none
 * @param qos 0, 1 or 2, of publications and subscriptions
 * @param retain whether publications are retained
 * @param show name of the show
 * @param node name of this node
 * @param handle the endpoint's own recognition of payloads
 * @param onConnect sent first on each connection
 * @param budget of what waits in memory
 */
public record MqttSettings(
    InetSocketAddress broker,
    Optional<Tls> tls,
    Optional<String> username,
    Optional<String> password,
    Optional<String> clientId,
    List<String> subscribe,
    String prefix,
    int qos,
    boolean retain,
    String show,
    String node,
    List<HandleRule> handle,
    List<Message> onConnect,
    Budget budget) {

  /** MQTT over TCP. */
  public static final int PORT = 1883;

  /** MQTT over TLS. */
  public static final int TLS_PORT = 8883;

  /**
   * PEM files.
   *
   * @param ca authorities to trust instead of the system's
   * @param certificate this client's own, and perhaps those between it and its authority
   * @param key the certificate's private key; present exactly when {@code certificate} is
   */
  public record Tls(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {}

  /** The password stays out of logs. */
  @Override
  public String toString() {
    return "mqtt to " + broker;
  }
}
