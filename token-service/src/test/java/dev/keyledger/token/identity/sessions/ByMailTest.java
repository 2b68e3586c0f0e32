package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.token.AtOnce;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** What becomes of people once mail is set up: an address belongs to who reads its mail. */
class ByMailTest extends PeopleHttpTest {
  private static final String OWN = "a pass phrase of the real owner 7";
  private static final Pattern TOKEN = Pattern.compile("#(kl[a-z]_[A-Za-z0-9_-]+)");
  private static final Path FOLDER = folder();

  private final String email = someEmail();

  @DynamicPropertySource
  static void mail(DynamicPropertyRegistry registry) {
    registry.add("keyledger.mail.transport", () -> "folder");
    registry.add("keyledger.mail.folder", FOLDER::toString);
    registry.add("keyledger.mail.from", () -> "keyledger@example.com");
    registry.add("keyledger.mail.base-url", () -> "https://app.example.com");
  }

  @Test
  void anInvitationGoesToTheAddressAndProvesIt() {
    Membership membership = org().invite(email);
    assertThat(membership.token).isNull();
    assertThat(isProven(membership.person)).isFalse();
    membership.added(Role.OWNER);

    String token = token("Invitation");

    assertThat(accept(token, PASSWORD).status()).isEqualTo(200);
    assertThat(isProven(membership.person)).isTrue();
    assertThat(signIn(email).status()).isEqualTo(201);
  }

  @Test
  void anInvitationThatIsSentAgainTakesTheFormerOnesPlace() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    String first = token("Invitation");

    Api.Answer again = again(membership);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.field("invitation_token")).isNull();
    String last = awaitLetters("Invitation", 2).getLast();

    assertThat(accept(first, PASSWORD).code()).isEqualTo("401 invalid_invitation");
    assertThat(accept(tokenOf(last), PASSWORD).status()).isEqualTo(200);
    assertThat(again(membership).code()).isEqualTo("409 invitation_accepted");
  }

  @Test
  void oneMemberIsNotInvitedWithoutEnd() {
    Membership membership = org().invite(email);
    for (int i = 0; i < 5; i++) {
      assertThat(again(membership).status()).isEqualTo(200);
    }
    Api.Answer sixth = again(membership);
    assertThat(sixth.code()).isEqualTo("429 too_many_invitations");
    assertThat(sixth.header("Retry-After")).isEqualTo("3600");
  }

  @Test
  void whetherSomebodyWouldBeInvitedIsAskedWithoutEndAndInvitesNobody() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    String first = token("Invitation");
    for (int i = 0; i < 9; i++) {
      assertThat(again("/check", membership).status()).isEqualTo(200);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(again(membership).status()).isEqualTo(200);
      assertThat(again("/check", membership).status()).isEqualTo(i < 4 ? 200 : 429);
    }
    assertThat(again("/check", membership).code()).isEqualTo("429 too_many_invitations");
    assertThat(accept(first, PASSWORD).code()).isEqualTo("401 invalid_invitation");

    String other = someEmail();
    Membership held = org().invite(other);
    held.added(Role.OWNER);
    String only = tokenTo(other, "Invitation");
    assertThat(again("/check", held).status()).isEqualTo(200);
    assertThat(accept(only, PASSWORD).status()).isEqualTo(200);
    assertThat(again("/check", held).code()).isEqualTo("409 invitation_accepted");
    assertThat(lettersTo(other, "Invitation")).hasSize(1);
  }

  @Test
  void whoWouldBeInvitedIsToldAndNobodyComesToBeKnownByIt() {
    Membership membership = org().invite(email);
    String stranger = someEmail();

    assertThat(invitee(email).field("person")).isEqualTo(membership.person.value());
    int people = people();
    assertThat(invitee(stranger).status()).isEqualTo(200);
    assertThat(invitee(stranger).field("person")).isNull();
    assertThat(people()).isEqualTo(people);
    assertThat(invitee("none").field("field")).isEqualTo("email");
  }

  @Test
  void thatAKeyLeakedIsToldToProvenAddressesAlone() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    assertThat(told(membership).path("put").asInt()).as("before it is proven").isZero();
    assertThat(accept(token("Invitation"), PASSWORD).status()).isEqualTo(200);

    assertThat(told(membership).path("put").asInt()).isEqualTo(1);
    assertThat(told(membership).path("put").asInt()).as("it would say the same").isZero();

    List<String> letters =
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> letters("A secret of an API key was found in public"), l -> !l.isEmpty());
    assertThat(letters)
        .singleElement()
        .asString()
        .contains("\"acme\"", "/v1/organizations/acme/events?type=key.leaked");
  }

  @Test
  void thatKeysEndSoonIsToldToProvenAddressesOnceForSoManyDays() {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);
    assertThat(toldOfEnds(membership, 7).json().path("put").asInt()).isZero();
    assertThat(accept(token("Invitation"), PASSWORD).status()).isEqualTo(200);

    assertThat(toldOfEnds(membership, 7).json().path("put").asInt()).isEqualTo(1);
    assertThat(toldOfEnds(membership, 7).json().path("put").asInt()).as("again").isZero();
    assertThat(toldOfEnds(membership, 1).json().path("put").asInt()).isEqualTo(1);
    assertThat(toldOfEnds(membership, 3).status()).isEqualTo(422);

    for (String within : List.of("7 days", "a day")) {
      assertThat(
              await()
                  .atMost(Duration.ofSeconds(10))
                  .until(() -> letters("API keys end within " + within), l -> !l.isEmpty()))
          .singleElement()
          .asString()
          .contains("\"acme\"", "/v1/organizations/acme/events?type=key.ending_soon");
    }
  }

  private Api.Answer toldOfEnds(Membership membership, int days) {
    return api.post(
        "/internal/v1/people/ending-letters",
        internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
        Map.of(
            "organization",
            "acme",
            "people",
            List.of(membership.person.value()),
            "days_left",
            days));
  }

  private JsonNode told(Membership membership) {
    Api.Answer answer =
        api.post(
            "/internal/v1/people/leak-letters",
            internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
            Map.of("organization", "acme", "people", List.of(membership.person.value())));
    assertThat(answer.status()).isEqualTo(200);
    return answer.json();
  }

  private Api.Answer invitee(String address) {
    return api.post(
        "/internal/v1/invitations/invitee",
        internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
        Map.of("email", address));
  }

  private static int people() {
    return DATABASE.jdbc().sql("select count(*) from person").query(Integer.class).single();
  }

  @Test
  void whatIsTakenBackIsNotSentAndCannotBeAccepted() {
    Membership kept = org().invite(email);
    Membership removed = org().invite(email);
    removed.added(Role.OWNER);
    removed.removed();
    kept.added(Role.OWNER);

    assertThat(accept(token("Invitation"), PASSWORD).field("member")).isEqualTo(kept.id.value());
    assertThat(letters("Invitation")).hasSize(1);
  }

  @Test
  void whoProvesAnAddressTakesTheIdentityFromWhoWasQuicker() {
    Membership squatted = squat(TOTP_SECRET);
    Org home = org();
    Membership real = home.invite(email);
    real.added(Role.DEVELOPER);

    // The squatter's password and session are good for nothing more than before.
    String squatters = verify(signIn(email).field("challenge"), code()).field("access_token");
    assertThat(squatters).isNotNull();
    String token = invitation(real);
    Api.Answer accepted = accept(token, OWN);

    assertThat(accepted.status()).isEqualTo(200);
    assertThat(accepted.field("member")).isEqualTo(real.id.value());
    assertThat(signIn(email).code()).isEqualTo("401 invalid_credentials");
    assertThat(api.get("/v1/sessions", squatters).status()).isEqualTo(401);
    Api.Answer own = api.post("/v1/sessions", Map.of("email", email, "password", OWN));
    assertThat(own.status()).as("no second step of a stranger's").isEqualTo(201);
    assertThat(claimsOf(own.field("access_token"))).contains(home.id.value());
    assertThat(
            api.post(
                    "/v1/sessions",
                    Map.of("email", email, "password", OWN, "organization", squatted.org.slug))
                .status())
        .as("what the squatter accepted is an invitation again")
        .isEqualTo(401);
    assertThat(awaitLetters("Your account is yours", 1)).hasSize(1);
    assertThat(accept(token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
  }

  @Test
  void whoIsSignedInAndShowsWhatCameByMailKeepsWhatIsTheirs() {
    Membership before = squat(null);
    Membership second = org().invite(email);
    second.added(Role.DEVELOPER);
    String own = signedIn(email).field("access_token");

    assertThat(
            api.post("/v1/invitations/accept", own, Map.of("token", invitation(second))).status())
        .isEqualTo(200);

    assertThat(isProven(before.person)).isTrue();
    assertThat(api.get("/v1/sessions", own).status()).isEqualTo(200);
    assertThat(
            api.post(
                    "/v1/sessions",
                    Map.of("email", email, "password", PASSWORD, "organization", before.org.slug))
                .status())
        .isEqualTo(201);
  }

  @Test
  void aProvenIdentityIsTakenByNoInvitation() {
    Membership first = org().invite(email);
    first.added(Role.OWNER);
    accept(token("Invitation"), PASSWORD);
    Membership second = org().invite(email);
    second.added(Role.OWNER);

    String token = tokenOf(awaitLetters("Invitation", 2).getLast());
    assertThat(accept(token, OWN).code()).isEqualTo("401 sign_in_required");
    assertThat(signIn(email).status()).isEqualTo(201);
  }

  @Test
  void anInvitationFromBeforeMailIsAcceptedForNoAddressThatIsNotProven() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    String token = token("Invitation");
    DATABASE.jdbc().sql("update invitation set mailed = false").update();

    assertThat(accept(token, PASSWORD).code()).isEqualTo("403 address_not_proven");
    assertThat(signIn(email).status()).isEqualTo(401);
  }

  @Test
  void aForgottenPasswordIsRenewedByATokenThatWorksOnceAndEndsAllSessions() throws Exception {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    accept(token("Invitation"), PASSWORD);
    enrolSecondStep();
    Api.Answer session = verify(signIn(email).field("challenge"), code());
    assertThat(session.status()).isEqualTo(201);
    clock.advance(Duration.ofSeconds(30));

    assertThat(forget(email).status()).isEqualTo(202);
    String token = token("A new password");
    assertThat(renew(token, "short").field("field")).isEqualTo("password");
    List<Integer> statuses = AtOnce.run(2, () -> renew(token, OWN).status());

    assertThat(statuses).containsExactlyInAnyOrder(204, 401);
    assertThat(renew(token, PASSWORD).code()).isEqualTo("401 invalid_reset_token");
    assertThat(refresh(session.field("refresh_token")).status()).isEqualTo(401);
    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(401);
    assertThat(signIn(email).status()).isEqualTo(401);
    Api.Answer again = api.post("/v1/sessions", Map.of("email", email, "password", OWN));
    assertThat(again.status()).as("the second step stays").isEqualTo(202);
    assertThat(verify(again.field("challenge"), code()).status()).isEqualTo(201);
    assertThat(awaitLetters("Your password was changed", 1)).hasSize(1);
  }

  @Test
  void aResetLivesForHalfAnHourAndNewOnesEndWithTheOneThatIsUsed() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    accept(token("Invitation"), PASSWORD);
    forget(email);
    String first = token("A new password");
    clock.advance(Duration.ofMinutes(30));
    assertThat(renew(first, OWN).code()).isEqualTo("401 invalid_reset_token");
    forget(email);
    String second = tokenOf(awaitLetters("A new password", 2).getLast());
    forget(email);
    String third = tokenOf(awaitLetters("A new password", 3).getLast());

    assertThat(renew(second, OWN).status()).isEqualTo(204);
    assertThat(renew(third, OWN).code()).isEqualTo("401 invalid_reset_token");
  }

  @Test
  void aResetTakesAnIdentityThatNobodyHadProvenFromWhoWasQuicker() {
    Membership squatted = squat(TOTP_SECRET);
    forget(email);

    assertThat(renew(token("A new password"), OWN).status()).isEqualTo(204);

    assertThat(signIn(email).status()).isEqualTo(401);
    Api.Answer own = api.post("/v1/sessions", Map.of("email", email, "password", OWN));
    assertThat(own.status()).as("no second step of a stranger's").isEqualTo(201);
    assertThat(claimsOf(own.field("access_token")))
        .as("no membership that a stranger accepted")
        .doesNotContain(squatted.org.id.value());
  }

  @Test
  void askingTellsNothingAndMailsTheInvitedAndTheUnknownNothing() {
    Membership known = org().invite(email);
    known.added(Role.OWNER);
    accept(token("Invitation"), PASSWORD);
    String invited = someEmail();
    org().invite(invited);
    String unknown = someEmail();

    Api.Answer answer = forget(email);
    for (String other : List.of(invited, unknown, "no address", "x@" + "y".repeat(300))) {
      Api.Answer same = forget(other);
      assertThat(same.status()).isEqualTo(answer.status()).isEqualTo(202);
      assertThat(same.text()).isEqualTo(answer.text());
      assertThat(same.headers().keySet()).isEqualTo(answer.headers().keySet());
    }
    // The one thread works them off in turn: this comes behind those.
    forget(email);
    awaitLetters("A new password", 2);
    assertThat(lettersTo(invited, "A new password")).isEmpty();
    assertThat(lettersTo(unknown, "A new password")).isEmpty();
  }

  @Test
  void oneAddressAndOneNetworkGetSoManyResets() {
    Membership known = org().invite(email);
    known.added(Role.OWNER);
    accept(token("Invitation"), PASSWORD);
    for (int i = 0; i < 29; i++) {
      assertThat(forget(email).status()).isEqualTo(202);
    }
    forget(someEmail());
    Api.Answer beyond = forget(email);
    assertThat(beyond.code()).isEqualTo("429 too_many_resets");
    assertThat(beyond.header("Retry-After")).isEqualTo("3600");
    assertThat(anotherAddress().post("/v1/password-resets", Map.of("email", email)).status())
        .isEqualTo(202);
    awaitLetters("A new password", 5);
    assertThat(
            DATABASE
                .jdbc()
                .sql("select count(*) from mailed_token where person_id = :person")
                .param("person", known.person.uuid())
                .query(Integer.class)
                .single())
        .isEqualTo(5);
  }

  @Test
  void changesAreToldToTheProvenAddressAlone() {
    squat(null);
    change(PASSWORD, "another pass phrase of theirs 3");
    assertThat(letters("Your password was changed")).isEmpty();

    String other = someEmail();
    Membership membership = org().invite(other);
    membership.added(Role.OWNER);
    accept(tokenTo(other, "Invitation"), PASSWORD);
    String session = signedIn(other).field("access_token");
    api.post(
        "/v1/me/password",
        session,
        Map.of("current_password", PASSWORD, "new_password", "another pass phrase of theirs 3"));
    await()
        .untilAsserted(() -> {
          clock.advance(Duration.ofSeconds(1));
          assertThat(lettersTo(other, "Your password was changed")).hasSize(1);
        });
    assertThat(letters("Your password was changed")).isEmpty();
  }

  @Test
  void anAddressIsChangedByProvingBothSignedIn() {
    joined();
    String own = signedIn(email).field("access_token");
    String other = someEmail();
    org();
    String wanted = someEmail();
    forget(email);
    String reset = token("A new password");

    assertThat(change(own, "a wrong password of theirs", wanted).code())
        .isEqualTo("401 invalid_credentials");
    assertThat(change(own, PASSWORD, "no address").field("field")).isEqualTo("email");
    assertThat(change(own, PASSWORD, wanted).status()).isEqualTo(202);
    String token = tokenTo(wanted, "Your new address");
    String consent = token("Your account is to have another address");

    assertThat(confirm(own, token, null).code()).isEqualTo("401 invalid_address_token");
    assertThat(confirm(own, token, token).code()).isEqualTo("401 invalid_address_token");
    assertThat(confirm(own, consent, token).code()).isEqualTo("401 invalid_address_token");
    person(other, null, false);
    assertThat(confirm(signedIn(other).field("access_token"), token, consent).code())
        .isEqualTo("401 invalid_address_token");
    assertThat(signIn(email).status()).isEqualTo(201);

    assertThat(confirm(own, token, consent).status()).isEqualTo(204);

    assertThat(confirm(own, token, consent).code()).isEqualTo("401 invalid_address_token");
    assertThat(signIn(wanted).status()).isEqualTo(201);
    assertThat(signIn(email).status()).isEqualTo(401);
    assertThat(awaitLetters("The address of your account was changed", 1)).hasSize(1);
    assertThat(lettersTo(wanted, "The address of your account was changed")).isEmpty();
    assertThat(renew(reset, OWN).code())
        .as("the former address is good for nothing")
        .isEqualTo("401 invalid_reset_token");
  }

  @Test
  void anAddressThatIsAnothersIsToldToWhoReadsItsMailAlone() {
    joined();
    String taken = someEmail();
    person(taken, null, false);
    String own = signedIn(email).field("access_token");

    assertThat(change(own, PASSWORD, taken).status()).isEqualTo(202);
    String token = tokenTo(taken, "Your new address");
    String consent = token("Your account is to have another address");

    assertThat(confirm(own, token, consent).code()).isEqualTo("409 address_taken");
    assertThat(letters("The address of your account was changed")).isEmpty();
    assertThat(signIn(email).status()).isEqualTo(201);
    assertThat(signIn(taken).status()).isEqualTo(201);
  }

  @Test
  void whoAsksForTheAddressThatTheyHaveProvesIt() {
    Membership membership = squat(null);
    String own = signedIn(email).field("access_token");

    assertThat(change(own, PASSWORD, email).status()).isEqualTo(202);
    assertThat(confirm(own, token("Your new address"), null).status()).isEqualTo(204);

    assertThat(isProven(membership.person)).isTrue();
    assertThat(api.get("/v1/sessions", own).status()).isEqualTo(200);
  }

  @Test
  void aDemonstrationShowsItsLettersAsTextAndNothingElse() {
    String odd = "a&b'" + email;
    org().invite(odd).added(Role.OWNER);
    String token = tokenTo(odd, "Invitation");

    Api.Answer page = api.get("/v1/demonstration/mail", null);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(page.text()).contains(token, "a&amp;b&#39;" + email).doesNotContain("a&b");
  }

  private void joined() {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    assertThat(accept(token("Invitation"), PASSWORD).status()).isEqualTo(200);
  }

  private Api.Answer change(String session, String password, String wanted) {
    return api.post("/v1/me/email", session, Map.of("current_password", password, "email", wanted));
  }

  private Api.Answer confirm(String session, String token, String consent) {
    return api.post(
        "/v1/me/email/confirm",
        session,
        consent == null ? Map.of("token", token) : Map.of("token", token, "consent", consent));
  }

  /** As it was set up before there was mail, by whoever held the invitation. */
  private Membership squat(String totpSecret) {
    Membership membership = org().invite(email);
    membership.added(Role.OWNER);
    Map<String, Object> body =
        new HashMap<>(Map.of("email", email, "password", PASSWORD, "accept_memberships", true));
    if (totpSecret != null) {
      body.put("totp_secret", totpSecret);
    }
    api.post(
        "/internal/v1/demonstration/people",
        internalTokens.make(ServicePair.SEEDER_TO_TOKEN),
        body);
    DATABASE
        .jdbc()
        .sql("update person set email_proven_at = null where person_id = :person")
        .param("person", membership.person.uuid())
        .update();
    DATABASE
        .jdbc()
        .sql("delete from mail where person_id = :person")
        .param("person", membership.person.uuid())
        .update();
    DATABASE
        .jdbc()
        .sql("delete from invitation where person_id = :person")
        .param("person", membership.person.uuid())
        .update();
    forgetLetters();
    return membership;
  }

  private void forgetLetters() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(f -> read(f).contains("To: " + email)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void enrolSecondStep() {
    Map<String, Object> body =
        Map.of("email", email, "password", PASSWORD, "totp_secret", TOTP_SECRET);
    api.post(
        "/internal/v1/demonstration/people",
        internalTokens.make(ServicePair.SEEDER_TO_TOKEN),
        body);
  }

  private void change(String from, String to) {
    Api.Answer changed =
        api.post(
            "/v1/me/password",
            signedIn(email).field("access_token"),
            Map.of("current_password", from, "new_password", to));
    assertThat(changed.status()).isEqualTo(204);
  }

  private Api.Answer forget(String address) {
    return api.post("/v1/password-resets", Map.of("email", address));
  }

  private Api.Answer renew(String token, String password) {
    return api.post("/v1/password-resets/confirm", Map.of("token", token, "password", password));
  }

  private Api.Answer accept(String token, String password) {
    return api.post("/v1/invitations/accept", Map.of("token", token, "password", password));
  }

  private Api.Answer again(Membership membership) {
    return again("", membership);
  }

  private Api.Answer again(String path, Membership membership) {
    return api.post(
        "/internal/v1/invitations/again" + path,
        internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
        Map.of(
            "organization",
            membership.org.id.value(),
            "member",
            membership.id.value(),
            "person",
            membership.person.value()));
  }

  private boolean isProven(PersonId person) {
    return DATABASE
        .jdbc()
        .sql("select email_proven_at is not null from person where person_id = :person")
        .param("person", person.uuid())
        .query(Boolean.class)
        .single();
  }

  private String token(String subject) {
    return tokenTo(email, subject);
  }

  /** Of that membership alone: the letter of one before may be on its way to the folder still. */
  private String invitation(Membership membership) {
    await()
        .untilAsserted(() -> {
          clock.advance(Duration.ofSeconds(1));
          assertThat(invitationsOf(membership)).hasSize(1);
        });
    return tokenOf(invitationsOf(membership).getFirst());
  }

  private List<String> invitationsOf(Membership membership) {
    return letters("Invitation").stream()
        .filter(letter -> letter.contains("\"" + membership.org.slug + "\""))
        .toList();
  }

  private String tokenTo(String address, String subject) {
    await()
        .untilAsserted(() -> {
          // A letter that waits for its membership is looked at again a second later.
          clock.advance(Duration.ofSeconds(1));
          assertThat(lettersTo(address, subject)).hasSize(1);
        });
    return tokenOf(lettersTo(address, subject).getFirst());
  }

  private List<String> awaitLetters(String subject, int many) {
    await()
        .untilAsserted(() -> {
          clock.advance(Duration.ofSeconds(1));
          assertThat(letters(subject)).hasSize(many);
        });
    return letters(subject);
  }

  private static String tokenOf(String letter) {
    Matcher found = TOKEN.matcher(letter);
    assertThat(found.find()).as(letter).isTrue();
    return found.group(1);
  }

  private List<String> letters(String subject) {
    return lettersTo(email, subject);
  }

  /** In the order in which they were put. */
  private static List<String> lettersTo(String address, String subject) {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".eml"))
          .sorted()
          .map(ByMailTest::read)
          .filter(letter -> letter.contains("To: " + address))
          .filter(letter -> letter.contains("Subject: " + subject))
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

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "mail-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
