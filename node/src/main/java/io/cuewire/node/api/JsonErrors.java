package io.cuewire.node.api;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** The server's own errors, such as a request that is no HTTP, in the interface's form. */
final class JsonErrors implements Request.Handler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var status = response.getStatus();
    var message =
        request.getAttribute(ErrorHandler.ERROR_MESSAGE) instanceof String said && status < 500
            ? said
            : HttpStatus.getMessage(status);
    var error = status == 500 ? ApiHandler.internalError() : new ApiError(status, message);
    ApiHandler.write(request, response, callback, Answer.error(error));
    return true;
  }
}
