package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.testkit.RawHttp;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaksOverHttpTest extends CommandServiceTest {
  private static final String PATH = "/v1/leaks";
  private static final String URL = "https://code.example/acme/app/blob/main/.env#L3";

  private final RegisteredOrganization organization = organization("standard");
  private final String admin = member(organization, "admin");

  private record Made(String id, String secret) {}

  private Made made() {
    Answer answer = one.post(admin, organization.keys(), newKey("leaky", "live"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    String id = answer.body().at("/key/id").stringValue();
    String secret = answer.body().required("secret").stringValue();
    tokenService.knowSecret(verifierOf(secret), organization.id(), id);
    return new Made(id, secret);
  }

  private static String verifierOf(String secret) {
    return serverKeys
        .get()
        .currentPepper()
        .encodedVerifierOf(KeySecret.parse(secret).orElseThrow());
  }

  private static String found(String... tokens) {
    return EventCodec.mapper()
        .writeValueAsString(
            List.of(tokens).stream()
                .map(token ->
                    Map.of("token", token, "type", "a_key", "url", URL, "source", "content"))
                .toList());
  }

  /** All of it, but for when it came and what the request was called. */
  private static String shape(RawHttp.Answer answer) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(answer.headers());
    List.of("Date", "X-Request-Id", "traceparent").forEach(headers::remove);
    return answer.status() + " " + headers + " " + answer.body();
  }

  private static RawHttp.Answer withoutCredential(String body) {
    return withoutCredential(one, body);
  }

  private static RawHttp.Answer withoutCredential(Replica replica, String body) {
    int port =
        replica.context().getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    return RawHttp.answerTo(
        port,
        """
        POST /v1/leaks HTTP/1.1\r
        Host: localhost\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Connection: close\r
        \r
        %s\
        """
            .formatted(body.getBytes(StandardCharsets.UTF_8).length, body));
  }

  private String statusOf(Made key) {
    Answer answer = two.post(admin, organization.keys() + "/" + key.id() + "/resume", "");
    return answer.status() == 200 ? "live" : answer.code();
  }

  private static String hashOf(String token) throws Exception {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void whoMayBeToldIsToldOfEachAndAKeyOfThatSecretIsRevokedOnce() throws Exception {
    Made key = made();
    String nobodys = made().secret().replaceFirst(".$", "");
    String body = found(nobodys, " " + key.secret() + "  ", key.secret());

    Answer answer = one.post(OPERATOR, PATH, body);

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.body())
        .extracting(
            item -> item.path("token_hash").asString(),
            item -> item.path("token_type").asString(),
            item -> item.path("label").asString())
        .containsExactly(
            tuple(hashOf(nobodys), "a_key", "false_positive"),
            tuple(hashOf(" " + key.secret() + "  "), "a_key", "true_positive"),
            tuple(hashOf(key.secret()), "a_key", "true_positive"));
    assertThat(statusOf(key)).isEqualTo("key_not_active");
    assertThat(two.post(OPERATOR, PATH, body).body()).isEqualTo(answer.body());
    assertThat(tokenService.toldOfLeaks()).containsOnlyOnce(admin.split("\\|")[0]);
  }

  @Test
  void aStrangerIsToldTheSameWhateverTheyFoundAndTheKeyEndsAllTheSame() {
    Made key = made();
    String ours = shape(withoutCredential(found(key.secret())));
    String nobodys = shape(withoutCredential(found("kl_live_a" + "0".repeat(49))));
    String rubbish = shape(withoutCredential(found("what is this?")));

    assertThat(ours).startsWith("202 ").isEqualTo(nobodys).isEqualTo(rubbish);
    await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(key).equals("key_not_active"));
  }

  @Test
  void whatAStrangerReportedIsLookedAtOnceTokenServiceIsBack() {
    Made key = made();
    tokenService.away(true);
    try {
      assertThat(withoutCredential(found(key.secret())).status()).isEqualTo(202);
      assertThat(one.post(OPERATOR, PATH, found(key.secret())).code()).isEqualTo("unavailable");
    } finally {
      tokenService.away(false);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(key).equals("key_not_active"));
  }

  @Test
  void whatAStrangerReportedIsLookedAtThoughItsReplicaEnds() {
    Made key = made();
    tokenService.away(true);
    try (Replica third = Replica.start(database, serverKeys.json(), tokenService, clock)) {
      assertThat(withoutCredential(third, found(key.secret())).status()).isEqualTo(202);
    } finally {
      tokenService.away(false);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(key).equals("key_not_active"));
  }

  @Test
  void oneNeighbourhoodHasBoundedRoom() throws Exception {
    Made ended = made();
    execute(
        "INSERT INTO command.reported_secret (neighbourhood, verifier, due_at) SELECT"
            + " '127.0.0.0/24', 'of nobody ' || i, now() + interval '1 day' FROM"
            + " generate_series(1, 9600) i");
    try {
      assertThat(withoutCredential(found(times(1_000, ended.secret()))).body())
          .contains("\"busy\"");
      assertThat(withoutCredential(found(times(100, ended.secret()))).status()).isEqualTo(202);
    } finally {
      execute("DELETE FROM command.reported_secret WHERE verifier LIKE 'of nobody %'");
    }
  }

  @Test
  void whatCannotBeKeptIsNotAccepted() throws Exception {
    Made key = made();
    execute("REVOKE INSERT ON command.reported_secret FROM keyledger_command");
    try {
      assertThat(withoutCredential(found(key.secret())).body()).contains("\"unavailable\"");
    } finally {
      execute("GRANT INSERT ON command.reported_secret TO keyledger_command");
    }
    assertThat(withoutCredential(found(key.secret())).status()).isEqualTo(202);
    await().atMost(Duration.ofSeconds(30)).until(() -> statusOf(key).equals("key_not_active"));
  }

  @Test
  void whatNobodyCanTellOfIsGivenUpAfterThreeHundredTries() throws Exception {
    tokenService.away(true);
    try {
      execute(
          "INSERT INTO command.reported_secret (neighbourhood, verifier, tries) VALUES"
              + " ('192.0.2.0/24', 'tried', 299), ('192.0.2.0/24', 'tried less often', 7)");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> count("verifier = 'tried'") == 0 && count("tries > 7") == 1);
    } finally {
      tokenService.away(false);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> count("verifier LIKE 'tried%'") == 0);
  }

  private static String[] times(int times, String secret) {
    return Collections.nCopies(times, secret).toArray(String[]::new);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long count(String which) throws SQLException {
    try (Connection connection = database.asSuperuser();
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT count(*) FROM command.reported_secret WHERE " + which)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void aMemberWithoutThePermissionIsForbiddenAndNamedIt() {
    Answer answer = one.post(admin, PATH, found("what is this?"));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body().path("permission").asString()).isEqualTo("leaks.report");
    assertThat(one.post("nobody", PATH, found("what is this?")).status()).isEqualTo(401);
  }

  @Test
  void aThousandAreTakenAtOnceAndNoMore() {
    assertThat(one.post(OPERATOR, PATH, many(1_000)).body()).hasSize(1_000);
    assertThat(one.post(OPERATOR, PATH, many(1_001)).body().path("field").asString())
        .isEqualTo("body");
    assertThat(one.post(OPERATOR, PATH, "[]").body().path("field").asString()).isEqualTo("body");
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            "{\"token\":\"kl_live_%050d\",\"type\":\"a_key\",\"url\":\"%s\",\"source\":\"content\"}"
                .formatted(i, URL + "x".repeat(200)))
        .collect(Collectors.joining(",", "[", "]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | [0].token",
        "{\"token\":\" \"} | [0].token",
        "null | [0]",
      })
  void whatIsNoReportIsRefusedByItsField(String one, String field) {
    Answer answer = CommandServiceTest.one.post(OPERATOR, PATH, "[" + one + "]");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("field").asString()).isEqualTo(field);
  }

  @Test
  void whatIsOddOfOneKeepsNoneFromBeingLookedAt() {
    Made key = made();
    String odd =
        """
        [{"token":"%s","url":"ftp://code.example/","source":"a place","type":"%s"},
         {"token":"%s","url":"https://code.example/a b","source":"%s"}]
        """
            .formatted("x".repeat(600), "y".repeat(300), key.secret(), key.secret());
    assertThat(one.post(OPERATOR, PATH, odd).body())
        .extracting(item -> item.path("label").asString())
        .containsExactly("false_positive", "true_positive");
    assertThat(statusOf(key)).isEqualTo("key_not_active");
  }

  @Test
  void whereNotAllCanBeToldOfWhatIsKnownIsActedOnAndTheRestAskedAboutAgain() {
    Made known = made();
    Answer made = one.post(admin, organization.keys(), newKey("hidden", "live"));
    String hidden = made.body().required("secret").stringValue();
    tokenService.hidesSecrets(true);
    try {
      assertThat(one.post(OPERATOR, PATH, found(known.secret(), hidden)).code())
          .isEqualTo("unavailable");
      assertThat(statusOf(known)).isEqualTo("key_not_active");
    } finally {
      tokenService.hidesSecrets(false);
    }
    String id = made.body().at("/key/id").stringValue();
    tokenService.knowSecret(verifierOf(hidden), organization.id(), id);
    assertThat(withoutCredential(found(hidden)).status()).isEqualTo(202);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> statusOf(new Made(id, hidden)).equals("key_not_active"));
  }

  @Test
  void membersThatTheFormGetsLaterArePassedOver() {
    String body = "[{\"token\":\"x\",\"url\":\"\",\"source\":\"\",\"found_at\":7}]";
    assertThat(one.post(OPERATOR, PATH, body).status()).isEqualTo(200);
  }
}
