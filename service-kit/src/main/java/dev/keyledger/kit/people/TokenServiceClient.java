package dev.keyledger.kit.people;

import dev.keyledger.client.BoundedHttp;
import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Asks internal endpoints, token-service's where no other peer is named. A whole exchange, the
 * answer's last byte included, takes two seconds and a mebibyte at most, so that no request here
 * waits longer for a peer that stalls.
 */
public final class TokenServiceClient {
  private static final Duration CONNECT = Duration.ofMillis(500);
  private static final Duration EXCHANGE = Duration.ofSeconds(2);
  private static final int LARGEST_ANSWER = 1024 * 1024;

  private final String peer;
  private final String base;
  private final Supplier<String> credential;
  private final BoundedHttp http;

  /**
   * @param base of token-service
   * @param credential by which this service shows who it is, asked for every call
   */
  public TokenServiceClient(URI base, Supplier<String> credential) {
    this("token-service", base, credential);
  }

  /**
   * @param peer the name of who is asked
   */
  public TokenServiceClient(String peer, URI base, Supplier<String> credential) {
    this.peer = peer;
    this.base = base.toString().replaceFirst("/$", "");
    this.credential = credential;
    this.http =
        new BoundedHttp(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build(),
            EXCHANGE,
            LARGEST_ANSWER);
  }

  /**
   * @param path with its leading slash
   * @throws UnansweredException when there is no answer of that type
   */
  public <T> T post(String path, Record question, Class<T> answer) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(EXCHANGE)
            .header("Authorization", "Bearer " + credential.get())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(EventCodec.encode(question)))
            .build();
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() / 100 != 2) {
      throw new UnansweredException(peer, response.statusCode(), response.body());
    }
    try {
      return EventCodec.decode(response.body(), answer);
    } catch (EventCodec.UnreadableException e) {
      throw new UnansweredException(peer + "'s answer can't be read", 0, e);
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request);
    } catch (IOException e) {
      throw new UnansweredException(peer + " doesn't answer", 0, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnansweredException("interrupted while asking " + peer, 0, e);
    }
  }
}
