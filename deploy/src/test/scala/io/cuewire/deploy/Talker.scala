package io.cuewire.deploy

import java.nio.charset.StandardCharsets.UTF_8

/** A program at the other end of a connection: it says lines, and prints those that it hears. */
final class Talker(scope: Scope, what: String, command: Seq[String], environment: Map[String, String] = Map.empty) {
  private val (running, input) = scope.startTyped(what, command, environment)

  /** Whole lines that it has heard. */
  def heard: Seq[String] = {
    val output = running.output
    output.take(output.lastIndexOf('\n') + 1).linesIterator.toSeq
  }

  def say(line: String): Unit = {
    input.write(s"$line\n".getBytes(UTF_8))
    input.flush()
  }
}

object Talker {
  def tcp(scope: Scope, host: String, port: Int): Talker = new Talker(scope, "tcp client", Seq("ncat", host, s"$port"))

  /** The answer to each datagram is a line, whether it ends one or not. */
  def udp(scope: Scope, host: String, port: Int): Talker = new Talker(scope, "udp client", Seq("python3", "-c", datagrams, host, s"$port"))

  def serial(scope: Scope, device: String): Talker = new Talker(scope, "serial device", Seq("socat", "-", s"$device,raw,echo=0"))

  def webSocket(scope: Scope, url: String): Talker = new Talker(scope, "websocket client", Seq("node", "-e", frames, url), Map("NODE_PATH" -> "/usr/share/nodejs"))

  private val datagrams =
    """import socket, sys, threading
      |peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      |peer.connect((sys.argv[1], int(sys.argv[2])))
      |def hear():
      |    while True: print(peer.recv(65536).decode(), flush=True)
      |threading.Thread(target=hear, daemon=True).start()
      |for line in sys.stdin: peer.send(line.rstrip('\n').encode())
      |""".stripMargin

  private val frames =
    """const socket = new (require('ws'))(process.argv[1]);
      |socket.on('message', text => console.log(String(text)));
      |socket.on('open', () => require('readline').createInterface({input: process.stdin}).on('line', line => socket.send(line)));
      |""".stripMargin
}
