package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.kit.database.UnavailableDatabase;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.kit.web.AllowedMethods;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.MediaTypes;
import dev.keyledger.kit.web.PathMethods;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.QueryParameters;
import dev.keyledger.kit.web.UnreadableParameters;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * An endpoint on the path of every request: a plain servlet, since a dispatcher in front of it
 * would cost more than the decision behind it. Each subclass says itself who may call it.
 */
abstract class HotServlet extends HttpServlet implements PathMethods.Declared {
  private static final Logger log = LoggerFactory.getLogger(HotServlet.class);
  private static final Problem NOT_FRESH = Problem.of(AccessRefusedException.notFresh());
  private static final Problem INTERNAL =
      Problem.of(500, "internal", "Something went wrong on our side.");
  private static final int LARGEST_BODY = 64 * 1024;
  private static final Set<String> POST = Set.of("POST");

  private final transient ProblemWriter problems;
  private final transient GatewayHeaders gateway;

  HotServlet(Refusing refusing) {
    this.problems = refusing.problems();
    this.gateway = refusing.gateway();
  }

  /** What every one of them refuses with. */
  @Component
  record Refusing(ProblemWriter problems, GatewayHeaders gateway) {}

  @Override
  public Set<String> methods() {
    return POST;
  }

  /** What may stand in the query; by default nothing. */
  QueryParameters parameters() {
    return QueryParameters.NONE;
  }

  /** Whether there is content in its answer. */
  boolean answersJson() {
    return true;
  }

  /** Answers, or throws what the answer is to be. */
  abstract void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if (methods().isEmpty() || methods().contains(request.getMethod())) {
        parameters().check(request.getQueryString());
        if (answersJson() && !MediaTypes.acceptsJson(request)) {
          throw MediaTypes.NOT_ACCEPTABLE.toException();
        }
        answer(request, response);
      } else if (request.getMethod().equals("OPTIONS")) {
        AllowedMethods.tell(methods(), response);
      } else {
        throw AllowedMethods.refusal(methods()).toException();
      }
    } catch (ProblemException e) {
      problems.write(response, gateway.toldTo(request, e.problem()));
    } catch (AccessRefusedException e) {
      problems.write(response, gateway.toldTo(request, Problem.of(e)));
    } catch (UnknowableException e) {
      problems.write(response, NOT_FRESH);
    } catch (RuntimeException e) {
      if (UnavailableDatabase.isReasonOf(e)) {
        log.warn("PostgreSQL cannot be used just now", e);
        problems.write(response, UnavailableDatabase.PROBLEM);
        return;
      }
      Optional<Problem> unreadable = UnreadableParameters.problemOf(e);
      if (unreadable.isEmpty()) {
        log.error("A request failed", e);
      }
      if (!response.isCommitted()) {
        response.reset();
        problems.write(response, unreadable.orElse(INTERNAL));
      }
    }
  }

  /** Tells a dialect why, beside an answer that isn't a problem's. */
  final void tell(HttpServletRequest request, HttpServletResponse response, String reason) {
    if (gateway.dialectOf(request) != null) {
      response.setHeader(GatewayHeaders.REASON, reason);
    }
  }

  /**
   * @return empty for none, whatever type it was said to be of
   * @throws ProblemException 415 for another media type or a coding, 413 for more than 64 KiB
   */
  static byte[] body(HttpServletRequest request, String mediaType) throws IOException {
    try {
      byte[] body = read(request);
      if (body.length > 0) {
        requireReadable(request, mediaType);
      }
      if (body.length <= LARGEST_BODY) {
        return body;
      }
    } catch (IOException e) {
      // The filter before us refuses what is too large in this way, and so does a client that goes.
      throw tooLarge();
    }
    throw tooLarge();
  }

  private static void requireReadable(HttpServletRequest request, String mediaType) {
    if (MediaTypes.isCoded(request)) {
      throw MediaTypes.CODED.toException();
    }
    if (!MediaTypes.is(request.getContentType(), mediaType)) {
      throw MediaTypes.unsupported(mediaType).toException();
    }
  }

  // Into an array of the announced length: the JDK would fill one of sixteen kilobytes first.
  private static byte[] read(HttpServletRequest request) throws IOException {
    int announced = request.getContentLength();
    if (announced < 0 || announced > LARGEST_BODY) {
      return request.getInputStream().readNBytes(LARGEST_BODY + 1);
    }
    var body = new byte[announced];
    int length = request.getInputStream().readNBytes(body, 0, announced);
    return length == announced ? body : Arrays.copyOf(body, length);
  }

  private static ProblemException tooLarge() {
    return Problem.of(413, "body_too_large", "The body is larger than this server reads.")
        .withHeader("Connection", "close")
        .toException();
  }
}
