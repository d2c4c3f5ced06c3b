package io.cuewire.mqtt;

/**
 * How addresses and topics correspond.
 *
 * @param prefix of the topics; with an empty one a topic is the address without its first slash
 */
record Topics(String prefix) {
  private static final String STATUS = "cuewire/";

  /** What a topic name cannot hold becomes an underscore. */
  String topic(String address) {
    var path = address.startsWith("/") ? address.substring(1) : address;
    var topic = new StringBuilder();
    under(path).codePoints().forEach(c -> topic.appendCodePoint(fits(c) ? c : '_'));
    return topic.isEmpty() ? "_" : topic.toString();
  }

  /** MQTT 5 §1.5.4 and §4.7: brokers may close the connection over any of these. */
  private static boolean fits(int c) {
    var nonCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    var loneSurrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return c != '+' && c != '#' && !Character.isISOControl(c) && !nonCharacter && !loneSurrogate;
  }

  /** The topic without the prefix; one outside the prefix is the whole address. */
  String address(String topic) {
    var path = topic.startsWith(under("")) ? topic.substring(under("").length()) : topic;
    return path.startsWith("/") ? path : "/" + path;
  }

  /** Where an endpoint says whether it is there. */
  String status(String node, String endpoint) {
    return under(STATUS + node + "/" + endpoint);
  }

  boolean isStatus(String topic) {
    return topic.startsWith(under(STATUS));
  }

  private String under(String path) {
    return prefix.isEmpty() ? path : prefix + "/" + path;
  }
}
