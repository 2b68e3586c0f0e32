package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.sending.Answer.Failure;
import dev.keyledger.delivery.sending.CheckedAddresses.ForbiddenAddressException;
import dev.keyledger.delivery.set.SetErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts to whatever a tenant names: once, over a connection of its own, to no other address than
 * one that was checked, never by a proxy and never where a receiver sends it on to. Of the answer
 * nothing is kept but its status.
 */
public final class ReceiverClient implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

  /** Of an answer's body; what is longer isn't read on. */
  private static final int MOST_READ = 64 * 1024;

  private static final int LONGEST_LINE = 8 * 1024;
  private static final int MOST_FIELDS = 100;
  private static final int MOST_CONNECTIONS = 100_000;
  private static final String CALLED = "Keyledger-Webhooks/1";

  private final LookUps lookUps;
  private final ScheduledThreadPoolExecutor deadlines = deadlines();
  private final CheckedAddresses checked;
  private final CloseableHttpClient encrypted;
  private final CloseableHttpClient plain;
  private final Duration answerWithin;
  private final Clock clock;

  /**
   * @param allowed addresses that may be connected to
   * @param allowedPlainly those of them to which something may go unencrypted
   */
  ReceiverClient(
      CheckedAddresses.Names names,
      Predicate<InetAddress> allowed,
      Predicate<InetAddress> allowedPlainly,
      SSLContext tls,
      Clock clock) {
    this(names, allowed, allowedPlainly, tls, ANSWER_WITHIN, clock);
  }

  ReceiverClient(
      CheckedAddresses.Names names,
      Predicate<InetAddress> allowed,
      Predicate<InetAddress> allowedPlainly,
      SSLContext tls,
      Duration answerWithin,
      Clock clock) {
    this.answerWithin = answerWithin;
    this.clock = clock;
    this.lookUps = new LookUps(names);
    this.checked = new CheckedAddresses(lookUps, allowed);
    this.encrypted = client(checked, tls);
    this.plain = client(new CheckedAddresses(lookUps, allowedPlainly), tls);
  }

  private static CloseableHttpClient client(CheckedAddresses addresses, SSLContext tls) {
    var connections =
        new Connections()
            .setDnsResolver(addresses)
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
            .setMaxConnTotal(MOST_CONNECTIONS)
            .setMaxConnPerRoute(MOST_CONNECTIONS)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxLineLength(LONGEST_LINE)
                            .setMaxHeaderCount(MOST_FIELDS)
                            .build())
                    .build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(CONNECT_WITHIN))
                    .setSocketTimeout(Timeout.of(ANSWER_WITHIN))
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setConnectionReuseStrategy((request, response, context) -> false)
        .setRoutePlanner(new DefaultRoutePlanner(null))
        .setDefaultRequestConfig(
            RequestConfig.custom().setResponseTimeout(Timeout.of(ANSWER_WITHIN)).build())
        .setUserAgent(CALLED)
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  /** Connections that no setting of the Java machine leads over a proxy. */
  private static final class Connections extends PoolingHttpClientConnectionManagerBuilder {
    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
        SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
      return new DefaultHttpClientConnectionOperator(
          proxy -> new Socket(Proxy.NO_PROXY),
          ports,
          names,
          RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
    }
  }

  /**
   * @param url a subscription's
   * @param headers beside those that say what the body is
   */
  Answer post(String url, Map<String, String> headers, byte[] body, String contentType) {
    return post(url, headers, body, contentType, (status, bytes) -> null);
  }

  /** The same for a security event token, of whose refusal it is kept which one that is. */
  Answer push(String url, Map<String, String> headers, byte[] token, String contentType) {
    return post(
        url,
        headers,
        token,
        contentType,
        (status, bytes) -> status == 400 ? SetErrors.in(bytes) : null);
  }

  /** What of an answer is kept beside its status: a word of ours, and none of the receiver's. */
  @FunctionalInterface
  public interface Reading {
    /**
     * @param first how the body begins
     * @return {@code null} where it has nothing against what it was sent
     */
    @Nullable String err(int status, byte[] first);
  }

  /**
   * The addresses that a name means just now, for who connects by another protocol, to these alone.
   *
   * @throws UnknownHostException also where one of them may not be connected to: see {@link
   *     #failureOf}
   */
  public InetAddress[] addressesOf(String host) throws UnknownHostException {
    return checked.resolve(host);
  }

  /**
   * The same as {@link #push} for whatever is read of an answer otherwise.
   *
   * @param url a subscription's
   */
  public Answer post(
      String url, Map<String, String> headers, byte[] body, String contentType, Reading reading) {
    HttpPost request;
    CloseableHttpClient client;
    try {
      URI uri = new URI(url);
      client =
          switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
            case "https" -> encrypted;
            case "http" -> plain;
            default -> throw new URISyntaxException("", "scheme");
          };
      request = new HttpPost(uri);
    } catch (URISyntaxException | IllegalArgumentException e) {
      return new Answer.None(Failure.URL_NOT_ALLOWED);
    }
    headers.forEach(request::setHeader);
    request.setHeader("Connection", "close");
    request.setEntity(new ByteArrayEntity(body, ContentType.parse(contentType)));
    var deadline = new Deadline(request);
    var unused = deadlines.schedule(deadline, answerWithin.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return posted(client, request, reading);
    } catch (IOException | RuntimeException e) {
      return new Answer.None(deadline.isOver ? Failure.TIMEOUT : failureOf(e));
    } finally {
      unused.cancel(false);
    }
  }

  private static ScheduledThreadPoolExecutor deadlines() {
    var deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("webhook-deadlines").factory());
    // One that isn't needed any more would keep its request, and the body, until its time.
    deadlines.setRemoveOnCancelPolicy(true);
    return deadlines;
  }

  /** Ends a request wherever it is. */
  private static final class Deadline implements Runnable {
    private final HttpPost request;
    private volatile boolean isOver;

    Deadline(HttpPost request) {
      this.request = request;
    }

    @Override
    public void run() {
      isOver = true;
      request.cancel();
    }
  }

  private Answer posted(CloseableHttpClient client, HttpPost request, Reading reading)
      throws IOException {
    ClassicHttpResponse response = client.executeOpen(null, request, null);
    try {
      byte[] first = readSome(response);
      String err = reading.err(response.getCode(), first);
      return new Answer.Status(response.getCode(), retryAfter(response), err);
    } finally {
      // Closed without this, what is left of the body would be read to its end.
      request.cancel();
      try {
        response.close();
      } catch (IOException e) {
        // It was cut off just now.
      }
    }
  }

  /** Reads it to its end, unless that is far, and keeps how it begins. */
  private static byte[] readSome(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    byte[] first = content.readNBytes(4 * 1024);
    var buffer = new byte[4 * 1024];
    int total = first.length;
    for (int read = 0; read >= 0 && total < MOST_READ; total += Math.max(0, read)) {
      read = content.read(buffer);
    }
    return first;
  }

  private @Nullable Duration retryAfter(ClassicHttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    return header == null ? null : RetryAfter.of(header.getValue(), clock.instant());
  }

  /** Why there was no answer. */
  public static Failure failureOf(Exception failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      Failure known =
          switch (one) {
            case ForbiddenAddressException e -> Failure.ADDRESS_NOT_ALLOWED;
            case LookUps.OverloadedException e -> Failure.OVERLOADED;
            case UnknownHostException e -> Failure.HOST_NOT_FOUND;
            case SSLException e -> Failure.TLS_FAILED;
            case SocketTimeoutException e -> Failure.TIMEOUT;
            case ConnectException e -> Failure.CONNECTION_FAILED;
            case NoRouteToHostException e -> Failure.CONNECTION_FAILED;
            default -> null;
          };
      if (known != null) {
        return known;
      }
    }
    return Failure.ANSWER_BROKEN;
  }

  @Override
  public void close() {
    encrypted.close(CloseMode.IMMEDIATE);
    plain.close(CloseMode.IMMEDIATE);
    deadlines.shutdownNow();
    lookUps.close();
  }
}
