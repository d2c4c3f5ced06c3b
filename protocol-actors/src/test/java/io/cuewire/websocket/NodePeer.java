package io.cuewire.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.testing.ForeignProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The other side of a WebSocket: Node.js with its library ws, told what to do in JavaScript. */
final class NodePeer implements AutoCloseable {
  /** For what may come after any number of other lines. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ForeignProgram node;

  private NodePeer(ForeignProgram node) {
    this.node = node;
  }

  static NodePeer start() throws IOException, InterruptedException {
    var script = Path.of("src/test/resources/io/cuewire/websocket/peer.js");
    var peer =
        new NodePeer(
            ForeignProgram.start("env", "NODE_PATH=/usr/share/nodejs", "node", script.toString()));
    peer.expect("ready");
    return peer;
  }

  /** A client that has read its welcome. */
  static NodePeer client(int port) throws IOException, InterruptedException {
    var peer = start();
    peer.run("connect('ws://127.0.0.1:" + port + "/')");
    peer.expect("open");
    peer.text();
    return peer;
  }

  /** Runs one line of JavaScript. */
  NodePeer run(String javaScript) throws IOException {
    node.type(javaScript);
    return this;
  }

  NodePeer send(String text) throws IOException {
    return run("ws.send(" + quoted(text) + ")");
  }

  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** Reads until this line has come. */
  void expect(String line) throws InterruptedException {
    line(line);
  }

  /** The next text frame, but for the status that a server tells now and then. */
  String text() throws InterruptedException {
    while (true) {
      var text = line("text ");
      if (!text.startsWith("{\"type\":\"periodic_status\"")) {
        return text;
      }
    }
  }

  /** What follows this beginning in the next line that has it. */
  String line(String beginning) throws InterruptedException {
    var patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var line = node.nextLine();
      assertThat(System.nanoTime()).as("a line '%s…' in time", beginning).isLessThan(patience);
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
