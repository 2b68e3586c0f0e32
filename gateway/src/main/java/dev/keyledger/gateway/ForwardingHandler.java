package dev.keyledger.gateway;

import dev.keyledger.kit.web.AllowedMethods;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import dev.keyledger.kit.web.bounds.BoundsHandler;
import dev.keyledger.kit.web.bounds.FairTurns;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.kit.web.bounds.RefusalForm;
import dev.keyledger.kit.web.bounds.WholeBody;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;

/**
 * Puts the routing table to work: hands on what nobody else answers and nothing is wrong with, on
 * the server's own threads. Whatever is to be refused goes on to the filters, which say so.
 */
final class ForwardingHandler extends Handler.Wrapper {
  /** The client says of what type its body is, or doesn't. */
  private static final @Nullable String UNTYPED = null;

  /** In the place of a path: what is asked is asked of the server as such. */
  private static final String SERVER = "*";

  private final GatewaySettings settings;
  private final OutgoingHeaders outgoing;
  private final Admission admission;
  private final OwnedPaths owned;
  private final HttpClient client;
  private final BoundsHandler bounds;
  private final Map<Upstream, FairTurns> turns = new EnumMap<>(Upstream.class);
  private final Duration readTimeout;

  /** Hot paths, of which the patterns of all dialects needn't be asked each time. */
  private final Set<String> surelyOurs;

  /**
   * @param bounds which requests have passed
   * @param maxWait for a connection to a service
   */
  ForwardingHandler(
      GatewaySettings settings,
      OutgoingHeaders outgoing,
      Admission admission,
      OwnedPaths owned,
      HttpClient client,
      BoundsHandler bounds,
      Duration maxWait) {
    this.settings = settings;
    this.outgoing = outgoing;
    this.admission = admission;
    this.owned = owned;
    this.client = client;
    this.bounds = bounds;
    this.surelyOurs =
        RoutingTable.exactPaths().stream()
            .filter(path -> !owned.contains(path))
            .collect(Collectors.toUnmodifiableSet());
    this.readTimeout = settings.gateway().readTimeout();
    for (Upstream upstream : Upstream.values()) {
      int connections = settings.gateway().connectionsTo(upstream);
      turns.put(
          upstream, new FairTurns(connections, 4 * connections, maxWait, client.getScheduler()));
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    if (path.equals(SERVER)) {
      ofServer(request, response, callback);
      return true;
    }
    Optional<Upstream> upstream = RoutingTable.find(request.getMethod(), path);
    if (upstream.isEmpty() || !isOurs(path) || isOfAnyType(request)) {
      return super.handle(request, response, callback);
    }
    FairTurns ofService = turnsAt(upstream.get());
    Network network = bounds.networkOf(request);
    String credential = BoundsHandler.credentialOf(request);
    RequestTrace trace = traceOf(request);
    // Of those that come by the thousand no headers are copied first.
    if (ofService.isFullFor(network, credential)) {
      bounds.refuse(request, response, callback, BoundsHandler.busy(), trace);
      return true;
    }
    HttpHeaders headers = outgoing.of(incoming(request, trace));
    if (admission
        .refusalOf(request.getMethod(), request.getHeaders()::contains, headers)
        .isPresent()) {
      return super.handle(request, response, callback);
    }
    ofService.take(
        network,
        credential,
        new Forward(upstream.get(), request, response, callback, headers, trace));
    return true;
  }

  private FairTurns turnsAt(Upstream upstream) {
    FairTurns ofService = turns.get(upstream);
    if (ofService == null) {
      throw new IllegalStateException("no turns at " + upstream);
    }
    return ofService;
  }

  /** RFC 9110, section 9.3.7. */
  private void ofServer(Request request, Response response, Callback callback) {
    if (request.getMethod().equals("OPTIONS")) {
      tell(AllowedMethods.ANY, response, callback, traceOf(request));
    } else {
      bounds.refuse(request, response, callback, RefusalForm.unreadable(400));
    }
  }

  private static void tell(
      Set<String> methods, Response response, Callback callback, RequestTrace trace) {
    response.setStatus(204);
    response.getHeaders().put("Allow", AllowedMethods.header(methods));
    response.getHeaders().put("Cache-Control", "no-store");
    putTrace(response, trace);
    response.write(true, null, callback);
  }

  private static void putTrace(Response response, RequestTrace trace) {
    response.getHeaders().put(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
    response.getHeaders().put(RequestTrace.TRACEPARENT_HEADER, trace.traceparent());
  }

  private static RequestTrace traceOf(Request request) {
    return RequestTrace.continuing(
        request.getHeaders().get(RequestTrace.REQUEST_ID_HEADER),
        request.getHeaders().get(RequestTrace.TRACEPARENT_HEADER));
  }

  private boolean isOurs(String path) {
    return surelyOurs.contains(path) || (PlainPathFilter.isPlain(path) && !owned.contains(path));
  }

  private static boolean isOfAnyType(Request request) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    return type != null && type.indexOf('*') >= 0;
  }

  private static OutgoingHeaders.Incoming incoming(Request request, RequestTrace trace) {
    var headers = new HttpHeaders();
    for (HttpField field : request.getHeaders()) {
      headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
    }
    return new OutgoingHeaders.Incoming(
        headers,
        request.getMethod(),
        Request.getRemoteAddr(request),
        request.getHttpURI().getScheme(),
        Request.getServerName(request),
        trace);
  }

  private final class Forward implements FairTurns.Visitor {
    private final Upstream upstream;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final HttpHeaders headers;
    private final RequestTrace trace;
    private volatile boolean begun;
    private volatile boolean answered;

    /** Whose word is needed too, before anything is told. */
    private final Optional<Upstream> other;

    private org.eclipse.jetty.client.@Nullable Response half;

    Forward(
        Upstream upstream,
        Request request,
        Response response,
        Callback callback,
        HttpHeaders headers,
        RequestTrace trace) {
      this.upstream = upstream;
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.headers = headers;
      this.trace = trace;
      this.other = RoutingTable.besides(upstream, request.getHttpURI().getPath());
    }

    @Override
    public void onRefusal() {
      refuse(BoundsHandler.busy());
    }

    @Override
    public void onTurn(FairTurns.Turn turn) {
      org.eclipse.jetty.client.Request asked =
          to(upstream, request.getMethod(), request.getHttpURI().getPathQuery());
      if (request instanceof WholeBody body) {
        asked.body(new BytesRequestContent(UNTYPED, body.bytes()));
      } else if (request.getLength() == 0) {
        asked.body(new BytesRequestContent(UNTYPED, new byte[0]));
      }
      asked
          .onRequestBegin(r -> begun = true)
          .onResponseHeaders(this::answer)
          .onResponseContentSource(this::hand)
          .send(result -> {
            turn.end();
            if (half != null) {
              askTheOther(half);
            } else if (result.isFailed() && !answered) {
              failed(result.getFailure());
            }
          });
    }

    private org.eclipse.jetty.client.Request to(Upstream service, String method, String target) {
      URI base = settings.urlOf(service);
      String path = base.getPath();
      String prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return client
          .newRequest(base)
          .path(prefix + target)
          .method(method)
          .idleTimeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS)
          .headers(fields -> {
            headers.forEach((name, values) -> {
              if (isForwarded(name)) {
                values.forEach(value -> fields.add(name, value));
              }
            });
            if (other.isPresent()) {
              fields.add(GatewayHeaders.DIALECT, GatewayHeaders.CANONICAL);
            }
          });
    }

    private void hand(org.eclipse.jetty.client.Response told, Content.Source content) {
      if (half == null) {
        Content.copy(content, response, Callback.from(callback::succeeded, this::failed));
      } else {
        Content.Source.consumeAll(content, Callback.NOOP);
      }
    }

    private void askTheOther(org.eclipse.jetty.client.Response told) {
      Upstream service = other.orElseThrow();
      var asks =
          new AllowedByBoth(
              told, to(service, "OPTIONS", request.getHttpURI().getPath()), this::conclude);
      turnsAt(service).take(bounds.networkOf(request), BoundsHandler.credentialOf(request), asks);
    }

    private void conclude(Set<String> allowed) {
      if (allowed.isEmpty()) {
        refuse(Problem.of(404, "not_found", "There is nothing here."));
      } else if (request.getMethod().equals("OPTIONS")) {
        tell(allowed, response, callback, trace);
      } else {
        refuse(AllowedMethods.refusal(allowed));
      }
    }

    private boolean isForwarded(String name) {
      return !name.equalsIgnoreCase("Host")
          && !name.equalsIgnoreCase("Content-Length")
          && !name.equalsIgnoreCase("Expect");
    }

    private void answer(org.eclipse.jetty.client.Response told) {
      answered = true;
      if (other.isPresent() && AllowedByBoth.isHalf(request.getMethod(), told)) {
        half = told;
        return;
      }
      response.setStatus(told.getStatus());
      for (HttpField field : told.getHeaders()) {
        if (ReturningHeaders.contain(field.getName())) {
          response.getHeaders().add(field);
        }
      }
      putTrace(response, trace);
    }

    private void failed(Throwable failure) {
      if (response.isCommitted()) {
        callback.failed(failure);
        return;
      }
      response.reset();
      try (var id = MDC.putCloseable("request_id", trace.requestId());
          var traceId = MDC.putCloseable("trace_id", trace.traceId())) {
        refuse(UpstreamFailures.problemOf(failure, begun, upstream));
      }
    }

    private void refuse(Problem problem) {
      bounds.refuse(request, response, callback, problem, trace);
    }
  }
}
