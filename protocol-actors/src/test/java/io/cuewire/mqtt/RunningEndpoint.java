package io.cuewire.mqtt;

import io.cuewire.codec.Budget;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor.Command;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.LiveEndpoint;
import io.cuewire.testing.RehearsedShow;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.EndpointIo;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An MQTT endpoint as a node runs it: with its actor, in real time. */
final class RunningEndpoint implements AutoCloseable {
  private static final Duration TRUTH_WITHIN = Duration.ofSeconds(10);

  private final RehearsedShow show = new RehearsedShow();
  private final LiveEndpoint live;

  private RunningEndpoint(Builder builder) {
    var opener = MqttProtocol.opener(builder.settings(), show);
    live =
        builder
            .desk
            .map(desk -> LiveEndpoint.client(builder.name, builder.retry, desk, opener))
            .orElseGet(() -> LiveEndpoint.client(builder.name, builder.retry, opener));
  }

  static Builder on(int port) {
    return new Builder(port);
  }

  RunningEndpoint connected() {
    return awaitState(State.CONNECTED);
  }

  RunningEndpoint awaitState(State state, String... reason) {
    return awaitState(TRUTH_WITHIN, state, reason);
  }

  RunningEndpoint awaitState(Duration within, State state, String... reason) {
    live.await(state, Arrays.stream(reason).findFirst(), within);
    return this;
  }

  void tell(Command command) {
    live.tell(command);
  }

  void send(String address, Object... args) {
    live.send(address, args);
  }

  LiveEndpoint live() {
    return live;
  }

  EndpointIo io() {
    return endpoint().io();
  }

  Endpoint endpoint() {
    return live.endpoint();
  }

  Inbox inbox() {
    return live.inbox();
  }

  /** The words of all states so far. */
  List<String> states() {
    return live.states();
  }

  List<String> asked() {
    return show.asked();
  }

  /** Stops it as an operator does. */
  void disable() {
    tell(new Want(Wanted.DISABLED));
    awaitState(State.STOPPED);
  }

  @Override
  public void close() {
    disable();
    live.close();
  }

  /** What the endpoint is, when it is not the default. */
  static final class Builder {
    private final int port;
    private String host = "127.0.0.1";
    private String name = "iot";
    private String node = "foh";
    private Optional<MqttSettings.Tls> tls = Optional.empty();
    private Optional<String> username = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Optional<String> clientId = Optional.empty();
    private List<String> subscribe = List.of();
    private String prefix = "show";
    private int qos = 1;
    private boolean retain;
    private List<HandleRule> handle = List.of();
    private List<Message> onConnect = List.of();
    private Optional<Desk> desk = Optional.empty();
    private Duration retry = Duration.ofMillis(50);

    private Builder(int port) {
      this.port = port;
    }

    Builder host(String host) {
      this.host = host;
      return this;
    }

    Builder named(String node, String name) {
      this.node = node;
      this.name = name;
      return this;
    }

    Builder tls(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
      tls = Optional.of(new MqttSettings.Tls(ca, certificate, key));
      return this;
    }

    Builder login(String username, String password) {
      this.username = Optional.of(username);
      this.password = Optional.of(password);
      return this;
    }

    Builder clientId(String id) {
      clientId = Optional.of(id);
      return this;
    }

    Builder subscribe(String... filters) {
      subscribe = List.of(filters);
      return this;
    }

    Builder prefix(String prefix) {
      this.prefix = prefix;
      return this;
    }

    Builder qos(int qos) {
      this.qos = qos;
      return this;
    }

    Builder retain() {
      retain = true;
      return this;
    }

    Builder handle(HandleRule... rules) {
      handle = List.of(rules);
      return this;
    }

    Builder onConnect(Message... messages) {
      onConnect = List.of(messages);
      return this;
    }

    /** Tries again after this. */
    Builder retry(Duration after) {
      retry = after;
      return this;
    }

    /** Routes what comes in. */
    Builder desk(Desk desk) {
      this.desk = Optional.of(desk);
      return this;
    }

    private MqttSettings settings() {
      return new MqttSettings(
          InetSocketAddress.createUnresolved(host, port),
          tls,
          username,
          password,
          clientId,
          subscribe,
          prefix,
          qos,
          retain,
          "club",
          node,
          handle,
          onConnect,
          Budget.unlimited());
    }

    RunningEndpoint run() {
      return new RunningEndpoint(this);
    }
  }
}
