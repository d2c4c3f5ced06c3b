package io.cuewire.mqtt;

import io.cuewire.transport.Failure;
import io.cuewire.transport.LoginRefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;

/** What the broker's reason codes (MQTT 5 §2.4) and Paho's exceptions mean to a technician. */
final class Refusal {
  /** What a broker may say of a publication instead of acknowledging it. */
  private static final Set<Integer> OF_PUBLICATIONS =
      Set.of(
          MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED,
          MqttReturnCode.RETURN_CODE_TOPIC_NAME_INVALID,
          MqttReturnCode.RETURN_CODE_PACKET_TOO_LARGE,
          MqttReturnCode.RETURN_CODE_QUOTA_EXCEEDED,
          MqttReturnCode.RETURN_CODE_PAYLOAD_FORMAT_INVALID,
          MqttReturnCode.RETURN_CODE_RETAIN_NOT_SUPPORTED,
          MqttReturnCode.RETURN_CODE_QOS_NOT_SUPPORTED);

  private Refusal() {}

  static boolean is(int code) {
    return code >= MqttReturnCode.RETURN_CODE_UNSPECIFIED_ERROR && code <= 0xFF;
  }

  /** Why a connection could not be made. */
  static IOException whileConnecting(MqttException e) {
    var code = e.getReasonCode();
    return switch (code) {
      case MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD,
          MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED,
          MqttReturnCode.RETURN_CODE_BAD_AUTHENTICATION ->
          new LoginRefusedException("the broker says: " + text(code));
      default ->
          is(code)
              ? new ConnectException("refused by the broker: " + text(code))
              : afterConnecting(e);
    };
  }

  static IOException afterConnecting(MqttException e) {
    var code = e.getReasonCode();
    if (code == MqttClientException.REASON_CODE_CLIENT_TIMEOUT
        || code == MqttClientException.REASON_CODE_WRITE_TIMEOUT) {
      return new SocketTimeoutException("the broker does not answer");
    }
    if (isAnEnd(e)) {
      return new EOFException("the connection has ended");
    }
    return e.getCause() instanceof IOException io ? io : new IOException(e.toString(), e);
  }

  /** Whether an exception only says that the connection has ended, not why. */
  static boolean isAnEnd(MqttException e) {
    var code = e.getReasonCode();
    return code == MqttClientException.REASON_CODE_CLIENT_NOT_CONNECTED
        || code == MqttClientException.REASON_CODE_CLIENT_DISCONNECTING;
  }

  /**
   * The code with which the broker has refused a publication, where it or Paho has ended the
   * connection over that.
   */
  static Optional<Integer> ofPublication(MqttDisconnectResponse end) {
    var exception = end.getException();
    return exception == null
        ? Optional.of(end.getReturnCode()).filter(OF_PUBLICATIONS::contains)
        : Optional.of(exception.getReasonCode()).filter(Refusal::is);
  }

  /** Why a connection has ended. */
  static Failure ofLoss(MqttDisconnectResponse end, String broker, String clientId) {
    var exception = end.getException();
    var code = exception == null ? end.getReturnCode() : exception.getReasonCode();
    if (code == MqttReturnCode.RETURN_CODE_SESSION_TAKEN_OVER) {
      return new Failure(
          "taken over",
          "%s: taken over (another client has connected as '%s': give each its own client-id)"
              .formatted(broker, clientId));
    }
    if (exception == null || is(code)) {
      return new Failure(
          "closed by peer", broker + ": closed by peer (the broker says: " + text(code) + ")");
    }
    return Failure.of(afterConnecting(exception), broker);
  }

  static String text(int code) {
    return switch (code) {
      case MqttReturnCode.RETURN_CODE_MALFORMED_CONTROL_PACKET -> "malformed packet";
      case MqttReturnCode.RETURN_CODE_PROTOCOL_ERROR -> "protocol error";
      case MqttReturnCode.RETURN_CODE_UNSUPPORTED_PROTOCOL_VERSION -> "it does not speak MQTT 5";
      case MqttReturnCode.RETURN_CODE_IDENTIFIER_NOT_VALID -> "client-id not valid";
      case MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD -> "bad username or password";
      case MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED -> "not authorized";
      case MqttReturnCode.RETURN_CODE_SERVER_UNAVAILABLE -> "unavailable";
      case MqttReturnCode.RETURN_CODE_SERVER_BUSY -> "busy";
      case MqttReturnCode.RETURN_CODE_BANNED -> "banned";
      case MqttReturnCode.RETURN_CODE_SERVER_SHUTTING_DOWN -> "shutting down";
      case MqttReturnCode.RETURN_CODE_TOPIC_FILTER_NOT_VALID -> "topic filter not valid";
      case MqttReturnCode.RETURN_CODE_TOPIC_NAME_INVALID -> "topic not valid";
      case MqttReturnCode.RETURN_CODE_PACKET_TOO_LARGE -> "too large";
      case MqttReturnCode.RETURN_CODE_QUOTA_EXCEEDED -> "quota exceeded";
      case MqttReturnCode.RETURN_CODE_ADMINISTRITIVE_ACTION -> "ended by its administrator";
      default -> "reason code 0x%02x".formatted(code);
    };
  }
}
