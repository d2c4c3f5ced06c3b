package io.cuewire.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * The baseline: passes each datagram on as it is and looks at none. One thread waits in a blocking
 * receive and writes to connected sockets, which is the least that Java's NIO can do.
 */
final class RawRelay {
  private RawRelay() {}

  /** Runs until it is killed or its parent ends: {@code HOST:PORT} to listen on, then targets. */
  public static void main(String[] args) throws IOException {
    ProcessHandle.current().parent().ifPresent(p -> p.onExit().thenRun(() -> System.exit(0)));
    var targets = new ArrayList<DatagramChannel>();
    for (var target : Arrays.asList(args).subList(1, args.length)) {
      targets.add(open().connect(address(target)));
    }
    var in = open().bind(address(args[0]));
    var buffer = ByteBuffer.allocateDirect(Traffic.MAX_PAYLOAD);
    while (true) {
      in.receive(buffer.clear());
      buffer.flip();
      for (var target : targets) {
        target.write(buffer.rewind());
      }
    }
  }

  private static DatagramChannel open() throws IOException {
    return DatagramChannel.open(StandardProtocolFamily.INET)
        .setOption(StandardSocketOptions.SO_RCVBUF, Traffic.SOCKET_BUFFER)
        .setOption(StandardSocketOptions.SO_SNDBUF, Traffic.SOCKET_BUFFER);
  }

  private static InetSocketAddress address(String text) {
    var colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
