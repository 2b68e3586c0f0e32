package dev.keyledger.standalone;

import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Has a running platform compare ledger, topic, views and logs as a whole, and tells what it found.
 */
final class LiveCheck {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String PATH = "/v1/platform/log/check";

  private final URI url;
  private final String token;
  private final Duration look;
  private final PrintWriter out;

  /**
   * @param token an operator's
   * @param look how often it is asked how far it is
   */
  LiveCheck(URI url, String token, Duration look, PrintWriter out) {
    this.url = url;
    this.token = token;
    this.look = look;
    this.out = out;
  }

  /** Whether all of it was compared and nothing was found. */
  boolean run() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      long asked = send(client, "POST", 202).path("pass").asLong();
      JsonNode check = send(client, "GET", 200);
      String stage = "";
      while (!isOver(check, asked)) {
        String now = check.path("pass").path("stage").asString("");
        if (!now.equals(stage) && !now.isEmpty()) {
          out.println("comparing: " + now);
          out.flush();
        }
        stage = now;
        Thread.sleep(look);
        check = send(client, "GET", 200);
      }
      return tell(check, asked);
    }
  }

  private static boolean isOver(JsonNode check, long asked) {
    JsonNode pass = check.path("pass");
    return pass.path("pass").asLong() >= asked
        && pass.path("state").asString("").equals("finished");
  }

  private boolean tell(JsonNode check, long asked) {
    List<String> left = new ArrayList<>();
    for (JsonNode part : check.path("parts")) {
      if (part.path("pass").asLong() < asked || !part.path("hindered").isNull()) {
        left.add(
            "NOT COMPARED: "
                + part.path("part").asString("")
                + ": "
                + part.path("hindered").asString("it wasn't compared as a whole"));
      }
    }
    left.forEach(out::println);
    check.path("findings").forEach(finding -> out.println(line(finding)));
    long found = check.path("finding_count").asLong();
    long shown = check.path("findings").size();
    if (found > shown) {
      out.println("… and " + (found - shown) + " more.");
    }
    boolean good = found == 0 && left.isEmpty() && !check.path("parts").isEmpty();
    if (good) {
      out.printf(
          "%d records compared: ledger, topic, views and logs say the same.%n",
          check.path("pass").path("compared").asLong());
    }
    return good;
  }

  private static String line(JsonNode finding) {
    JsonNode position = finding.path("position");
    return "%s: %s, %sin the %s: %s"
        .formatted(
            finding.path("kind").asString("").toUpperCase(Locale.ROOT),
            finding.path("organization").asString("the platform"),
            position.isNumber() ? "position " + position.asLong() + ", " : "",
            finding.path("part").asString(""),
            finding.path("what").asString(""));
  }

  private JsonNode send(HttpClient client, String method, int due)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(url.resolve(PATH))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Authorization", "Bearer " + token)
                .timeout(ANSWER)
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != due) {
      throw new Problem("The platform answered " + answer.statusCode() + ": " + answer.body());
    }
    return EventCodec.mapper().readTree(answer.body());
  }
}
