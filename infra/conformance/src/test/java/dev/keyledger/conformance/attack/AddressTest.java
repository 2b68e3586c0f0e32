package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Who is quicker to set up somebody else's address gains nothing that lasts. */
class AddressTest extends Attack {
  private static final Pattern TOKEN = Pattern.compile("#(kl[a-z]_[A-Za-z0-9_-]+)");
  private static final String ATTACKERS_PASSWORD = "a long pass phrase of mallory's 9";

  private boolean mailed;

  @AfterEach
  void asOtherSentencesKnowIt() {
    if (mailed) {
      platform().cluster().setUpMail(false);
    }
  }

  @TestFactory
  Stream<DynamicTest> addresses() {
    return Stream.of(
        sentence("Who proves an address takes it from who was quicker", this::squatted));
  }

  private void squatted() {
    String evil = someone("evil");
    String mallory = someone("mallory");
    String email = someone("vivian") + "@people.test";
    Map<String, String> known =
        given(
            evil + " is a live organisation on standard",
            mallory + " is owner of " + evil + " and signed in");
    Request invitation =
        Request.post(
                "/v1/organizations/" + known.get(evil + ".slug") + "/members",
                Map.of("email", email, "role", "owner"))
            .as(known.get(mallory + ".token"))
            .with("Prefer", "wait=10");
    succeed(accept(succeed(invitation).field("invitation_token"), ATTACKERS_PASSWORD));
    Answered quicker = succeed(signIn(email, ATTACKERS_PASSWORD));
    String secret =
        succeed(
                Request.post("/v1/me/totp", Map.of("current_password", ATTACKERS_PASSWORD))
                    .as(quicker.field("access_token")))
            .field("secret");
    succeed(
        Request.post("/v1/me/totp/confirm", Map.of("code", code(secret, Duration.ZERO)))
            .as(quicker.field("access_token")));

    mailed = true;
    platform().cluster().setUpMail(true);
    // Mail is no help to mallory, who reads none of vivian's.
    refused(202, Request.post("/v1/password-resets", Map.of("email", email)));
    String home = someone("home");
    Map<String, String> real = given(home + " is a live organisation on standard");
    Answered invited =
        succeed(
            asOperator(
                Request.post(
                        "/v1/organizations/" + real.get(home + ".slug") + "/members",
                        Map.of("email", email, "role", "developer"))
                    .with("Prefer", "wait=10")));
    assertThat(invited.text()).doesNotContain("invitation_token", "kli_");

    succeed(accept(mailedTo(email, "Invitation"), PASSWORD));

    for (Door door : Door.values()) {
      Answered refused = ask(door.signIn(email, ATTACKERS_PASSWORD, "203.0.113.61"));
      assertThat(refused.isSuccess()).as(door + ": " + refused).isFalse();
    }
    refused(
        401,
        Request.post(
            "/v1/sessions/refresh", Map.of("refresh_token", quicker.field("refresh_token"))));
    Request sessions = Request.get("/v1/sessions").as(quicker.field("access_token"));
    await().untilAsserted(() -> refused(401, sessions));
    Answered own = succeed(signIn(email, PASSWORD));
    assertThat(own.status()).as("no second step of mallory's is asked for").isEqualTo(201);
    assertThat(ask(signInTo(email, known.get(evil + ".slug"))).isSuccess())
        .as("mallory's organisation is none of vivian's")
        .isFalse();
    succeed(signInTo(email, real.get(home + ".slug")));
    // The reset that mallory asked for is vivian's to use, and nobody else's.
    succeed(
        Request.post(
            "/v1/password-resets/confirm",
            Map.of(
                "token",
                mailedTo(email, "A new password"),
                "password",
                "another honest pass phrase 8")));
    refused(401, signIn(email, PASSWORD));
  }

  private String mailedTo(String email, String subject) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                letters().stream()
                    .filter(letter -> letter.contains("To: " + email))
                    .filter(letter -> letter.contains("Subject: " + subject))
                    .map(TOKEN::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .toList(),
            found -> !found.isEmpty())
        .getLast();
  }

  private List<String> letters() {
    Path folder = platform().cluster().mail();
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".eml"))
          .sorted()
          .map(AddressTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Request accept(String token, String password) {
    return Request.post("/v1/invitations/accept", Map.of("token", token, "password", password));
  }

  private static Request signIn(String email, String password) {
    return Door.CANONICAL.signIn(email, password, "203.0.113.62");
  }

  private static Request signInTo(String email, String organization) {
    return Request.post(
            "/v1/sessions",
            Map.of("email", email, "password", PASSWORD, "organization", organization))
        .with("X-Forwarded-For", "203.0.113.62");
  }
}
