package io.cuewire.mqtt;

import io.cuewire.testing.Ports;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers each packet of a client with the next of its lines, in hex; then it is silent. */
final class ScriptedBroker implements AutoCloseable {
  /** CONNACK without anything: success. */
  static final String WELCOME = "20 03 00 00 00";

  /** Ends the connection instead of an answer. */
  static final String END = "";

  private final ServerSocket server;
  private final List<String> answers;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();

  ScriptedBroker(String... answers) throws IOException {
    this.answers = List.of(answers);
    this.server = new ServerSocket(0, 50, Ports.local(0).getAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How often somebody has connected. */
  int connections() {
    return clients.size();
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket client) {
    try (client) {
      var packets = new PacketStream(client.getInputStream(), Integer.MAX_VALUE);
      for (var answer : answers) {
        if (answer.equals(END)) {
          return;
        }
        readPacket(packets);
        client.getOutputStream().write(HexFormat.ofDelimiter(" ").parseHex(answer));
      }
      while (packets.read() >= 0) {}
    } catch (IOException ended) {
      return;
    }
  }

  private static void readPacket(PacketStream packets) throws IOException {
    packets.read();
    packets.skipNBytes(packets.available());
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var client : clients) {
      client.close();
    }
  }
}
