package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import java.io.IOException;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.server.PathContainer;

/**
 * What the server refuses before any filter sees it, above all an address that it can't decode:
 * told in the form of the dialect whose path it is, and otherwise as problem details, instead of
 * the server's own page.
 */
final class UnreadableRequests extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(UnreadableRequests.class);

  private final ObjectProvider<Dialect> dialects;

  UnreadableRequests(ObjectProvider<Dialect> dialects) {
    this.dialects = dialects;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    Problem problem = Dialects.refusedByServer(status);
    Answer answer =
        ownerOf(request.getRequestURI())
            .map(dialect -> dialect.refusal(problem))
            .orElseGet(() -> Answer.problem(problem));
    try {
      write(answer, response);
    } catch (IOException | IllegalStateException e) {
      log.debug("A client that could not be understood went away", e);
    }
  }

  private Optional<Dialect> ownerOf(@Nullable String uri) {
    PathContainer path = Dialects.pathOf(uri == null ? "" : uri);
    return dialects
        .orderedStream()
        .filter(dialect -> dialect.endpoints().stream().anyMatch(e -> e.owns(path)))
        .findFirst();
  }

  private static void write(Answer answer, Response response) throws IOException {
    response.setStatus(answer.status());
    answer
        .headers()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.setContentLength(answer.body().length);
    response.getOutputStream().write(answer.body());
    response.finishResponse();
  }
}
