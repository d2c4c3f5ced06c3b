package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Random and mutated bytes for every listener of a node; afterwards each still carries a message,
 * and the node is no larger than before. The seed of a run repeats it.
 */
final class Fuzz {
  private static final Goal NONE = new Goal("none", lost -> lost == 0);

  /** The heap of 96 MB may have been touched whole. */
  private static final Goal BOUNDED = new Goal("< 320", resident -> resident < 320);

  private static final Goal FLAT = new Goal("< 10", growth -> growth < 10);
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int CHUNKS_OF_A_CONNECTION = 20;
  private static final Duration PARTING = Duration.ofSeconds(30);

  /** What a listener of the show speaks. */
  private enum Kind {
    DATAGRAMS,
    STREAM,
    WEBSOCKET,
    HTTP
  }

  /**
   * @param keys of the show file
   * @param good frames it understands, which mutations begin with; the first says {@code /alive 1}
   */
  private record Listener(Kind kind, String keys, InetSocketAddress address, List<byte[]> good) {}

  private final Rig rig;
  private final long seed;
  private final Map<String, Listener> listeners = new LinkedHashMap<>();

  Fuzz(Rig rig, long seed) throws IOException {
    this.rig = rig;
    this.seed = seed;
    var osc = bytes("/alive\0\0,i\0\0\0\0\0\1");
    var text = bytes("/alive 1");
    var json = bytes("{\"address\":\"/alive\",\"args\":[1]}");
    var command = bytes("{\"command\":\"get_status\"}");
    add("osc-udp", Kind.DATAGRAMS, "protocol: osc", osc, bytes("#bundle\0\0\0\0\0\0\0\0\1"));
    add("osc-tcp", Kind.STREAM, "protocol: osc, transport: tcp", sized(osc));
    add("osc-slip", Kind.STREAM, "protocol: osc, transport: tcp-slip", slip(osc));
    add("udp", Kind.DATAGRAMS, "protocol: udp", text, json, command, bytes("CMD:SCENE:x"));
    add("line", Kind.STREAM, "protocol: tcp", line(text), line(json), line(command));
    add("crlf", Kind.STREAM, "protocol: tcp, framing: crlf", line(text), line(json));
    add("nul", Kind.STREAM, "protocol: tcp, framing: nul", bytes("/alive 1\0"), bytes("a,b\0"));
    add("length32", Kind.STREAM, "protocol: tcp, framing: length32", sized(text), sized(json));
    add("slip", Kind.STREAM, "protocol: tcp, framing: slip", slip(text), slip(json));
    add("cobs", Kind.STREAM, "protocol: tcp, framing: cobs", bytes("\11/alive 1\0"));
    add("fixed", Kind.STREAM, "protocol: tcp, framing: \"fixed:8\"", text);
    add("unframed", Kind.STREAM, "protocol: tcp, framing: none", text, json);
    add("websocket", Kind.WEBSOCKET, "protocol: websocket", masked(json), masked(command));
    add(
        "http",
        Kind.HTTP,
        "protocol: http",
        post(json),
        bytes("GET /status HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  private void add(String name, Kind kind, String keys, byte[]... good) throws IOException {
    listeners.put(name, new Listener(kind, keys, rig.address("127.0.0.1"), List.of(good)));
  }

  void run(Table table, Duration each) throws IOException, InterruptedException {
    try (var sink = new DatagramSocket(rig.address("127.0.0.1"))) {
      sink.setSoTimeout(PATIENCE_MILLIS);
      var node = rig.show(1, show(sink), 1 + listeners.size()).getFirst();
      var half = each.dividedBy(2);
      var sent = attackAll(half); // fills what is bounded: histories, caches
      var dead = serving(sink);
      var resident = Rig.resident(node.process());
      var heap = settledHeap(node);
      sent += attackAll(half);
      dead += serving(sink);
      var growth = settledHeap(node) - heap;
      table.row(
          "fuzz: chunks sent to %d listeners".formatted(listeners.size()), "" + sent, "", "", "");
      table.row("fuzz: listeners that carry no message afterwards", "" + dead, NONE, dead);
      table.row(
          "fuzz: growth of the live heap in the second half, MB",
          Table.number(growth),
          FLAT,
          growth);
      var more = Rig.resident(node.process()) - resident;
      table.row(
          "fuzz: growth of resident in the second half, MB", Table.number(more), Goal.NONE, more);
      table.row(
          "fuzz: resident after that, MB", Table.number(resident + more), BOUNDED, resident + more);
    }
  }

  /** What is left once the node has noticed that nobody is connected any more. */
  private double settledHeap(Node node) throws IOException, InterruptedException {
    if (!rig.comes(PARTING, () -> isAlone(node))) {
      throw new IOException("clients that are gone are shown as connected");
    }
    return Rig.liveHeap(node.process());
  }

  /** Datagrams have senders, not connections. */
  private boolean isAlone(Node node) throws IOException, InterruptedException {
    return node.status()
        .path("endpoints")
        .valueStream()
        .filter(e -> listeners.containsKey(e.path("name").asText()))
        .filter(e -> listeners.get(e.path("name").asText()).kind() != Kind.DATAGRAMS)
        .allMatch(e -> e.path("peers").isEmpty());
  }

  /** All at the same time, as an unfriendly network would. */
  private long attackAll(Duration time) throws InterruptedException {
    var sent = new AtomicLong();
    var attackers = new ArrayList<Thread>();
    listeners.forEach((name, listener) -> {
      var random = new Random(seed ^ name.hashCode());
      attackers.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  var chunks = attack(listener, time, random);
                  sent.addAndGet(chunks);
                  Bench.say("fuzz: %s, %,d chunks", name, chunks);
                } catch (IOException e) {
                  Bench.say("fuzz: %s: %s", name, e);
                }
              }));
    });
    for (var attacker : attackers) {
      attacker.join();
    }
    return sent.get();
  }

  private String show(DatagramSocket sink) {
    var show = new StringBuilder("endpoints:\n");
    listeners.forEach((name, l) ->
        show.append(
            "  %s: {%s, listen: %d, on: n1}\n".formatted(name, l.keys(), l.address().getPort())));
    show.append(
        "  out: {protocol: osc, send: \"127.0.0.1:%d\", on: n1}\n".formatted(sink.getLocalPort()));
    return show.append("routes:\n  alive: {from: \"*\", match: /alive, to: out}\n").toString();
  }

  private long attack(Listener listener, Duration time, Random random) throws IOException {
    var end = System.nanoTime() + time.toNanos();
    var chunks = 0L;
    while (System.nanoTime() < end) {
      if (listener.kind() == Kind.DATAGRAMS) {
        try (var socket = new DatagramSocket()) {
          for (var i = 0; i < CHUNKS_OF_A_CONNECTION; i++, chunks++) {
            var bytes = mutated(listener.good(), random);
            socket.send(new DatagramPacket(bytes, bytes.length, listener.address()));
          }
        }
      } else {
        chunks += attackStream(listener, random);
      }
    }
    return chunks;
  }

  private int attackStream(Listener listener, Random random) throws IOException {
    try (var socket = new Socket(listener.address().getAddress(), listener.address().getPort())) {
      socket.setSoTimeout(1);
      if (listener.kind() == Kind.WEBSOCKET && random.nextInt(4) > 0) {
        socket.getOutputStream().write(upgrade());
      }
      var chunks = random.nextInt(CHUNKS_OF_A_CONNECTION);
      for (var i = 0; i < chunks; i++) {
        socket.getOutputStream().write(mutated(listener.good(), random));
        if (listener.kind() != Kind.STREAM || random.nextInt(10) == 0) {
          readSome(socket); // Jetty takes nothing from who does not read its answers
        }
      }
      if (random.nextBoolean()) {
        socket.setSoLinger(true, 0); // ends with a reset
      }
      return chunks;
    } catch (java.net.SocketException closedByTheNode) {
      return 1;
    }
  }

  private static void readSome(Socket socket) throws IOException {
    try {
      socket.getInputStream().read(new byte[10_000]);
    } catch (SocketTimeoutException nothingThere) {
      return;
    }
  }

  /** A good frame with some of it changed, or no frame at all. */
  private static byte[] mutated(List<byte[]> good, Random random) {
    var bytes = good.get(random.nextInt(good.size())).clone();
    switch (random.nextInt(6)) {
      case 0 -> random.nextBytes(bytes = new byte[random.nextInt(300)]);
      case 1 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
      case 2 -> {
        var large = new byte[random.nextInt(65_000)];
        for (var i = 0; i < large.length; i++) {
          large[i] = bytes[i % bytes.length];
        }
        bytes = large;
      }
      default -> {
        for (var i = random.nextInt(4); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  /** How many listeners do not carry a good message to the sink. */
  private int serving(DatagramSocket sink) throws IOException {
    var dead = 0;
    for (var entry : listeners.entrySet()) {
      empty(sink);
      if (!carries(entry.getValue(), sink)) {
        Bench.say("fuzz: %s carries no message", entry.getKey());
        dead++;
      }
    }
    return dead;
  }

  private static boolean carries(Listener listener, DatagramSocket sink) throws IOException {
    var good = listener.good().getFirst();
    var to = listener.address();
    try (var http = HttpClient.newHttpClient();
        var socket = new Socket()) {
      switch (listener.kind()) {
        case DATAGRAMS -> sink.send(new DatagramPacket(good, good.length, to));
        case STREAM, HTTP -> {
          socket.connect(to, PATIENCE_MILLIS);
          socket.getOutputStream().write(good);
        }
        case WEBSOCKET -> {
          var uri = URI.create("ws://" + Rig.text(to) + "/");
          var client =
              http.newWebSocketBuilder().buildAsync(uri, new WebSocket.Listener() {}).join();
          client
              .sendText("{\"type\":\"message\",\"address\":\"/alive\",\"args\":[1]}", true)
              .join();
          client.abort();
        }
      }
      sink.receive(new DatagramPacket(new byte[100], 100));
      return true;
    } catch (SocketTimeoutException | CompletionException nothingCame) {
      return false;
    }
  }

  /** Mutations may be good messages too. */
  private static void empty(DatagramSocket sink) throws IOException {
    sink.setSoTimeout(50);
    try {
      while (true) {
        sink.receive(new DatagramPacket(new byte[100], 100));
      }
    } catch (SocketTimeoutException empty) {
      sink.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] line(byte[] text) {
    return concat(text, bytes("\n"));
  }

  private static byte[] sized(byte[] payload) {
    return concat(ByteBuffer.allocate(4).putInt(payload.length).array(), payload);
  }

  private static byte[] slip(byte[] payload) {
    return concat(bytes("\u00C0"), payload, bytes("\u00C0"));
  }

  private static byte[] post(byte[] body) {
    var head =
        "POST /send HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n".formatted(body.length);
    return concat(bytes(head), body);
  }

  private static byte[] upgrade() {
    return bytes(
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }

  /** A text frame of a client with the mask 0 (RFC 6455 §5.2). */
  private static byte[] masked(byte[] text) {
    return concat(new byte[] {(byte) 0x81, (byte) (0x80 | text.length), 0, 0, 0, 0}, text);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
