package io.cuewire.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Raises one stop, with no more work of this program's own than one packet. */
interface Trigger extends Closeable {
  void pull() throws IOException;

  static Trigger osc(InetSocketAddress in) throws IOException {
    var socket = new DatagramSocket();
    var bytes = Osc.bytes("/emergency_stop", 1);
    var packet = new DatagramPacket(bytes, bytes.length, in);
    return new Trigger() {
      @Override
      public void pull() throws IOException {
        socket.send(packet);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  /** Over a connection that is open already, as that of a page is. */
  static Trigger http(Node node) throws IOException {
    var body = "{\"reason\":\"bench\"}";
    var request =
        """
        POST /api/emergency-stop HTTP/1.1\r
        Host: %s\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(Rig.text(node.api()), Node.TOKEN, body.length(), body)
            .getBytes(StandardCharsets.UTF_8);
    var socket = new Socket(node.api().getAddress(), node.api().getPort());
    socket.setSoTimeout(10_000);
    var answer =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    return new Trigger() {
      @Override
      public void pull() throws IOException {
        socket.getOutputStream().write(request);
        var status = answer.readLine();
        if (status == null || !status.startsWith("HTTP/1.1 200 ")) {
          throw new IOException(node + " answered " + status + " to a stop");
        }
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }
}
