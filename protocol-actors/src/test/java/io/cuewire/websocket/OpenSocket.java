package io.cuewire.websocket;

import io.cuewire.codec.Budget;
import io.cuewire.endpoint.Opener;
import io.cuewire.message.Message;
import io.cuewire.osc.OscProtocol;
import io.cuewire.osc.TimeTags;
import io.cuewire.routing.Router;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RecordedEvents;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Origins;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A WebSocket endpoint without its actor. What comes in goes to its inbox, unless routed. */
final class OpenSocket implements AutoCloseable {
  final EndpointIo io;
  final Inbox inbox;
  final RecordedEvents events = new RecordedEvents();
  final ScriptedShow show;
  final int port;
  final Transport transport;
  private final TimeTags timeTags;

  private OpenSocket(Builder b, boolean listens) throws IOException {
    var own = new Desk(b.name, "inbox").routes(RouteBuilder.from(b.name).to("inbox"));
    inbox = own.inbox("inbox");
    show = b.show;
    port = b.port;
    timeTags = b.timeTags;
    io = new EndpointIo(b.name, b.router.orElse(own.router()), b.queue(), Clock.systemUTC());
    try {
      io.waiting();
      b.waiting.forEach(io::deliver);
      transport = (listens ? b.serverOpener() : b.clientOpener()).open(io, events);
    } catch (IOException | RuntimeException e) {
      timeTags.close();
      throw e;
    }
    transport.start();
  }

  static Builder on(int port) {
    return new Builder(port);
  }

  static Builder server() {
    return on(Ports.free());
  }

  void send(String address, Object... args) {
    io.deliver(Message.of(address, Arrays.asList(args)).cameFrom("desk", 1764000000123L));
  }

  List<String> peers() {
    return transport.peers().stream().map(Peer::name).toList();
  }

  @Override
  public void close() {
    transport.close();
    timeTags.close();
  }

  /** What the endpoint is, when it is not the default. */
  static final class Builder {
    private final int port;
    private final TimeTags timeTags = new TimeTags(Clock.systemUTC());
    private final ScriptedShow show = new ScriptedShow();
    private String name = "web";
    private String scheme = "ws";
    private String host = "127.0.0.1";
    private Optional<String> path = Optional.empty();
    private Duration ping = Duration.ofSeconds(10);
    private List<Cidr> allow = List.of();
    private List<HandleRule> handle = List.of();
    private List<Message> onConnect = List.of();
    private List<Message> waiting = List.of();
    private Optional<Router> router = Optional.empty();
    private int queue = 1024;
    private Budget incoming = Budget.unlimited();

    private Builder(int port) {
      this.port = port;
    }

    Builder name(String name) {
      this.name = name;
      return this;
    }

    Builder secure() {
      scheme = "wss";
      return this;
    }

    Builder host(String host) {
      this.host = host;
      return this;
    }

    Builder path(String path) {
      this.path = Optional.of(path);
      return this;
    }

    Builder ping(Duration ping) {
      this.ping = ping;
      return this;
    }

    Builder allow(String block) {
      allow = List.of(Cidr.parse(block));
      return this;
    }

    Builder handle(String match, String address, Object... args) {
      handle =
          List.of(
              new HandleRule(com.google.re2j.Pattern.compile(match), address, Arrays.asList(args)));
      return this;
    }

    Builder onConnect(Message... messages) {
      onConnect = List.of(messages);
      return this;
    }

    Builder waiting(Message... messages) {
      waiting = List.of(messages);
      return this;
    }

    Builder router(Router router) {
      this.router = Optional.of(router);
      return this;
    }

    Builder queue(int size) {
      queue = size;
      return this;
    }

    Builder incoming(Budget budget) {
      incoming = budget;
      return this;
    }

    private OutboundQueue queue() {
      return new OutboundQueue(queue, OutboundQueue.Full.DROP_SUPERSEDED, Budget.unlimited());
    }

    Opener serverOpener() {
      return WebSocketProtocol.server(
          new WebSocketServer.Settings(
              Ports.local(port),
              path,
              ping,
              allow,
              new Origins(Set.of("tablet.local")),
              handle,
              show,
              OscProtocol.packets(timeTags),
              incoming,
              this::queue));
    }

    Opener clientOpener() {
      return WebSocketProtocol.client(
          new WebSocketClient.Settings(
              URI.create(scheme + "://" + host + ":" + port + path.orElse("/")),
              ping,
              handle,
              show,
              OscProtocol.packets(timeTags),
              Budget.unlimited(),
              onConnect));
    }

    OpenSocket listen() throws IOException {
      return new OpenSocket(this, true);
    }

    OpenSocket connect() throws IOException {
      return new OpenSocket(this, false);
    }
  }
}
