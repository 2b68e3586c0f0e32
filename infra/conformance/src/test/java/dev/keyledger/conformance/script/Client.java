package dev.keyledger.conformance.script;

import dev.keyledger.conformance.script.Step.Field;
import dev.keyledger.conformance.script.Step.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Sends requests as they are written: no cookies are kept, no redirects followed. */
final class Client {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final World world;
  private final Variables variables;

  Client(World world, Variables variables) {
    this.world = world;
    this.variables = variables;
  }

  Reply send(Request request) {
    try {
      HttpResponse<byte[]> answer = HTTP.send(built(request), BodyHandlers.ofByteArray());
      world.answered(answer);
      return reply(answer);
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.target() + ": no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** All at the same moment, as far as there is one. */
  List<Reply> sendAtOnce(Request request, int count) {
    var start = new CyclicBarrier(count);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reply>> replies =
          IntStream.range(0, count)
              .mapToObj(i ->
                  threads.submit(() -> {
                    start.await();
                    return send(request);
                  }))
              .toList();
      return replies.stream().map(Client::result).toList();
    }
  }

  private static Reply result(Future<Reply> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("one of several requests", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private HttpRequest built(Request request) {
    String body = variables.expand(request.body());
    var built =
        HttpRequest.newBuilder(world.baseUrl().resolve(variables.expand(request.target())))
            .timeout(PATIENCE)
            .method(
                request.method(),
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (Field field : request.fields()) {
      built.header(field.name(), variables.expand(field.value()));
    }
    if (!body.isEmpty() && !request.says("Content-Type")) {
      built.header("Content-Type", "application/json");
    }
    return built.build();
  }

  private static Reply reply(HttpResponse<byte[]> response) {
    return new Reply(response.statusCode(), response.headers(), response.body());
  }
}
