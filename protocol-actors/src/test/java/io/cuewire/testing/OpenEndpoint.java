package io.cuewire.testing;

import io.cuewire.codec.Budget;
import io.cuewire.message.Message;
import io.cuewire.osc.OscProtocol;
import io.cuewire.osc.OscSettings;
import io.cuewire.osc.TimeTags;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Lease;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An OSC endpoint on real sockets, without its actor. Everything that comes in goes to its inbox,
 * unless a desk routes it.
 */
public final class OpenEndpoint implements AutoCloseable {
  private final EndpointIo io;
  private final RecordedEvents events = new RecordedEvents();
  private final Inbox inbox;
  private final OscSettings settings;
  private final TimeTags timeTags;
  private Transport transport;

  private OpenEndpoint(Builder builder) throws IOException {
    var own = new Desk(builder.name, "inbox").routes(RouteBuilder.from(builder.name).to("inbox"));
    var router = builder.desk.orElse(own).router();
    inbox = own.inbox("inbox");
    settings = builder.settings();
    timeTags = new TimeTags(Clock.systemUTC());
    io =
        new EndpointIo(builder.name, router, builder.queue.get(), Clock.systemUTC(), builder.lease);
    try {
      io.waiting();
      builder.waiting.forEach(io::deliver);
      reopen();
    } catch (IOException | RuntimeException e) {
      timeTags.close();
      throw e;
    }
  }

  /** A listener on a free port of the loopback address. */
  public static Builder listening(OscSettings.Transport transport) {
    var builder = new Builder(transport);
    builder.listens = true;
    builder.bind = Ports.local(Ports.free());
    return builder;
  }

  /** A sender, or a TCP client. */
  public static Builder sendingTo(OscSettings.Transport transport, int port) {
    return new Builder(transport).target(Ports.local(port));
  }

  /** Opens the same endpoint once more, as its actor does after a loss. */
  public void reopen() throws IOException {
    transport = OscProtocol.opener(settings, timeTags).open(io, events);
    transport.start();
  }

  /** Closes the transport only. */
  public void lose() {
    transport.close();
  }

  @Override
  public void close() {
    transport.close();
    timeTags.close();
  }

  public EndpointIo io() {
    return io;
  }

  public RecordedEvents events() {
    return events;
  }

  public Inbox inbox() {
    return inbox;
  }

  public Transport transport() {
    return transport;
  }

  public int port() {
    return settings.bind().getPort();
  }

  /** Lets a route end here. */
  public void send(String address, Object... args) {
    io.deliver(Message.of(address, Arrays.asList(args)));
  }

  /** What the endpoint is, when it is not the default. */
  public static final class Builder {
    private final OscSettings.Transport transport;
    private String name = "endpoint";
    private InetSocketAddress bind = Ports.local(0);
    private boolean listens;
    private Optional<InetAddress> group = Optional.empty();
    private Optional<InetSocketAddress> target = Optional.empty();
    private boolean toOurselves;
    private List<Cidr> allow = List.of();
    private List<Message> onConnect = List.of();
    private List<Message> waiting = List.of();
    private Optional<Desk> desk = Optional.empty();
    private Lease lease = Lease.FOREVER;
    private Supplier<OutboundQueue> queue =
        () -> new OutboundQueue(1024, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());

    private Builder(OscSettings.Transport transport) {
      this.transport = transport;
    }

    public Builder name(String name) {
      this.name = name;
      return this;
    }

    public Builder bind(InetSocketAddress bind) {
      this.bind = bind;
      return this;
    }

    public Builder group(InetAddress group) {
      this.group = Optional.of(group);
      return this;
    }

    public Builder target(InetSocketAddress target) {
      this.target = Optional.of(target);
      return this;
    }

    public Builder toOurselves() {
      toOurselves = true;
      return this;
    }

    public Builder allow(String... blocks) {
      allow = Arrays.stream(blocks).map(Cidr::parse).toList();
      return this;
    }

    public Builder onConnect(Message... messages) {
      onConnect = List.of(messages);
      return this;
    }

    /** What stands in the queue before it is opened. */
    public Builder waiting(Message... messages) {
      waiting = List.of(messages);
      return this;
    }

    public Builder lease(Lease lease) {
      this.lease = lease;
      return this;
    }

    /** Routes what comes in. */
    public Builder desk(Desk desk) {
      this.desk = Optional.of(desk);
      return this;
    }

    public Builder queue(Supplier<OutboundQueue> queue) {
      this.queue = queue;
      return this;
    }

    private OscSettings settings() {
      return new OscSettings(
          transport,
          bind,
          listens,
          group,
          target,
          toOurselves,
          Budget.unlimited(),
          allow,
          onConnect,
          queue);
    }

    public OpenEndpoint open() throws IOException {
      return new OpenEndpoint(this);
    }
  }
}
