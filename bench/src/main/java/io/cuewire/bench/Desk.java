package io.cuewire.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP peer that reads whatever comes, and can be switched off and on. */
final class Desk {
  private final InetSocketAddress address;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private ServerSocket server;

  Desk(InetSocketAddress address) throws IOException {
    this.address = address;
    switchOn();
  }

  boolean isOn() {
    return !server.isClosed();
  }

  void switchOn() throws IOException {
    var listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(address);
    server = listening;
    Thread.ofPlatform().daemon().name("desk").start(() -> accept(listening));
  }

  void switchOff() throws IOException {
    server.close();
    for (var connection : connections) {
      connection.close();
    }
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        var connection = listening.accept();
        connections.add(connection);
        Thread.ofPlatform().daemon().name("desk in").start(() -> read(listening, connection));
      }
    } catch (IOException off) {
      return;
    }
  }

  private void read(ServerSocket listening, Socket connection) {
    try (connection) {
      if (!listening.isClosed()) { // it was switched off while this one came in
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException lost) {
      return;
    } finally {
      connections.remove(connection);
    }
  }
}
