package dev.keyledger.gateway;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import dev.keyledger.kit.web.bounds.BoundsHandler;
import dev.keyledger.kit.web.bounds.FairTurns;
import dev.keyledger.kit.web.bounds.Network;
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
    int connections = settings.gateway().connections();
    for (Upstream upstream : Upstream.values()) {
      turns.put(
          upstream, new FairTurns(connections, 4 * connections, maxWait, client.getScheduler()));
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    Optional<Upstream> upstream = RoutingTable.find(request.getMethod(), path);
    if (upstream.isEmpty() || !isOurs(path) || isOfAnyType(request)) {
      return super.handle(request, response, callback);
    }
    FairTurns ofService = turns.get(upstream.get());
    if (ofService == null) {
      throw new IllegalStateException("no turns at " + upstream.get());
    }
    Network network = bounds.networkOf(request);
    String credential = BoundsHandler.credentialOf(request);
    var trace =
        RequestTrace.continuing(
            request.getHeaders().get(RequestTrace.REQUEST_ID_HEADER),
            request.getHeaders().get(RequestTrace.TRACEPARENT_HEADER));
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
    }

    @Override
    public void onRefusal() {
      refuse(BoundsHandler.busy());
    }

    @Override
    public void onTurn(FairTurns.Turn turn) {
      URI base = settings.urlOf(upstream);
      String path = base.getPath();
      String prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      org.eclipse.jetty.client.Request asked =
          client
              .newRequest(base)
              .path(prefix + request.getHttpURI().getPathQuery())
              .method(request.getMethod())
              .idleTimeout(readTimeout.toMillis(), TimeUnit.MILLISECONDS)
              .headers(fields ->
                  headers.forEach((name, values) -> {
                    if (isForwarded(name)) {
                      values.forEach(value -> fields.add(name, value));
                    }
                  }));
      if (request instanceof WholeBody body) {
        asked.body(new BytesRequestContent(UNTYPED, body.bytes()));
      } else if (request.getLength() == 0) {
        asked.body(new BytesRequestContent(UNTYPED, new byte[0]));
      }
      asked
          .onRequestBegin(r -> begun = true)
          .onResponseHeaders(this::answer)
          .onResponseContentSource((r, content) ->
              Content.copy(content, response, Callback.from(callback::succeeded, this::failed)))
          .send(result -> {
            turn.end();
            if (result.isFailed() && !answered) {
              failed(result.getFailure());
            }
          });
    }

    private boolean isForwarded(String name) {
      return !name.equalsIgnoreCase("Host")
          && !name.equalsIgnoreCase("Content-Length")
          && !name.equalsIgnoreCase("Expect");
    }

    private void answer(org.eclipse.jetty.client.Response told) {
      answered = true;
      response.setStatus(told.getStatus());
      for (HttpField field : told.getHeaders()) {
        if (ReturningHeaders.contain(field.getName())) {
          response.getHeaders().add(field);
        }
      }
      response.getHeaders().put(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
      response.getHeaders().put(RequestTrace.TRACEPARENT_HEADER, trace.traceparent());
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
