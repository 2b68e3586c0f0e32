package dev.keyledger.kit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;

/** Takes or makes the request's id and trace, and shows them in every log line and the answer. */
final class RequestTraceFilter extends HttpFilter {
  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var trace =
        RequestTrace.continuing(
            request.getHeader(RequestTrace.REQUEST_ID_HEADER),
            request.getHeader(RequestTrace.TRACEPARENT_HEADER));
    trace.attachTo(request);
    response.setHeader(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
    response.setHeader(RequestTrace.TRACEPARENT_HEADER, trace.traceparent());
    try (var id = MDC.putCloseable("request_id", trace.requestId());
        var traceId = MDC.putCloseable("trace_id", trace.traceId())) {
      chain.doFilter(request, response);
    }
  }
}
