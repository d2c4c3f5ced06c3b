package io.cuewire.node.api;

import io.cuewire.control.Event;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Refused;
import io.cuewire.routing.AddressPattern;
import io.cuewire.transport.Cors;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the call that a request means, checks who asks, and writes what the call answers. */
final class ApiHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);

  static final int LONGEST_BODY = 1 << 20;

  /** So many times its length of a longer one are read. */
  private static final int MOST_DISCARDED = 8;

  private static final String EVENTS = "/api/events";

  private static final int MOST_STREAMS = 32;

  private final NodeControl control;
  private final boolean loopback;
  private final ServerWebSocketContainer webSockets;
  private final Duration ping;
  private final List<Call> calls;

  /**
   * @param ping how often event streams are tried
   */
  ApiHandler(
      NodeControl control,
      Metrics metrics,
      boolean loopback,
      ServerWebSocketContainer webSockets,
      Duration ping) {
    this.control = control;
    this.loopback = loopback;
    this.webSockets = webSockets;
    this.ping = ping;
    this.calls = new Calls(control, metrics).table();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    try {
      var show = control.show();
      var access = new Access(show, loopback);
      var origins = show.origins();
      var origin = Cors.page(request);
      var known = origin.filter(page -> !origins.isForeign(page));
      known.ifPresent(page -> Cors.allow(response, page));
      if (Cors.isPreflight(request) && known.isPresent()) {
        write(request, response, callback, preflight(request));
        return true;
      }
      var call = find(request);
      var upgrade = header(request, HttpHeader.UPGRADE).isPresent();
      if ((!call.method().equals("GET") || upgrade) && origin.isPresent() && known.isEmpty()) {
        throw new ApiError(
            403, "pages of " + origin.get() + " may not do this: see security.origins");
      }
      access.check(call.right(), header(request, HttpHeader.AUTHORIZATION));
      if (upgrade && path(request).equals(EVENTS) && upgrade(request, response, callback)) {
        return true;
      }
      write(request, response, callback, call.answerer().answer(read(request, call)));
    } catch (Refused refused) {
      write(request, response, callback, Answer.error(ApiError.of(refused)));
    } catch (ApiError error) {
      write(request, response, callback, Answer.error(error));
    } catch (IOException gone) { // the client went away while it sent its body
      callback.failed(gone);
    } catch (Exception e) {
      log.error("api: {} {} failed", request.getMethod(), path(request), e);
      write(request, response, callback, Answer.error(internalError()));
    }
    return true;
  }

  static ApiError internalError() {
    return new ApiError(500, "internal error, see the node's log");
  }

  private static Optional<String> header(Request request, HttpHeader header) {
    return Optional.ofNullable(request.getHeaders().get(header));
  }

  private static String path(Request request) {
    return request.getHttpURI().getPath();
  }

  /** HEAD is answered as GET; the server leaves the body out. */
  private Call find(Request request) {
    var parts = parts(request);
    var there = calls.stream().filter(call -> call.match(parts).isPresent()).toList();
    if (there.isEmpty()) {
      throw new ApiError(404, "there is no " + path(request) + " here");
    }
    var method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
    return there.stream()
        .filter(call -> call.method().equals(method))
        .findFirst()
        .orElseThrow(() -> {
          var allowed = methods(there);
          return new ApiError(
              405,
              "%s takes %s, not %s".formatted(path(request), allowed, request.getMethod()),
              Map.of("Allow", allowed));
        });
  }

  private static String methods(List<Call> calls) {
    var methods = calls.stream().map(Call::method).collect(Collectors.toCollection(TreeSet::new));
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return String.join(", ", methods);
  }

  /** The decoded parts of the path; an encoded slash stays inside its part. */
  private static List<String> parts(Request request) {
    try {
      return Arrays.stream(path(request).substring(1).split("/", -1))
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new ApiError(400, "the path is not well encoded");
    }
  }

  private static ApiRequest read(Request request, Call call) throws IOException {
    var content = Content.Source.asInputStream(request);
    var body = content.readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      // who is still sending when the connection ends does not get to read the reason
      var left = MOST_DISCARDED;
      while (left > 0 && content.readNBytes(LONGEST_BODY).length > 0) {
        left--;
      }
      throw tooLong();
    }
    return new ApiRequest(
        call.match(parts(request)).orElseThrow(), query(request), body, by(request));
  }

  /** The commands and the shell name themselves; others are known by where they call from. */
  private static String by(Request request) {
    return header(request, HttpHeader.USER_AGENT)
        .filter(ApiServer.SHELL::equals)
        .orElseGet(() -> "http " + Request.getRemoteAddr(request));
  }

  private static ApiError tooLong() {
    return new ApiError(
        413, "the body is longer than " + LONGEST_BODY + " bytes", Map.of("Connection", "close"));
  }

  private static Map<String, String> query(Request request) {
    try {
      return Request.extractQueryParameters(request).stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  field -> field.getName(), field -> field.getValue(), (first, _) -> first));
    } catch (IllegalArgumentException e) {
      throw new ApiError(400, "the query is not well encoded");
    }
  }

  private boolean upgrade(Request request, Response response, Callback callback) {
    var wanted = wanted(query(request));
    if (webSockets.getOpenSessions().size() >= MOST_STREAMS) {
      throw new ApiError(503, "this node already streams to " + MOST_STREAMS + " clients");
    }
    var stream = new EventStream(control, wanted, ping);
    return webSockets.upgrade((_, _, _) -> stream, request, response, callback);
  }

  /** {@code match} and {@code endpoint} choose messages, as for the history. */
  private static Predicate<Event> wanted(Map<String, String> query) {
    var request = new ApiRequest(List.of(), query, new byte[0], "");
    var match = request.parameter("match");
    match.ifPresent(Calls::checkPattern);
    var pattern = match.map(AddressPattern::compile);
    var endpoint = request.parameter("endpoint");
    return event ->
        !(event instanceof Event.MessageEvent(var message))
            || pattern.map(p -> p.matches(message.address())).orElse(true)
                && endpoint.map(message.endpoint()::equals).orElse(true);
  }

  private Answer preflight(Request request) {
    var parts = parts(request);
    return Answer.nothing(
        Cors.leave(methods(calls.stream().filter(call -> call.match(parts).isPresent()).toList())));
  }

  static void write(Request request, Response response, Callback callback, Answer answer) {
    response.setStatus(answer.status());
    var headers = response.getHeaders();
    answer.headers().forEach(headers::put);
    if (!answer.type().isEmpty()) {
      headers.put(HttpHeader.CONTENT_TYPE, answer.type());
      headers.put(HttpHeader.CACHE_CONTROL, "no-store");
      headers.put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    }
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }
}
