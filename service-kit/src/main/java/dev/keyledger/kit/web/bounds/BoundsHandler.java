package dev.keyledger.kit.web.bounds;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.kit.web.LargerBodies;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * In front of everything else: a request goes on once it is there as a whole, and until then it
 * holds nothing but its connection and its share of memory.
 */
public final class BoundsHandler extends Handler.Wrapper {
  /** What may not stand in a query as it is (RFC 3986, section 3.4), and servers differ about. */
  private static final String NO_QUERY = " \"#<>[\\]^`{|}";

  private final ServerBounds bounds;
  private final FairShare<Network> bodies;
  private final int largestBody;
  private final TrustedProxies proxies;
  private final RefusalForm form;

  BoundsHandler(
      ServerBounds bounds,
      FairShare<Network> bodies,
      int largestBody,
      TrustedProxies proxies,
      RefusalForm form) {
    this.bounds = bounds;
    this.bodies = bodies;
    this.largestBody = largestBody;
    this.proxies = proxies;
    this.form = form;
  }

  // All that is done on the server's own threads is reading; what may block gets one of its own.
  @Override
  public Invocable.InvocationType getInvocationType() {
    return Invocable.InvocationType.NON_BLOCKING;
  }

  /** Whose request it is, by the word of trusted proxies. */
  public Network networkOf(Request request) {
    return Network.of(
        proxies.clientOf(
            Request.getRemoteAddr(request), request.getHeaders().getValuesList("X-Forwarded-For")));
  }

  /** As presented, and no more than a name by which to share. */
  public static @Nullable String credentialOf(Request request) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    return authorization != null ? authorization : request.getHeaders().get("X-Api-Key");
  }

  /** What is said to whom has had their share. */
  public static Problem busy() {
    return BodyReader.BUSY;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getHeaders().size() > bounds.maxHeaders()) {
      refuseUnread(request, response, callback, RefusalForm.unreadable(431));
      return true;
    }
    if (request.getMethod().equals("CONNECT") || !isQuery(request.getHttpURI().getQuery())) {
      refuseUnread(request, response, callback, RefusalForm.unreadable(400));
      return true;
    }
    if (request.getLength() > largestIn(request)) {
      refuseUnread(request, response, callback, BodyReader.TOO_LARGE);
      return true;
    }
    if (!hasBody(request)) {
      return super.handle(request, response, callback);
    }
    new Reading(request, response, callback).begin();
    return true;
  }

  private int largestIn(Request request) {
    return LargerBodies.mostAt(request.getHttpURI().getPath(), largestBody);
  }

  private final class Reading {
    private final Response response;
    private final Callback callback;
    private final BodyReader reader;

    Reading(Request request, Response response, Callback callback) {
      this.response = response;
      this.callback = callback;
      this.reader =
          new BodyReader(
              request,
              networkOf(request),
              bodies,
              largestIn(request),
              this::goOn,
              problem -> refuseUnread(request, response, callback, problem));
    }

    void begin() {
      reader.read(bounds.bodyDeadline());
    }

    private void goOn(WholeBody body) {
      Callback done = Callback.from(callback, reader::giveBack);
      try {
        if (!BoundsHandler.super.handle(body, response, done)) {
          Response.writeError(body, response, done, 404);
        }
      } catch (Exception e) {
        Response.writeError(body, response, done, e);
      }
    }
  }

  private static boolean isQuery(@Nullable String query) {
    return query == null
        || query.chars().allMatch(c -> c > 0x1f && c < 0x7f && NO_QUERY.indexOf(c) < 0);
  }

  private static boolean hasBody(Request request) {
    return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /** The same to whom may still be sending. */
  private void refuseUnread(
      Request request, Response response, Callback callback, Problem problem) {
    if (!hasBody(request)) {
      refuse(request, response, callback, problem);
      return;
    }
    refuse(
        request,
        response,
        Leftover.thenComplete(request, bounds.bodyDeadline(), callback),
        problem.withHeader("Connection", "close"));
  }

  /** Says no in the form that is due at the request's path. */
  public void refuse(Request request, Response response, Callback callback, Problem problem) {
    ServerErrors.write(form, request, response, callback, problem);
  }

  /** The same, under the names that a log has already. */
  public void refuse(
      Request request, Response response, Callback callback, Problem problem, RequestTrace trace) {
    ServerErrors.write(form, request, response, callback, problem, trace);
  }
}
