package io.cuewire.http;

import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.transport.Cors;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What a listener answers: {@code /send}, {@code /status}, and else the file of that name. */
final class HttpCalls extends Handler.Wrapper {
  private static final int LONGEST_BODY = 1 << 20;
  private static final int PIECE = 8 << 10;

  private final HttpListenerSettings settings;
  private final EndpointIo io;
  private final ShowControl show;
  private final Transport.Events events;
  private final Map<Connection, Peer> peers = new ConcurrentHashMap<>();

  HttpCalls(
      HttpListenerSettings settings, EndpointIo io, ShowControl show, Transport.Events events) {
    this.settings = settings;
    this.io = io;
    this.show = show;
    this.events = events;
  }

  /** Told by the connector who comes and goes. */
  Connection.Listener connections() {
    return new Connection.Listener() {
      @Override
      public void onOpened(Connection connection) {
        peers.put(connection, peer(connection));
      }

      @Override
      public void onClosed(Connection connection) {
        peers.remove(connection);
      }
    };
  }

  /** Who is connected now. */
  List<Peer> peers() {
    return List.copyOf(peers.values());
  }

  private Peer peer(Request request) {
    var connection = request.getConnectionMetaData().getConnection();
    var open = Optional.ofNullable(peers.get(connection));
    return open.orElseGet(() -> peer(connection)); // closed while it asks
  }

  private Peer peer(Connection connection) {
    var caller = (InetSocketAddress) connection.getEndPoint().getRemoteSocketAddress();
    var name = Peer.format(caller);
    return new Peer(
        name, io.clock().instant(), _ -> io.lost("an HTTP listener sends nothing to " + name));
  }

  /** Requests may wait for their body. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var peer = peer(request);
    var path = Request.getPathInContext(request);
    var answer =
        switch (path) {
          case "/send" ->
              only("POST", request, response).or(() -> Optional.of(send(request, peer)));
          case "/status" ->
              only("GET", request, response).or(() -> Optional.of(JsonAnswer.ok(show.status())));
          default ->
              super.handle(request, response, callback)
                  ? Optional.<JsonAnswer>empty()
                  : Optional.of(JsonAnswer.error(404, "there is no " + path + " here"));
        };
    answer.ifPresent(a -> a.write(response, callback));
    return true;
  }

  /**
   * What to answer to another method. HEAD is a GET of which the server leaves the body out.
   * Browsers are told that a page of the show may do this.
   */
  private Optional<JsonAnswer> only(String method, Request request, Response response) {
    var page = Cors.page(request).filter(p -> !settings.origins().isForeign(p));
    page.ifPresent(p -> Cors.allow(response, p));
    if (page.isPresent() && Cors.isPreflight(request)) {
      return Optional.of(JsonAnswer.nothing(Cors.leave(method)));
    }
    var asked = request.getMethod();
    if (asked.equals(method) || asked.equals("HEAD") && method.equals("GET")) {
      return Optional.empty();
    }
    var allowed = method.equals("GET") ? "GET, HEAD" : method;
    var error = Request.getPathInContext(request) + " takes " + allowed + ", not " + asked;
    return Optional.of(JsonAnswer.error(405, error).with("Allow", allowed));
  }

  private JsonAnswer send(Request request, Peer peer) {
    var page = Cors.page(request);
    if (page.filter(settings.origins()::isForeign).isPresent()) {
      return wrong(403, "pages of " + page.get() + " may not send", peer);
    }
    try {
      return received(message(body(request)), peer);
    } catch (Refused refused) {
      return wrong(refused.status, refused.getMessage(), peer);
    } catch (IOException | HttpException.RuntimeException broken) {
      return wrong(400, "the body did not arrive whole", peer);
    }
  }

  private JsonAnswer received(Message message, Peer peer) {
    try {
      io.received(message, peer);
      return JsonAnswer.ok(JsonAnswer.json(JsonText.object().put("success", true)));
    } catch (RuntimeException | Error bug) {
      events.crashed(bug);
      return JsonAnswer.error(500, "internal error, see the node's log");
    }
  }

  private JsonAnswer wrong(int status, String error, Peer peer) {
    io.malformed(error, peer);
    var answer = JsonAnswer.error(status, error);
    return status == 400 ? answer : answer.with("Connection", "close"); // its body is not read
  }

  private static Message message(byte[] body) throws Refused {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      var json = JsonText.parse(text).orElseThrow(() -> new Refused(400, "the body is no JSON"));
      return JsonText.message(json);
    } catch (CharacterCodingException e) {
      throw new Refused(400, "the body is not UTF-8");
    } catch (IllegalArgumentException e) {
      throw new Refused(400, e.getMessage());
    }
  }

  private byte[] body(Request request) throws IOException {
    if (request.getLength() > LONGEST_BODY) {
      throw tooLong();
    }
    var body = new ByteArrayOutputStream();
    try (var in = Content.Source.asInputStream(request)) {
      var piece = new byte[PIECE];
      for (var n = in.read(piece); n >= 0; n = in.read(piece)) {
        body.write(piece, 0, n);
        settings.budget().use(n);
        if (body.size() > LONGEST_BODY) {
          throw tooLong();
        }
        if (settings.budget().isExceeded()) {
          throw new Refused(503, "too much is waiting in this node's memory");
        }
      }
      return body.toByteArray();
    } finally {
      settings.budget().use(-body.size());
    }
  }

  private static Refused tooLong() {
    return new Refused(413, "the body is longer than " + LONGEST_BODY + " bytes");
  }

  /** The server's own errors, such as a request that is no HTTP, as JSON too. */
  boolean error(Request request, Response response, Callback callback) {
    var status = response.getStatus();
    var text =
        request.getAttribute(ErrorHandler.ERROR_MESSAGE) instanceof String said && status < 500
            ? said
            : HttpStatus.getMessage(status);
    if (status == 400) {
      io.malformed(text, peer(request));
    }
    JsonAnswer.error(status, text).write(response, callback);
    return true;
  }

  /** Why a message is not taken. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String error) {
      super(error);
      this.status = status;
    }
  }
}
