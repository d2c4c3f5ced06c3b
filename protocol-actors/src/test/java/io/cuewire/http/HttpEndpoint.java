package io.cuewire.http;

import io.cuewire.codec.Budget;
import io.cuewire.command.ShowControl;
import io.cuewire.endpoint.Opener;
import io.cuewire.message.Message;
import io.cuewire.testing.Desk;
import io.cuewire.testing.Inbox;
import io.cuewire.testing.Ports;
import io.cuewire.testing.RecordedEvents;
import io.cuewire.testing.RouteBuilder;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Origins;
import io.cuewire.transport.OutboundQueue;
import io.cuewire.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An HTTP endpoint on real sockets, without its actor. What comes in goes to its inbox. */
final class HttpEndpoint implements AutoCloseable {
  static final String STATUS = "{\"show\":\"test\"}";
  static final ShowControl SHOW = new Show();

  private final EndpointIo io;
  private final RecordedEvents events = new RecordedEvents();
  private final Desk desk;
  private final Opener opener;
  private Transport transport;

  HttpEndpoint(String name, Opener opener) throws IOException {
    this.desk = new Desk(name, "inbox").routes(RouteBuilder.from(name).to("inbox"));
    this.opener = opener;
    this.io = new EndpointIo(name, desk.router(), queue(), Clock.systemUTC());
    io.waiting();
    reopen();
  }

  static OutboundQueue queue() {
    return new OutboundQueue(2000, OutboundQueue.Full.DROP_OLDEST, Budget.unlimited());
  }

  static HttpListenerSettings listener(int port, Path files, String... allow) {
    return new HttpListenerSettings(
        Ports.local(port),
        Optional.of(files),
        Arrays.stream(allow).map(Cidr::parse).toList(),
        new Origins(Set.of("stage.local")),
        Budget.unlimited());
  }

  static HttpRequestSettings requests(String url, String method, Message... onConnect) {
    return requests(url, method, Map.of(), Duration.ofSeconds(5), onConnect);
  }

  static HttpRequestSettings requests(
      String url,
      String method,
      Map<String, String> headers,
      Duration timeout,
      Message... onConnect) {
    return new HttpRequestSettings(URI.create(url), method, headers, timeout, List.of(onConnect));
  }

  static HttpEndpoint open(HttpListenerSettings settings) throws IOException {
    return new HttpEndpoint("http-in", HttpProtocol.opener(settings, SHOW));
  }

  static HttpEndpoint open(HttpRequestSettings settings) throws IOException {
    return new HttpEndpoint("http-out", HttpProtocol.opener(settings));
  }

  /** Opens it once more, as its actor does after a loss. */
  void reopen() throws IOException {
    transport = opener.open(io, events);
    transport.start();
  }

  EndpointIo io() {
    return io;
  }

  RecordedEvents events() {
    return events;
  }

  Inbox inbox() {
    return desk.inbox("inbox");
  }

  Transport transport() {
    return transport;
  }

  Desk desk() {
    return desk;
  }

  void send(String address, Object... args) {
    io.deliver(Message.of(address, Arrays.asList(args)));
  }

  @Override
  public void close() {
    transport.close();
  }

  private static final class Show implements ShowControl {
    @Override
    public String status() {
      return STATUS;
    }

    @Override
    public CompletionStage<Optional<String>> emergencyStop(String by) {
      return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Optional<String>> changeScene(String scene) {
      return CompletableFuture.completedStage(Optional.empty());
    }

    @Override
    public CompletionStage<Optional<String>> setParameter(
        String operator, String parameter, Object value) {
      return CompletableFuture.completedStage(Optional.empty());
    }
  }
}
