package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.spring.EndpointAccess;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Topics;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeysFile;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TokenServiceApplication;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Both halves of the service together: what Kafka tells decides who signs in. */
@SpringBootTest(
    classes = TokenServiceApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=token-service",
      "management.server.port=0",
      "keyledger.trusted-proxies=127.0.0.1/32,::1/128",
      "keyledger.people.hashing.memory=1024",
      "keyledger.people.hashing.iterations=1",
      "keyledger.bootstrap-operator.email=first-operator@example.com"
    })
class WholeServiceTest {
  private static final String PASSWORD = "keyledger-demo-2026";
  private static final TestServerKeys SERVER_KEYS = new TestServerKeys();

  @TempDir static Path folder;

  @LocalServerPort private int port;
  @Autowired private ApplicationContext context;
  @Autowired private AccessState state;
  @Autowired private ReplicaFreshness freshness;
  @Autowired private InternalTokens internalTokens;
  @Autowired private KafkaSettings kafka;

  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private final String slug = "org-" + organization.uuid();
  private final String email = PeopleHttpTest.someEmail();
  private Api api;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry registry) {
    String bootstrap = Servers.forTests().bootstrapServers();
    new TestLedger(bootstrap).close();
    registry.add("keyledger.kafka.bootstrap-servers", () -> bootstrap);
    Servers.forTests()
        .freshDatabase()
        .migrate("token")
        .settings("token")
        .forEach((name, value) -> registry.add(name, () -> value));
    String json = SERVER_KEYS.json();
    registry.add("keyledger.server-keys.json", () -> json);
    registry.add(
        "keyledger.bootstrap-operator.invitation-file",
        () -> folder.resolve("operator-invitation").toString());
  }

  @BeforeEach
  void ready() {
    api = Api.at(port);
    await().atMost(Duration.ofSeconds(60)).until(freshness::isFresh);
  }

  @Test
  void everyEndpointDeclaresWhoMayCallIt() {
    assertThat(EndpointAccess.undeclaredIn(context)).isEmpty();
  }

  @Test
  void aMemberSignsInByWhatKafkaTellsAndSigningOutIsInForceEverywhere() throws Exception {
    acceptedMember();
    Api.Answer session = signIn();
    assertThat(session.status()).isEqualTo(201);
    String token = session.field("access_token");
    assertThat(api.get("/v1/sessions", token).status()).isEqualTo(200);

    Api.Answer ended = api.delete("/v1/sessions/current", token, Map.of("Prefer", "wait=10"));

    assertThat(ended.status()).isEqualTo(204);
    assertThat(ended.header("Keyledger-In-Force")).isEqualTo("true");
    assertThat(ended.header("Preference-Applied")).isEqualTo("wait=10");
    assertThat(api.get("/v1/sessions", token).status()).isEqualTo(401);
    assertThat(
            api.post(
                    "/v1/sessions/refresh", Map.of("refresh_token", session.field("refresh_token")))
                .status())
        .isEqualTo(401);
  }

  @Test
  void aRemovedMembersSessionIsRefusedAtOnce() throws Exception {
    PersonId person = acceptedMember();
    Api.Answer session = signIn();
    publish(new MemberAccess(organization, 2, member, person, Role.OWNER, true));
    await().atMost(Duration.ofSeconds(30)).until(() -> state.positionOf(organization) == 2);

    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(401);
    assertThat(
            api.post(
                    "/v1/sessions/refresh", Map.of("refresh_token", session.field("refresh_token")))
                .code())
        .isEqualTo("401 invalid_refresh_token");
  }

  @Test
  void rfc7009_section_2_1_aPersonEndsTheirSessionByItsRefreshTokenAndNobodyElses()
      throws Exception {
    acceptedMember();
    String mine = signIn().field("access_token");
    Api.Answer other = signIn();
    String form = "token=" + other.field("refresh_token");
    Api.Answer stranger = api.postForm("/oauth2/revoke", strangersToken(), form);
    assertThat(stranger.field("error")).isEqualTo("unauthorized_client");
    assertThat(api.get("/v1/sessions", other.field("access_token")).status()).isEqualTo(200);

    assertThat(api.postForm("/oauth2/revoke", mine, form).status()).isEqualTo(200);

    assertThat(api.get("/v1/sessions", other.field("access_token")).status()).isEqualTo(401);
    assertThat(
            api.post("/v1/sessions/refresh", Map.of("refresh_token", other.field("refresh_token")))
                .code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.get("/v1/sessions", mine).status()).isEqualTo(200);
    assertThat(api.postForm("/oauth2/revoke", mine, form).status()).isEqualTo(200);
    assertThat(api.postForm("/oauth2/revoke", mine, "token=klr_unknown").status()).isEqualTo(200);
  }

  @Test
  void aPersonSignsOutByTheirSessionWhileTheViewIsTooOldToTell() throws Exception {
    PersonId person = acceptedMember();
    Api.Answer session = signIn();
    Api.Answer other = signIn();
    Api.Answer third = signIn();
    String token = session.field("access_token");
    try (var ledger = new TestLedger(kafka.bootstrapServers())) {
      ledger.begin();
      ledger.write(new MemberAccess(organization, 2, member, person, Role.ADMIN, false));
      await().atMost(Duration.ofSeconds(30)).until(() -> !freshness.isFresh());

      assertThat(signIn().code()).isEqualTo("503 not_fresh");
      assertThat(refresh(session).code()).isEqualTo("503 not_fresh");
      assertThat(api.get("/v1/sessions", token).status()).isEqualTo(200);
      assertThat(api.delete("/v1/sessions/current", token).status()).isEqualTo(204);
      assertThat(api.get("/v1/sessions", token).code()).isEqualTo("401 credential_revoked");
      // One token alone, by itself.
      String single = other.field("access_token");
      assertThat(api.postForm("/oauth2/revoke", single, "token=" + single).status()).isEqualTo(200);
      assertThat(api.get("/v1/sessions", single).code()).isEqualTo("401 credential_revoked");
      // What a token is worth elsewhere can't be told.
      String living = third.field("access_token");
      assertThat(api.postForm("/oauth2/introspect", living, "token=" + living).code())
          .isEqualTo("503 not_fresh");
      ledger.abort();
    }
    await().atMost(Duration.ofSeconds(30)).until(freshness::isFresh);
    assertThat(api.get("/v1/sessions", third.field("access_token")).status()).isEqualTo(200);
  }

  private Api.Answer refresh(Api.Answer session) {
    return api.post(
        "/v1/sessions/refresh", Map.of("refresh_token", session.field("refresh_token")));
  }

  private String strangersToken() {
    return context
        .getBean(AccessTokens.class)
        .issueSession(
            new SessionGrant(
                PersonId.of(UuidCreator.getTimeOrderedEpoch()),
                SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                true,
                null,
                java.time.Instant.now(),
                Duration.ofMinutes(1),
                java.time.Instant.now().plus(Duration.ofDays(1))))
        .token()
        .revealSecret();
  }

  @Test
  void theFirstOperatorComesToBeByAFileThatOnlyItsOwnerMayRead() throws Exception {
    Path file = folder.resolve("operator-invitation");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String token = Files.readString(file).strip();
    assertThat(operators()).isZero();

    assertThat(
            api.post("/v1/invitations/accept", Map.of("token", token, "password", PASSWORD))
                .status())
        .isEqualTo(200);
    Api.Answer first =
        api.post(
            "/v1/sessions", Map.of("email", "first-operator@example.com", "password", PASSWORD));

    assertThat(first.field("second_step_enrolment")).isEqualTo("required");
    assertThat(
            api.post(
                    "/v1/me/totp",
                    first.field("access_token"),
                    Map.of("current_password", PASSWORD))
                .field("uri"))
        .startsWith("otpauth://totp/");
  }

  @Test
  void withoutTheDemonstrationFlagNobodyMakesDemonstrationPeopleAndTheSeedersKeyIsNone() {
    String seeder =
        new InternalTokens(SERVER_KEYS, context.getBean(Clock.class))
            .make(ServicePair.SEEDER_TO_TOKEN);
    assertThat(
            api.post(
                    "/internal/v1/demonstration/people",
                    seeder,
                    Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(404);
    assertThat(
            api.post("/internal/v1/people/data-keys", seeder, Map.of("people", List.of())).code())
        .isEqualTo("401 invalid_token");
    assertThat(context.getBean(ServerKeysFile.class).get().purposes())
        .doesNotContain(Purpose.SEEDER_TO_TOKEN);
  }

  private long operators() {
    return context
        .getBean(JdbcClient.class)
        .sql("select count(*) from person where operator")
        .query(Long.class)
        .single();
  }

  private PersonId acceptedMember() throws Exception {
    Api.Answer invited =
        api.post(
            "/internal/v1/invitations",
            internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
            Map.of("organization", organization.value(), "member", member.value(), "email", email));
    assertThat(invited.status()).isEqualTo(200);
    var person = new PersonId(invited.field("person"));
    publish(
        new OrganizationAccess(
            organization,
            0,
            slug,
            OrganizationKind.STANDARD,
            true,
            true,
            false,
            List.of(),
            PeopleHttpTest.policy("canonical", SecondStep.WHEN_ENROLLED)),
        new MemberAccess(organization, 1, member, person, Role.OWNER, false));
    await().atMost(Duration.ofSeconds(30)).until(() -> state.positionOf(organization) == 1);
    assertThat(
            api.post(
                    "/v1/invitations/accept",
                    Map.of("token", invited.field("invitation_token"), "password", PASSWORD))
                .status())
        .isEqualTo(200);
    return person;
  }

  private Api.Answer signIn() {
    return api.post(
        "/v1/sessions", Map.of("email", email, "password", PASSWORD, "organization", slug));
  }

  private void publish(AccessRecord... records) throws Exception {
    try (var producer = TestServerKeys.SEALS.producer(kafka.producer())) {
      for (AccessRecord record : records) {
        producer
            .send(
                new ProducerRecord<>(
                    Topics.ACCESS,
                    Topics.partitionOf(organization),
                    record.subject().value(),
                    EventCodec.encodeAccess(record)))
            .get();
      }
    }
  }
}
