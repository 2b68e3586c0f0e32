package dev.keyledger.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP exchange that is bounded as a whole: in time from the connection to the body's last
 * byte, and in the body's size. The JDK's own time-out ends with the headers, so that a peer which
 * stalls behind them would keep its caller for ever.
 */
public final class BoundedHttp {
  private final HttpClient http;
  private final Duration timeout;
  private final int largestBody;

  /**
   * @param timeout of one exchange
   * @param largestBody in bytes
   */
  public BoundedHttp(HttpClient http, Duration timeout, int largestBody) {
    this.http = http;
    this.timeout = timeout;
    this.largestBody = largestBody;
  }

  /**
   * @throws HttpTimeoutException when the whole answer isn't there in time
   * @throws IOException when there is none, or one that is too large
   */
  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, limited());
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + timeout);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IOException("the exchange failed", e.getCause());
    } finally {
      // Without effect on one that is complete; otherwise it closes the connection.
      answer.cancel(true);
    }
  }

  private BodyHandler<byte[]> limited() {
    return head -> new Limited(largestBody);
  }

  private static final class Limited implements BodySubscriber<byte[]> {
    private final int limit;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.Subscription subscription = NONE;

    Limited(int limit) {
      this.limit = limit;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (read.size() + buffer.remaining() > limit) {
          subscription.cancel();
          body.completeExceptionally(new IOException("the answer is larger than " + limit));
          return;
        }
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        read.writeBytes(bytes);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(read.toByteArray());
    }
  }

  private static final Flow.Subscription NONE =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };
}
