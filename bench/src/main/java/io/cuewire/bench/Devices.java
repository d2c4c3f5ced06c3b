package io.cuewire.bench;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the endpoints of a show speak with, one device for each: 20 for a node, over all protocols.
 * They live in this program, but for an MQTT broker and the pseudo terminals of serial cables. Each
 * tells when an emergency stop has come, by the endpoint's name.
 */
final class Devices {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  static final int OF_A_NODE = 20;

  /** Called on whichever thread has heard it. */
  interface Listener {
    void stopped(String endpoint, long nanos);
  }

  private static final String STOP = "emergency_stop"; // in whatever letters and around it

  private final Rig rig;
  private final Listener listener;
  private final InetSocketAddress broker;
  private final Selector selector = Selector.open();

  /** Of the thread that serves all sockets. */
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Traffic.MAX_PAYLOAD);

  private final StringBuilder endpoints = new StringBuilder();
  private final Set<String> datagrams = ConcurrentHashMap.newKeySet();

  /** Clients that are not connected to their node's server. */
  private final Set<String> away = ConcurrentHashMap.newKeySet();

  Devices(Rig rig, Listener listener) throws IOException, InterruptedException {
    this.rig = rig;
    this.listener = listener;
    this.broker = rig.address("127.0.0.1");
    Thread.ofPlatform().daemon().name("devices").start(this::serve);
    rig.start(List.of("mosquitto", "-p", "" + broker.getPort()));
    rig.await(
        "mosquitto takes connections",
        () -> {
          new Socket(broker.getAddress(), broker.getPort()).close();
          return true;
        });
  }

  private static final List<String> KINDS =
      List.of(
          "osc",
          "osc",
          "osc",
          "osc",
          "osc",
          "osc",
          "udp",
          "udp",
          "udp",
          "udp",
          "osc-tcp",
          "tcp",
          "tcp",
          "tcp",
          "server",
          "server",
          "websocket",
          "http",
          "mqtt",
          "serial");

  /** What an endpoint speaks. */
  static String kind(String endpoint) {
    return KINDS.get(Integer.parseInt(endpoint.substring(endpoint.indexOf('-') + 1)));
  }

  /** Starts those of a node, whose endpoints are named {@code nNODE-0} to {@code nNODE-19}. */
  void start(int node) throws IOException, InterruptedException {
    for (var i = 0; i < OF_A_NODE; i++) {
      var name = "n%d-%d".formatted(node, i);
      var keys =
          switch (KINDS.get(i)) {
            case "osc", "udp" -> "protocol: %s, send: \"%s\"".formatted(KINDS.get(i), udp(name));
            case "osc-tcp" -> "protocol: osc, transport: tcp, send: \"%s\"".formatted(tcp(name));
            case "tcp" -> "protocol: tcp, connect: \"%s\"".formatted(tcp(name));
            case "server" -> "protocol: tcp, listen: %d".formatted(tcpClient(name, node));
            case "websocket" -> "protocol: websocket, listen: %d".formatted(page(name, node));
            case "http" -> "protocol: http, request: \"http://%s\"".formatted(http(name));
            case "mqtt" ->
                "protocol: mqtt, broker: \"tcp://%s\", prefix: %s, qos: 1"
                    .formatted(way(name), name);
            case "serial" -> "protocol: serial, device: \"%s\", baud: 115200".formatted(plug(name));
            default -> throw new IllegalArgumentException(KINDS.get(i));
          };
      endpoints.append("  %s: {%s, on: n%d}\n".formatted(name, keys, node));
    }
  }

  /** Of the show file. */
  String endpoints() {
    return endpoints.toString();
  }

  /** Whether an endpoint repeats its stop. */
  boolean isDatagram(String endpoint) {
    return datagrams.contains(endpoint);
  }

  Set<String> away() {
    return away;
  }

  private String udp(String name) throws IOException {
    var address = rig.address("127.0.0.1");
    datagrams.add(name);
    var channel = DatagramChannel.open().bind(address);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, Traffic.SOCKET_BUFFER);
    watch(
        channel,
        SelectionKey.OP_READ,
        () -> {
          while (channel.receive(buffer.clear()) != null) {
            if (isStop(text(buffer.flip()))) {
              listener.stopped(name, System.nanoTime());
            }
          }
        });
    return Rig.text(address);
  }

  private String tcp(String name) throws IOException {
    var address = rig.address("127.0.0.1");
    var server = ServerSocketChannel.open().bind(address);
    watch(server, SelectionKey.OP_ACCEPT, () -> read(name, server.accept(), () -> {}));
    return Rig.text(address);
  }

  private int tcpClient(String name, int node) throws IOException {
    var address = rig.address(rig.host(node));
    away.add(name);
    connect(name, address);
    return address.getPort();
  }

  /** For as long as this program runs; who is refused tries again a little later. */
  private void connect(String name, InetSocketAddress server) {
    try {
      var channel = SocketChannel.open(server);
      away.remove(name);
      read(
          name,
          channel,
          () -> {
            away.add(name);
            LATER.execute(() -> connect(name, server));
          });
    } catch (IOException refused) {
      LATER.execute(() -> connect(name, server));
    }
  }

  private interface Ready {
    void run() throws IOException;
  }

  private void watch(SelectableChannel channel, int what, Ready ready) throws IOException {
    channel.configureBlocking(false).register(selector, what, ready);
    selector.wakeup();
  }

  /** All sockets on one thread: sixty that wake for each message would be what is measured. */
  private void serve() {
    try {
      while (true) {
        selector.select(Devices::serve);
      }
    } catch (IOException e) {
      Bench.say("devices: %s", e);
    }
  }

  private static void serve(SelectionKey key) {
    try {
      ((Ready) key.attachment()).run();
    } catch (IOException e) { // of this socket alone
      Bench.say("devices: %s", e);
    }
  }

  /** Until the other end closes it. */
  private void read(String name, SocketChannel channel, Runnable ended) throws IOException {
    var stream = new Stream(name);
    watch(
        channel,
        SelectionKey.OP_READ,
        () -> {
          if (isOver(channel, stream)) {
            channel.close();
            ended.run();
          }
        });
  }

  private boolean isOver(SocketChannel channel, Stream stream) {
    try {
      var count = channel.read(buffer.clear());
      stream.read(text(buffer.flip()));
      return count < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Tells each stop in a stream of whatever framing. */
  private final class Stream {
    private final String name;
    private String kept = "";

    Stream(String name) {
      this.name = name;
    }

    void read(String part) {
      var text = kept + part;
      if (isStop(text)) {
        listener.stopped(name, System.nanoTime());
        kept = "";
      } else {
        kept = text.substring(Math.max(0, text.length() - STOP.length() + 1));
      }
    }
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }

  private int page(String name, int node) throws IOException {
    var address = rig.address(rig.host(node));
    away.add(name);
    var http =
        HttpClient.newBuilder().executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    again(
        name,
        () -> {
          var ended = new CountDownLatch(1);
          try {
            http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + Rig.text(address) + "/"), new Page(name, ended))
                .join();
            away.remove(name);
            ended.await();
          } catch (CompletionException refused) {
            throw new IOException(refused);
          } finally {
            away.add(name);
          }
        });
    return address.getPort();
  }

  private final class Page implements WebSocket.Listener {
    private final String name;
    private final CountDownLatch ended;
    private final StringBuilder text = new StringBuilder();

    Page(String name, CountDownLatch ended) {
      this.name = name;
      this.ended = ended;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        if (text.indexOf("\"type\":\"emergency_stop\"") >= 0) {
          listener.stopped(name, System.nanoTime());
        }
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.countDown();
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable cause) {
      ended.countDown();
    }
  }

  private String http(String name) throws IOException {
    var address = rig.address("127.0.0.1");
    var server = HttpServer.create(address, 0);
    server.createContext(
        "/",
        exchange -> {
          if (isStop(exchange.getRequestURI().getPath())) {
            listener.stopped(name, System.nanoTime());
          }
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return Rig.text(address);
  }

  /** A way to the broker on which what the node publishes is seen: the endpoint's own packets. */
  private String way(String name) throws IOException {
    var address = rig.address("127.0.0.1");
    var server = ServerSocketChannel.open().bind(address);
    watch(
        server,
        SelectionKey.OP_ACCEPT,
        () -> {
          var node = server.accept();
          var there = SocketChannel.open(broker);
          relay(node, there, new Publications(name)::read);
          relay(there, node, _ -> {});
        });
    return Rig.text(address);
  }

  private void relay(SocketChannel from, SocketChannel to, Consumer<ByteBuffer> seen)
      throws IOException {
    watch(
        from,
        SelectionKey.OP_READ,
        () -> {
          try {
            var count = from.read(buffer.clear());
            buffer.flip();
            seen.accept(buffer.duplicate());
            while (buffer.hasRemaining()) {
              to.write(buffer);
            }
            if (count >= 0) {
              return;
            }
          } catch (IOException reset) {
            // closed below
          }
          from.close();
          to.close();
        });
  }

  /**
   * MQTT packets. A topic has an alias on the wire, but nothing else that is retained ends as a
   * stop does.
   */
  private final class Publications {
    private static final int RETAINED = 0x31;

    private final String name;
    private byte[] kept = {};

    Publications(String name) {
      this.name = name;
    }

    void read(ByteBuffer part) {
      var all = ByteBuffer.allocate(kept.length + part.remaining()).put(kept).put(part).flip();
      try {
        while (all.mark().hasRemaining()) {
          var kind = all.get();
          var packet = new byte[length(all)];
          all.get(packet);
          if ((kind & 0xF1) == RETAINED && packet[packet.length - 1] == '1') {
            listener.stopped(name, System.nanoTime());
          }
        }
      } catch (BufferUnderflowException incomplete) {
        all.reset();
      }
      kept = new byte[all.remaining()];
      all.get(kept);
    }

    private static int length(ByteBuffer packet) {
      var length = 0;
      for (var shift = 0; ; shift += 7) {
        var next = packet.get();
        length |= (next & 0x7F) << shift;
        if (next >= 0) {
          return length;
        }
      }
    }
  }

  /** The node's end of a cable, the other end of which leads to a socket. */
  private String plug(String name) throws IOException, InterruptedException {
    var plug = rig.file(name + "-plug");
    rig.start(List.of("socat", "pty,raw,echo=0,link=" + plug, "TCP:" + tcp(name) + ",nodelay"));
    rig.await("socat has made a serial cable", () -> Files.exists(plug));
    return plug.toString();
  }

  private interface Action {
    void run() throws IOException, InterruptedException;
  }

  /** For as long as this program runs; whoever is refused tries again a little later. */
  private static void again(String name, Action action) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try {
            while (true) {
              action.run();
            }
          } catch (IOException refused) {
            LATER.execute(() -> again(name, action));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static boolean isStop(String text) {
    return text.toLowerCase(Locale.ROOT).contains(STOP);
  }
}
