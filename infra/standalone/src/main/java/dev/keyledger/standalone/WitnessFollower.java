package dev.keyledger.standalone;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Witness;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Fetches what an organisation's own witness is to cosign, has the witness decide, and brings what
 * it signed: so that a witness needs no address at which the platform reaches it.
 */
final class WitnessFollower {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final String BEFORE_PATH = "/v1/organizations/";

  private final URI url;
  private final Map.Entry<String, String> credential;
  private final Supplier<List<NoteVerifier>> logs;
  private final Witness witness;
  private final Witness.Memory memory;
  private final NoteVerifier key;
  private final PrintWriter out;
  private final HttpClient http;
  // Said once, not in every round.
  private final Map<String, String> told = new HashMap<>();

  /**
   * @param url the platform's base URL
   * @param credential a header
   * @param logs of organisations; of others nothing is fetched
   */
  WitnessFollower(
      HttpClient http,
      URI url,
      Map.Entry<String, String> credential,
      Supplier<List<NoteVerifier>> logs,
      Witness witness,
      Witness.Memory memory,
      NoteVerifier key,
      PrintWriter out) {
    this.http = http;
    this.url = url;
    this.credential = credential;
    this.logs = logs;
    this.witness = witness;
    this.memory = memory;
    this.key = key;
    this.out = out;
  }

  /** Looks once after each of the logs. */
  void round() throws InterruptedException {
    for (String origin : origins()) {
      int path = origin.indexOf(BEFORE_PATH);
      if (path < 0) {
        continue;
      }
      try {
        follow(origin, origin.substring(path));
        tell(origin, "");
      } catch (IOException e) {
        tell(origin, "the platform doesn't answer: " + e.getClass().getSimpleName());
      } catch (Problem e) {
        tell(origin, Objects.requireNonNull(e.getMessage()));
      } catch (RuntimeException e) {
        // Whatever it answers, the witness goes on for the others.
        tell(origin, "the platform's answer can't be read: " + e.getClass().getSimpleName());
      }
    }
  }

  /** A file with keys may be being written just now. */
  private List<String> origins() {
    try {
      return logs.get().stream().map(NoteVerifier::name).distinct().toList();
    } catch (Problem e) {
      tell("the logs' keys", Objects.requireNonNull(e.getMessage()));
      return List.of();
    }
  }

  private void follow(String origin, String path) throws IOException, InterruptedException {
    SignedNote offered = note(get(path + "/offered-checkpoint"));
    if (offered.isSignedBy(key)) {
      return;
    }
    Checkpoint due = Checkpoint.parse(offered.text());
    long before =
        memory.newest(origin).map(note -> Checkpoint.parse(note.text()).size()).orElse(0L);
    if (due.size() < before) {
      // Offered a while ago, and superseded for this witness.
      return;
    }
    List<Hash> proof = before == 0 || before == due.size() ? List.of() : proof(path, before, due);
    Witness.Answer answer = witness.add(new AddCheckpoint(before, proof, offered).text());
    if (!answer.isCosigned()) {
      throw new Problem("NOT cosigned: " + answer.text().strip());
    }
    send(
        HttpRequest.newBuilder(url.resolve("/v1/log/cosignatures"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    EventCodec.mapper()
                        .writeValueAsString(
                            Map.of(
                                "checkpoint",
                                offered.text().lines().toList(),
                                "signatures",
                                answer.text().lines().toList())))));
    out.printf("cosigned: %s, %d entries%n", origin, due.size());
    out.flush();
  }

  private List<Hash> proof(String path, long before, Checkpoint due)
      throws IOException, InterruptedException {
    JsonNode answer =
        EventCodec.mapper()
            .readTree(get(path + "/consistency?old_size=" + before + "&tree_size=" + due.size()));
    var hashes = new ArrayList<Hash>();
    answer.path("hashes").forEach(hash -> hashes.add(Hash.parse(hash.asString(""))));
    return hashes;
  }

  private static SignedNote note(String text) {
    try {
      return SignedNote.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem("The platform answered no checkpoint.", e);
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(url.resolve(path)).GET());
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(
            request.header(credential.getKey(), credential.getValue()).timeout(ANSWER).build(),
            BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      String text = new String(body.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
      if (answer.statusCode() / 100 != 2) {
        throw new Problem("the platform answered " + answer.statusCode() + " " + code(text));
      }
      return text;
    }
  }

  private static String code(String answer) {
    try {
      return EventCodec.mapper().readTree(answer).path("code").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  private void tell(String origin, String text) {
    String before = Optional.ofNullable(told.put(origin, text)).orElse("");
    if (!text.isEmpty() && !text.equals(before)) {
      out.println(origin + ": " + text);
      out.flush();
    }
  }
}
