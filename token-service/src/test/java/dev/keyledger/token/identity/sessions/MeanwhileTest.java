package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.token.ParkingEncoder;
import dev.keyledger.token.ParkingEncoder.Parked;
import dev.keyledger.token.identity.people.Erasure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * What was found out about a person is true when it is acted on, though much happens in between:
 * here a request stands still behind its hash, or before a row that the test holds.
 */
@TestPropertySource(properties = "keyledger.people.hashing.threads=3")
class MeanwhileTest extends PeopleHttpTest {
  private static final String CHOSEN = "another long enough pass phrase";

  @Autowired private ParkingEncoder encoder;
  @Autowired private Erasure erasure;
  private final String email = someEmail();

  @Test
  void aSignInWithAPasswordThatIsChangedMeanwhileOpensNothing() throws Exception {
    PersonId person = org().member(email).person;
    Api.Answer here = signedIn(email);
    Parked signIn = encoder.parkMatch(PASSWORD);
    Future<Api.Answer> overlapping = begun(() -> signIn(email));
    signIn.awaitReached();

    assertThat(changePassword(here).status()).isEqualTo(204);
    signIn.release();

    assertThat(overlapping.get().code()).isEqualTo("401 invalid_credentials");
    assertThat(liveSessionsOf(person)).isEqualTo(1);
    assertThat(signInWith(CHOSEN).status()).isEqualTo(201);
  }

  @Test
  void aChallengeOfAPasswordThatIsChangedMeanwhileIsNotGiven() throws Exception {
    PersonId person = person(email, TOTP_SECRET, false);
    Api.Answer here = verify(signIn(email).field("challenge"), code());
    Parked signIn = encoder.parkMatch(PASSWORD);
    Future<Api.Answer> overlapping = begun(() -> signIn(email));
    signIn.awaitReached();

    assertThat(changePassword(here).status()).isEqualTo(204);
    signIn.release();

    assertThat(overlapping.get().code()).isEqualTo("401 invalid_credentials");
    assertThat(count("challenge", person)).isZero();
    assertThat(signInWith(CHOSEN).status()).isEqualTo(202);
  }

  @Test
  void ofTwoChangesFromTheSamePasswordTheFirstHolds() throws Exception {
    org().member(email);
    Api.Answer here = signedIn(email);
    Api.Answer elsewhere = signedIn(email);
    String late = "a pass phrase that came late";
    Parked hashing = encoder.parkEncode(late);
    Future<Api.Answer> overlapping = begun(() -> changePassword(elsewhere, late));
    hashing.awaitReached();

    assertThat(changePassword(here).status()).isEqualTo(204);
    hashing.release();

    assertThat(overlapping.get().status()).isEqualTo(401);
    assertThat(signInWith(late).status()).isEqualTo(401);
    assertThat(signInWith(CHOSEN).status()).isEqualTo(201);
  }

  @Test
  void whoIsErasedMeanwhileIsUnknown() throws Exception {
    PersonId person = org().member(email).person;
    Parked signIn = encoder.parkMatch(PASSWORD);
    Future<Api.Answer> overlapping = begun(() -> signIn(email));
    signIn.awaitReached();

    assertThat(erasure.erase(person)).isTrue();
    signIn.release();

    assertThat(overlapping.get().code()).isEqualTo("401 invalid_credentials");
  }

  @Test
  void anInvitationThatIsWithdrawnMeanwhileSetsNoPassword() throws Exception {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);
    Parked hashing = encoder.parkEncode(CHOSEN);
    Future<Api.Answer> overlapping =
        begun(() ->
            api.post(
                "/v1/invitations/accept", Map.of("token", membership.token, "password", CHOSEN)));
    hashing.awaitReached();

    membership.removed();
    hashing.release();

    assertThat(overlapping.get().code()).isEqualTo("401 invalid_invitation");
    assertThat(count("password", membership.person)).isZero();
    assertThat(count("accepted_membership", membership.person)).isZero();
  }

  @Test
  void aCodeOfASecondStepThatIsReplacedMeanwhileIsWrong() throws Exception {
    PersonId person = person(email, TOTP_SECRET, false);
    String challenge = signIn(email).field("challenge");
    try (var rows = new HeldRows()) {
      rows.change("update totp set secret_sealed = 'another' where person_id = ?", person.uuid());
      Future<Api.Answer> overlapping = begun(() -> verify(challenge, code()));
      rows.awaitWaiting();
      rows.commit();

      assertThat(overlapping.get().code()).isEqualTo("401 invalid_code");
    }
    assertThat(liveSessionsOf(person)).isZero();
  }

  @Test
  void aSessionThatEndsMeanwhileEnrolsNoSecondStep() throws Exception {
    PersonId person = org().member(email).person;
    Api.Answer session = signedIn(email);
    byte[] secret =
        secretOf(
            api.post(
                "/v1/me/totp",
                session.field("access_token"),
                Map.of("current_password", PASSWORD)));
    try (var rows = new HeldRows()) {
      rows.hold("select from person where person_id = ? for no key update", person.uuid());
      rows.hold("select from totp where person_id = ? for update", person.uuid());
      Future<Api.Answer> overlapping =
          begun(() ->
              api.post(
                  "/v1/me/totp/confirm",
                  session.field("access_token"),
                  Map.of("code", codeOf(secret))));
      rows.awaitWaiting();
      rows.change(
          "update session set ended_at = now(), ended_because = 'signed_out' where person_id = ?",
          person.uuid());
      rows.commit();

      assertThat(overlapping.get().code()).isEqualTo("401 invalid_token");
    }
    assertThat(signIn(email).status()).as("asked for no second step").isEqualTo(201);
  }

  @Test
  void aSecondStepThatIsEnrolledMeanwhileIsNotReplacedWithoutACodeOfIt() throws Exception {
    PersonId person = org().member(email).person;
    Api.Answer session = signedIn(email);
    try (var rows = new HeldRows()) {
      rows.hold("select from person where person_id = ? for no key update", person.uuid());
      rows.enrol(person);
      Future<Api.Answer> overlapping =
          begun(() ->
              api.post(
                  "/v1/me/totp",
                  session.field("access_token"),
                  Map.of("current_password", PASSWORD)));
      rows.awaitWaiting();
      rows.commit();

      assertThat(overlapping.get().code()).isEqualTo("403 second_step_required");
    }
  }

  @Test
  void switchingAsksForASecondStepThatIsEnrolledMeanwhile() throws Exception {
    Org from = new Org("canonical", SecondStep.WHEN_ENROLLED);
    Org to = new Org("canonical", SecondStep.WHEN_ENROLLED);
    to.member(email);
    PersonId person = from.member(email).person;
    Api.Answer session =
        api.post(
            "/v1/sessions",
            Map.of("email", email, "password", PASSWORD, "organization", from.slug));
    try (var rows = new HeldRows()) {
      rows.hold("select from person where person_id = ? for no key update", person.uuid());
      rows.hold("select from session where person_id = ? for update", person.uuid());
      Future<Api.Answer> overlapping =
          begun(() ->
              api.post(
                  "/v1/sessions/current/organization",
                  session.field("access_token"),
                  Map.of(
                      "organization", to.slug, "refresh_token", session.field("refresh_token"))));
      rows.awaitWaiting();
      rows.enrol(person);
      rows.commit();

      assertThat(overlapping.get().status()).isEqualTo(202);
    }
  }

  /** Rows that another transaction holds until the test lets go. */
  private static final class HeldRows implements AutoCloseable {
    private final Connection connection;
    private final int holder;

    HeldRows() throws SQLException {
      connection = DATABASE.dataSource().getConnection();
      connection.setAutoCommit(false);
      holder = connection.unwrap(PGConnection.class).getBackendPID();
    }

    void hold(String select, UUID person) throws SQLException {
      try (var statement = connection.prepareStatement(select)) {
        statement.setObject(1, person);
        statement.executeQuery();
      }
    }

    void change(String update, UUID person) throws SQLException {
      try (var statement = connection.prepareStatement(update)) {
        statement.setObject(1, person);
        assertThat(statement.executeUpdate()).isPositive();
      }
    }

    void enrol(PersonId person) throws SQLException {
      change(
          "insert into totp (person_id, secret_sealed, confirmed_at) values (?, 'sealed', now())",
          person.uuid());
    }

    /** Until another transaction waits for what is held here. */
    void awaitWaiting() {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              DATABASE
                  .jdbc()
                  .sql(
                      """
                      select exists (select from pg_stat_activity
                                     where cast(:holder as integer) = any (pg_blocking_pids(pid)))
                      """)
                  .param("holder", holder)
                  .query(Boolean.class)
                  .single());
    }

    void commit() throws SQLException {
      connection.commit();
    }

    @Override
    public void close() throws SQLException {
      connection.rollback();
      connection.setAutoCommit(true);
      connection.close();
    }
  }

  private static Future<Api.Answer> begun(Callable<Api.Answer> request) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return request.call();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private Api.Answer changePassword(Api.Answer session) {
    return changePassword(session, CHOSEN);
  }

  private Api.Answer changePassword(Api.Answer session, String wanted) {
    return api.post(
        "/v1/me/password",
        session.field("access_token"),
        Map.of("current_password", PASSWORD, "new_password", wanted));
  }

  private Api.Answer signInWith(String password) {
    return api.post("/v1/sessions", Map.of("email", email, "password", password));
  }

  private static int liveSessionsOf(PersonId person) {
    return DATABASE
        .jdbc()
        .sql("select count(*) from session where person_id = ? and ended_at is null")
        .param(person.uuid())
        .query(Integer.class)
        .single();
  }

  private static int count(String table, PersonId person) {
    return DATABASE
        .jdbc()
        .sql("select count(*) from " + table + " where person_id = ?")
        .param(person.uuid())
        .query(Integer.class)
        .single();
  }
}
