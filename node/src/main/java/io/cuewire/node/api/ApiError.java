package io.cuewire.node.api;

import io.cuewire.control.Refused;
import java.util.Map;

/** A request that is answered with an error before any node is asked, or because of its answer. */
final class ApiError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  ApiError(int status, String message) {
    this(status, message, Map.of());
  }

  ApiError(int status, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.headers = Map.copyOf(headers);
  }

  static ApiError of(Refused refused) {
    var status =
        switch (refused.kind()) {
          case INVALID -> 400;
          case NOT_FOUND -> 404;
          case CONFLICT -> 409;
          case UNAVAILABLE -> 503;
        };
    return new ApiError(status, refused.getMessage());
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }
}
