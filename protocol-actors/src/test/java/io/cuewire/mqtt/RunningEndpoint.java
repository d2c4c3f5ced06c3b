package io.cuewire.mqtt;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.codec.Budget;
import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Backoff;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.EndpointActor.Command;
import io.cuewire.endpoint.EndpointActor.Want;
import io.cuewire.endpoint.EndpointSettings;
import io.cuewire.endpoint.State;
import io.cuewire.endpoint.Wanted;
import io.cuewire.message.Message;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.text.HandleRule;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.OutboundQueue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** An MQTT endpoint as a node runs it: with its actor, in real time. */
final class RunningEndpoint implements AutoCloseable {
  private static final Duration TRUTH_WITHIN = Duration.ofSeconds(2);

  private final ActorTestKit kit = ActorTestKit.create();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Endpoint endpoint;
  private final Inbox inbox;
  private final List<String> states = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ActorRef<Command> actor;

  private RunningEndpoint(Builder builder) {
    var own = new Desk(builder.name, "inbox").routes(RouteBuilder.from(builder.name).to("inbox"));
    inbox = own.inbox("inbox");
    var settings =
        new EndpointSettings(
            builder.name,
            "mqtt",
            "to tcp://127.0.0.1:" + builder.port,
            false,
            true,
            true,
            new Backoff(builder.retry, builder.retry.multipliedBy(4), OptionalInt.empty()),
            () -> new OutboundQueue(5000, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited()),
            Optional.empty(),
            MqttProtocol.opener(builder.settings(), new Show()));
    endpoint =
        new Endpoint(
            settings,
            builder.desk.orElse(own).router(),
            Clock.systemUTC(),
            e -> states.add(e.state().state().word()));
    builder.desk.ifPresent(desk -> desk.connect(builder.name, endpoint.io()));
    actor = kit.spawn(EndpointActor.create(endpoint, blocking));
    tell(new Want(Wanted.RUN));
  }

  static Builder on(int port) {
    return new Builder(port);
  }

  /** Keeps what it is asked; there is no scene but {@code high}. */
  private final class Show implements ShowControl {
    @Override
    public String status() {
      return "{\"show\":\"s\"}";
    }

    @Override
    public CompletionStage<Optional<String>> emergencyStop() {
      return done("stop", Optional.empty());
    }

    @Override
    public CompletionStage<Optional<String>> changeScene(String scene) {
      return done(
          "scene " + scene, scene.equals("high") ? Optional.empty() : Optional.of("no such scene"));
    }

    @Override
    public CompletionStage<Optional<String>> setParameter(
        String operator, String parameter, Object value) {
      return done(operator + " " + parameter + " " + value, Optional.empty());
    }

    private CompletionStage<Optional<String>> done(String what, Optional<String> error) {
      asked.add(what);
      return CompletableFuture.completedStage(error);
    }
  }

  RunningEndpoint connected() {
    return awaitState(State.CONNECTED);
  }

  /** Within the time that the state has for the truth. */
  RunningEndpoint awaitState(State state, String... reason) {
    return awaitState(TRUTH_WITHIN.multipliedBy(5), state, reason);
  }

  RunningEndpoint awaitState(Duration within, State state, String... reason) {
    eventually()
        .atMost(within)
        .untilAsserted(() -> {
          assertThat(endpoint.state().state()).isEqualTo(state);
          assertThat(endpoint.state().reason()).isEqualTo(Arrays.stream(reason).findFirst());
        });
    return this;
  }

  void tell(Command command) {
    actor.tell(command);
  }

  void send(String address, Object... args) {
    io().deliver(Message.of(address, Arrays.asList(args)));
  }

  EndpointIo io() {
    return endpoint.io();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Inbox inbox() {
    return inbox;
  }

  /** The words of all states so far. */
  List<String> states() {
    return states;
  }

  List<String> asked() {
    return asked;
  }

  /** Stops it as an operator does. */
  void disable() {
    tell(new Want(Wanted.DISABLED));
    awaitState(State.STOPPED);
  }

  @Override
  public void close() {
    disable();
    kit.shutdownTestKit();
    blocking.close();
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
          java.net.InetSocketAddress.createUnresolved(host, port),
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
