package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

  static Stream<Arguments> exceptions() {
    return Stream.of(
        Arguments.of(new BindException("Address already in use"), "port in use"),
        Arguments.of(new BindException("Cannot assign requested address"), "no such address"),
        Arguments.of(new BindException("Permission denied"), "not permitted"),
        Arguments.of(new ConnectException("Connection refused"), "refused"),
        Arguments.of(new ConnectException("Network is unreachable"), "unreachable"),
        Arguments.of(new ConnectException("Connection timed out"), "timeout"),
        Arguments.of(new NoRouteToHostException("No route to host"), "unreachable"),
        Arguments.of(new SocketException("Network is unreachable"), "unreachable"),
        Arguments.of(new SocketException("Host is down"), "unreachable"),
        Arguments.of(new UnknownHostException("desk.local"), "unknown host"),
        Arguments.of(new UnresolvedAddressException(), "unknown host"),
        Arguments.of(new SocketTimeoutException("Connect timed out"), "timeout"),
        Arguments.of(new EOFException(), "closed by peer"),
        Arguments.of(new SocketException("Connection reset"), "closed by peer"),
        Arguments.of(new IOException("Connection reset by peer"), "closed by peer"),
        Arguments.of(new IOException("Broken pipe"), "closed by peer"),
        Arguments.of(new IOException("Connection timed out"), "timeout"),
        Arguments.of(new IOException("Too many open files"), "too many open files"),
        Arguments.of(new IOException("something else"), "i/o error"),
        Arguments.of(new IOException(), "i/o error"),
        Arguments.of(new IllegalStateException("bug"), "internal error"));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void namesTheReasonInATechniciansWords(Exception exception, String reason) {
    assertThat(Failure.of(exception, "here").reason()).isEqualTo(reason);
  }

  @Test
  void tellsWhereAndWhatTheSystemSaid() {
    assertThat(
            Failure.of(new BindException("Address already in use"), "listening on :9000").detail())
        .isEqualTo("listening on :9000: port in use (Address already in use)");
    assertThat(Failure.of(new EOFException(), "10.0.0.1:80").detail())
        .isEqualTo("10.0.0.1:80: closed by peer");
    assertThat(Failure.of(new ConnectException("refused"), "10.0.0.1:80").detail())
        .isEqualTo("10.0.0.1:80: refused");
  }
}
