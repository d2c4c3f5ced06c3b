package io.cuewire.http;

import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.Peer;
import io.cuewire.transport.QueueSender;
import io.cuewire.transport.Sink;
import io.cuewire.transport.StopOrder;
import io.cuewire.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;

/** Messages as requests, one after the other over one kept connection; the answers come in. */
final class HttpRequests implements Transport {
  private static final int MAX_BODY = 1 << 20;
  private static final int MAX_REDIRECTS = 5;
  private static final String GET = "GET";
  private static final String POST = "POST";

  /** Its requests have a connection of their own, and wait for no other. */
  private static final String STOP = "stop";

  /** Shorter than the five seconds after which common servers close a connection at rest. */
  private static final Duration KEPT = Duration.ofSeconds(4);

  private final HttpRequestSettings settings;
  private final RequestedServer server;
  private final EndpointIo io;
  private final Events events;
  private final HttpClient http;
  private final RequestUrl url;
  private final Peer peer;
  private final QueueSender sender;
  private final AtomicBoolean lost = new AtomicBoolean();

  private volatile Optional<Thread> stopping = Optional.empty();

  /** What it was last {@linkplain Events#troubled troubled} by; guarded by this. */
  private Optional<String> trouble = Optional.empty();

  private HttpRequests(
      HttpRequestSettings settings,
      RequestedServer server,
      EndpointIo io,
      Events events,
      HttpClient http) {
    this.settings = settings;
    this.server = server;
    this.io = io;
    this.events = events;
    this.http = http;
    this.url = new RequestUrl(settings.base(), settings.method().equals(GET));
    this.peer =
        new Peer(
            settings.base().getHost() + ":" + settings.port(),
            io.clock().instant(),
            io::deliverEvenStopped);
    this.sender =
        new QueueSender(
            Thread.ofVirtual().name(io.name() + " requests"),
            io.queue(),
            this::send,
            e -> lose(failure(e), e instanceof SSLHandshakeException),
            events::crashed,
            io::overtaken);
  }

  /**
   * Makes no request yet, but proves that the server is there where that is in doubt.
   *
   * @throws IOException when it is not
   */
  static HttpRequests open(
      HttpRequestSettings settings, RequestedServer server, EndpointIo io, Events events)
      throws IOException {
    server.prove();
    var http = client(io.name());
    try {
      http.start();
      // an answer is handed on as it is; redirects have rules of their own here
      http.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
      http.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
      http.getContentDecoderFactories().clear();
    } catch (Exception e) {
      stop(http, io);
      throw new IOException("the HTTP client does not start: " + e.getMessage(), e);
    }
    return new HttpRequests(settings, server, io, events, http);
  }

  private static HttpClient client(String name) {
    var http = Jetty.client(name, Duration.ofMillis(RequestedServer.CONNECT_TIMEOUT_MILLIS));
    http.setMaxConnectionsPerDestination(1);
    http.setAddressResolutionTimeout(RequestedServer.CONNECT_TIMEOUT_MILLIS);
    http.setIdleTimeout(KEPT.toMillis());
    http.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, "cuewire"));
    return http;
  }

  @Override
  public void start() {
    server.doubt().ifPresent(this::trouble);
    io.open(new Requests(), settings.onConnect());
    sender.start();
  }

  /** Messages wait in the queue; a stop waits for nothing. */
  private final class Requests implements Sink {
    @Override
    public boolean send(Message message) {
      return false;
    }

    @Override
    public boolean stop(StopOrder order) {
      var name = io.name() + " stop";
      if (order.sends()) {
        stopping = Optional.of(Thread.ofVirtual().name(name).start(() -> post(order.once())));
      }
      return true;
    }
  }

  /** Makes the request of a stop, whose answer is no message. */
  private void post(Message stop) {
    var begun = new AtomicBoolean();
    try {
      var to = new RequestUrl(settings.base(), false).of(stop);
      if (to.isPresent()) {
        posted(stop, ask(to.get(), POST, Optional.of(STOP), stop, begun));
      } else {
        io.sendFailed(stop, new Failure("no such address", stop.address() + " is no path"));
      }
    } catch (IOException e) {
      io.sendFailed(stop, failure(e));
      lose(failure(e), begun.get());
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
    }
  }

  private void posted(Message stop, ServerAnswer answer) {
    if (answer.isSuccess()) {
      io.sent(stop, peer.self());
      well();
    } else {
      var failure = badAnswer(answer, stop);
      io.sendFailed(stop, failure);
      server.failed(failure, true);
      trouble(failure);
    }
  }

  /** A request that the server cannot have seen is made again later, any other is not. */
  private void send(Message message) throws IOException, InterruptedException {
    if (lost.get()) {
      throw new ClosedChannelException();
    }
    if (io.isWithheld()) {
      return;
    }
    var to = url.of(message);
    if (to.isPresent()) {
      send(message, to.get());
    } else {
      var detail = message.address() + " is no path below " + settings;
      io.sendFailed(new Failure("no such address", detail));
    }
  }

  private void send(Message message, URI to) throws IOException, InterruptedException {
    var begun = new AtomicBoolean();
    ServerAnswer answer;
    try {
      answer = ask(to, settings.method(), Optional.empty(), message, begun);
    } catch (InterruptedException closed) {
      if (!begun.get()) {
        throw closed;
      }
      var detail = settings + ": closed before " + message.address() + " was answered";
      io.sendFailed(new Failure("closed", detail));
      Thread.currentThread().interrupt();
      return;
    } catch (IOException e) {
      if (!begun.get() || e instanceof SSLHandshakeException) {
        throw e;
      }
      io.sendFailed(failure(e));
      lose(failure(e), true);
      return;
    }
    answered(message, answer);
  }

  private void answered(Message message, ServerAnswer answer) {
    io.sent(message, peer.self());
    if (answer.cut()) {
      io.malformed("an answer of more than " + MAX_BODY + " bytes, cut there", peer);
    }
    if (answer.isError()) {
      var failure = badAnswer(answer, message);
      server.failed(failure, true);
      trouble(failure);
    } else {
      well();
    }
    var reply = Message.of(message.address(), List.of(answer.status(), answer.body()));
    io.received(reply.hops(message.hops()), peer);
  }

  private Failure badAnswer(ServerAnswer answer, Message message) {
    var reason = "answered " + answer.status();
    return new Failure(reason, settings + ": " + reason + " to " + message.address());
  }

  private synchronized void well() {
    server.succeeded();
    trouble.ifPresent(_ -> events.recovered());
    trouble = Optional.empty();
  }

  private synchronized void trouble(Failure failure) {
    if (!trouble.equals(Optional.of(failure.reason()))) {
      trouble = Optional.of(failure.reason());
      events.troubled(failure);
    }
  }

  private void lose(Failure failure, boolean reached) {
    if (lost.compareAndSet(false, true)) {
      server.failed(failure, reached);
      events.lost(failure);
    }
  }

  private Failure failure(IOException e) {
    return Failure.of(e, settings.toString());
  }

  /**
   * @param connection a name of its own, or none for the one that all share
   * @param begun becomes true when the server may have seen it
   */
  private ServerAnswer ask(
      URI first, String method, Optional<String> connection, Message message, AtomicBoolean begun)
      throws IOException, InterruptedException {
    var deadline = System.nanoTime() + settings.timeout().toNanos();
    var to = first;
    for (var redirects = 0; ; redirects++) {
      var left = Duration.ofNanos(deadline - System.nanoTime());
      var request = request(to, method, message, left);
      connection.ifPresent(request::tag);
      var answer = exchange(request.onRequestBegin(_ -> begun.set(true)));
      var next = answer.redirect(to, method.equals(GET));
      if (next.isEmpty() || redirects == MAX_REDIRECTS) {
        return answer;
      }
      to = next.get();
    }
  }

  private Request request(URI to, String method, Message message, Duration left) {
    var millis = Math.max(1, left.toMillis());
    var request =
        http.newRequest(to)
            .method(method)
            .timeout(millis, TimeUnit.MILLISECONDS)
            .idleTimeout(2 * millis, TimeUnit.MILLISECONDS);
    if (isOurServer(to)) { // to no other: they may be secrets
      request.headers(headers -> settings.headers().forEach(headers::put));
    }
    if (!method.equals(GET)) {
      var json = JsonText.compact(JsonText.args(message.args()));
      request.body(new StringRequestContent("application/json", json));
    }
    return request;
  }

  private boolean isOurServer(URI to) {
    return to.getHost().equalsIgnoreCase(settings.base().getHost())
        && to.getPort() == settings.base().getPort()
        && (to.getScheme().equals("https") || settings.base().getScheme().equals("http"));
  }

  private ServerAnswer exchange(Request request) throws IOException, InterruptedException {
    var answer = new CompletableFuture<ServerAnswer>();
    request.send(new Collector(answer));
    try {
      return answer.get();
    } catch (InterruptedException closed) {
      request.abort(closed);
      throw closed;
    } catch (ExecutionException e) {
      throw cause(e.getCause());
    }
  }

  /** What a failed request means, without the words of the client library. */
  private IOException cause(Throwable failed) {
    return switch (failed) {
      case TimeoutException _ ->
          new SocketTimeoutException(
              "no whole answer within " + settings.timeout().toMillis() + " ms");
      case EOFException _ -> new EOFException("closed before it has answered");
      case ClosedChannelException _ -> new EOFException("closed before it has answered");
      case IOException e -> e;
      case HttpResponseException _ -> new ProtocolException("the answer is no HTTP");
      default -> new IOException("no answer: " + failed, failed);
    };
  }

  /** Takes in an answer, up to the largest body. */
  private static final class Collector implements Response.Listener {
    private final CompletableFuture<ServerAnswer> answer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Collector(CompletableFuture<ServerAnswer> answer) {
      this.answer = answer;
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
      var taken = new byte[Math.min(content.remaining(), MAX_BODY - body.size())];
      content.get(taken);
      body.writeBytes(taken);
      if (content.hasRemaining()) {
        answer.complete(ServerAnswer.of(response, body.toByteArray(), true));
        response.abort(new IOException("the body is too long"));
      }
    }

    @Override
    public void onComplete(Result result) {
      if (result.isSucceeded()) {
        answer.complete(ServerAnswer.of(result.getResponse(), body.toByteArray(), false));
      } else {
        answer.completeExceptionally(result.getFailure());
      }
    }
  }

  @Override
  public List<Peer> peers() {
    return List.of(peer);
  }

  @Override
  public void close() {
    stopping.ifPresent(Thread::interrupt);
    sender.close();
    stop(http, io);
  }

  private static void stop(HttpClient http, EndpointIo io) {
    try {
      http.stop();
    } catch (Exception e) {
      io.lastError("closing: " + e.getMessage());
    }
  }
}
