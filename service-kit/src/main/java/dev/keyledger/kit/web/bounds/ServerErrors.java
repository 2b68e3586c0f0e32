package dev.keyledger.kit.web.bounds;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What the server can't read is told in our words instead of a page of its own. */
final class ServerErrors implements Request.Handler {
  private final RefusalForm form;

  ServerErrors(RefusalForm form) {
    this.form = form;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException unread) {
      // Where what follows begins isn't known, and Jetty closes without always saying so.
      Problem problem = RefusalForm.unreadable(unread.getCode()).withHeader("Connection", "close");
      write(form, request, response, callback, problem);
    } else {
      write(form, request, response, callback, RefusalForm.unreadable(response.getStatus()));
    }
    return true;
  }

  static void write(
      RefusalForm form, Request request, Response response, Callback callback, Problem problem) {
    write(form, request, response, callback, problem, traceOf(request));
  }

  static RequestTrace traceOf(Request request) {
    return RequestTrace.continuing(
        request.getHeaders().get(RequestTrace.REQUEST_ID_HEADER),
        request.getHeaders().get(RequestTrace.TRACEPARENT_HEADER));
  }

  static void write(
      RefusalForm form,
      Request request,
      Response response,
      Callback callback,
      Problem problem,
      RequestTrace trace) {
    RefusalForm.Refusal refusal = form.refusal(ClientConnections.pathOf(request), problem);
    response.getHeaders().put(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
    response.getHeaders().put(RequestTrace.TRACEPARENT_HEADER, trace.traceparent());
    response.setStatus(refusal.status());
    for (Map.Entry<String, List<String>> header : refusal.headers().entrySet()) {
      response.getHeaders().remove(header.getKey());
      for (String value : header.getValue()) {
        response.getHeaders().add(new HttpField(header.getKey(), value));
      }
    }
    byte[] body = ClientConnections.isHead(request) ? new byte[0] : refusal.body();
    response.write(true, ByteBuffer.wrap(body), callback);
  }
}
