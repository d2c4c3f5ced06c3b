package io.cuewire.http;

import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import io.cuewire.transport.Jetty;
import io.cuewire.transport.Peer;
import io.cuewire.transport.QueueSender;
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

  /** What it was last {@linkplain Events#troubled troubled} by; for the sending thread. */
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
            settings.base().getHost() + ":" + settings.port(), io.clock().instant(), io::deliver);
    this.sender =
        new QueueSender(
            Thread.ofVirtual().name(io.name() + " requests"),
            io.queue(),
            this::send,
            e -> lose(failure(e), e instanceof SSLHandshakeException),
            events::crashed);
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
    io.open(_ -> false, settings.onConnect());
    sender.start();
  }

  /** A request that the server cannot have seen is made again later, any other is not. */
  private void send(Message message) throws IOException, InterruptedException {
    if (lost.get()) {
      throw new ClosedChannelException();
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
      answer = ask(to, message, begun);
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
      var reason = "answered " + answer.status();
      var failure = new Failure(reason, settings + ": " + reason + " to " + message.address());
      server.failed(failure, true);
      trouble(failure);
    } else {
      server.succeeded();
      trouble.ifPresent(_ -> events.recovered());
      trouble = Optional.empty();
    }
    var reply = Message.of(message.address(), List.of(answer.status(), answer.body()));
    io.received(reply.hops(message.hops()), peer);
  }

  private void trouble(Failure failure) {
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

  private ServerAnswer ask(URI first, Message message, AtomicBoolean begun)
      throws IOException, InterruptedException {
    var deadline = System.nanoTime() + settings.timeout().toNanos();
    var to = first;
    for (var redirects = 0; ; redirects++) {
      var request = request(to, message, Duration.ofNanos(deadline - System.nanoTime()));
      var answer = exchange(request.onRequestBegin(_ -> begun.set(true)));
      var next = answer.redirect(to, settings.method().equals(GET));
      if (next.isEmpty() || redirects == MAX_REDIRECTS) {
        return answer;
      }
      to = next.get();
    }
  }

  private Request request(URI to, Message message, Duration left) {
    var millis = Math.max(1, left.toMillis());
    var request =
        http.newRequest(to)
            .method(settings.method())
            .timeout(millis, TimeUnit.MILLISECONDS)
            .idleTimeout(2 * millis, TimeUnit.MILLISECONDS);
    if (isOurServer(to)) { // to no other: they may be secrets
      request.headers(headers -> settings.headers().forEach(headers::put));
    }
    if (!settings.method().equals(GET)) {
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
