package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.seed.HistorySeed.Seeded;
import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.services.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Asks a replica as the operator, one request after another on one connection. */
final class HistoryPages {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Operator operator;
  private final ServiceProcess query;

  HistoryPages(Operator operator, ServiceProcess query) {
    this.operator = operator;
    this.query = query;
  }

  /**
   * @param path below the organisation's
   * @return how many items there were
   */
  int get(Seeded organization, String path) {
    var request =
        HttpRequest.newBuilder(
            URI.create(query.uri() + "/v1/organizations/" + organization.id.value() + "/" + path));
    operator.headers().forEach(request::header);
    try {
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            path
                + ": "
                + answer.statusCode()
                + " "
                + new String(answer.body(), StandardCharsets.UTF_8));
      }
      return EventCodec.mapper().readTree(answer.body()).path("items").size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while history was asked for", e);
    }
  }
}
