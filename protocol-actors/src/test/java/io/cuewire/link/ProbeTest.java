package io.cuewire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ProbeTest {

  @Test
  void whoAcceptsAndWhoRefusesIsReached() throws Exception {
    var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    var host = server.getInetAddress().getHostAddress();
    try (server) {
      assertThat(Probe.reaches(host, server.getLocalPort())).isTrue();
    }
    assertThat(Probe.reaches(host, server.getLocalPort())).as("refused").isTrue();
  }

  @Test
  void whoeverDoesNotAnswerIsNot() throws Exception {
    var waiting = new ArrayList<SocketChannel>();
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (var i = 0; i < 8; i++) { // with its queue full a system answers no longer
        waiting.add(SocketChannel.open());
        waiting.getLast().configureBlocking(false);
        waiting.getLast().connect(server.getLocalSocketAddress());
      }
      var host = server.getInetAddress().getHostAddress();
      assertThat(Probe.reaches(host, server.getLocalPort())).isFalse();
    } finally {
      for (var channel : waiting) {
        channel.close();
      }
    }
    assertThat(Probe.reaches("no-such-host.invalid", 80)).isFalse();
  }
}
