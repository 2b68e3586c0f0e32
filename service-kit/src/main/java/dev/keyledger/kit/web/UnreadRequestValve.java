package dev.keyledger.kit.web;

import dev.keyledger.kit.web.bounds.RefusalForm;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.res.StringManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Tomcat itself can't read is told in our words instead of a page of its own. It says 400 to a
 * head that is too large, and why in a message alone.
 */
final class UnreadRequestValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(UnreadRequestValve.class);

  private static final Set<String> TOO_LARGE =
      Set.of(
          StringManager.getManager("org.apache.coyote.http11")
              .getString("iib.requestheadertoolarge.error"));

  private static final String TOO_MANY =
      StringManager.getManager("org.apache.tomcat.util.http")
          .getString("headers.maxCountFail", "")
          .split("\\[", 2)[0];

  private final ProblemWriter problems;

  UnreadRequestValve(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  protected void report(Request request, Response response, Throwable thrown) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    Problem problem = RefusalForm.unreadable(dueStatus(request, status));
    try {
      response.setStatus(problem.status());
      response.setContentType("application/problem+json");
      response.setHeader("Cache-Control", "no-store");
      RequestTrace trace = RequestTrace.continuing(null, null);
      response.setHeader(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
      response.setHeader(RequestTrace.TRACEPARENT_HEADER, trace.traceparent());
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(new String(problems.bytesOf(problem), StandardCharsets.UTF_8));
        response.finishResponse();
      }
    } catch (IOException e) {
      log.debug("A client went away before it was refused");
    }
  }

  private static int dueStatus(Request request, int status) {
    if (status == HttpServletResponse.SC_BAD_REQUEST
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable unread
        && unread.getMessage() != null) {
      boolean tooLarge = TOO_LARGE.contains(unread.getMessage());
      // The first line and the headers are read into one buffer: without a path it was the line.
      if (tooLarge && request.getCoyoteRequest().requestURI().isNull()) {
        return 414;
      }
      if (tooLarge || unread.getMessage().startsWith(TOO_MANY)) {
        return 431;
      }
    }
    return status;
  }
}
