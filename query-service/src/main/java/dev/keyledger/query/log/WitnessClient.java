package dev.keyledger.query.log;

import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.SignedNote;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** Asks a witness to cosign (C2SP {@code tlog-witness}). */
@Component
class WitnessClient {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int LONGEST_ANSWER = 16 * 1024;

  /** What a witness answers. */
  sealed interface Heard {
    /** Lines of whomever: the witness's own are to be looked for. */
    record Cosigned(List<SignedNote.Signature> lines) implements Heard {}

    /** It has cosigned another size last. */
    record Knows(long size) implements Heard {}

    /** Not one of its logs: a tenant's own witness has that tenant's alone. */
    record Stranger() implements Heard {}

    record Refused(String reason) implements Heard {}
  }

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @throws IOException where there is no answer
   */
  Heard add(URI witness, AddCheckpoint request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(
            HttpRequest.newBuilder(URI.create(witness + AddCheckpoint.PATH))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofString(request.text()))
                .build(),
            BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      String text = new String(body.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      return switch (response.statusCode()) {
        case 200 -> cosigned(text);
        case 409 ->
            size(text).isPresent()
                ? new Heard.Knows(size(text).getAsLong())
                : new Heard.Refused("409");
        case 404 -> new Heard.Stranger();
        // Its text is its own affair: what it says may not come into our answers.
        default -> new Heard.Refused(String.valueOf(response.statusCode()));
      };
    }
  }

  private static Heard cosigned(String text) {
    try {
      return new Heard.Cosigned(SignedNote.signatureLines(text));
    } catch (IllegalArgumentException e) {
      return new Heard.Refused("no signature");
    }
  }

  private static OptionalLong size(String text) {
    try {
      long size = Long.parseLong(text.strip());
      return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
