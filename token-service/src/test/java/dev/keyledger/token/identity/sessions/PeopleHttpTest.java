package dev.keyledger.token.identity.sessions;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.access.AccessState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What tests of the people's half have in common: an organisation, people, and a client. */
@SpringBootTest(
    classes = PeopleTestApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=no-file",
      "spring.application.name=token-service",
      "spring.main.banner-mode=off",
      "keyledger.demonstration=true",
      "keyledger.trusted-proxies=127.0.0.1/32,::1/128",
      "keyledger.people.hashing.memory=1024",
      "keyledger.people.hashing.iterations=1",
      "keyledger.people.hashing.queue=4",
      "server.tomcat.threads.max=16",
    })
abstract class PeopleHttpTest {
  static final String PASSWORD = "keyledger-demo-2026";
  static final String TOTP_SECRET = "JBSWY3DPEHPK3PXP";
  private static final byte[] TOTP_BYTES = {
    'H', 'e', 'l', 'l', 'o', '!', (byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef
  };

  static final TestDatabase DATABASE = TestDatabase.fresh();

  @LocalServerPort private int port;
  @Autowired AccessState state;
  @Autowired MovableClock clock;
  @Autowired AtomicBoolean fresh;
  @Autowired InternalTokens internalTokens;

  Api api;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry registry) {
    String bootstrap = Servers.forTests().bootstrapServers();
    TopicGuard.ensure(KafkaSettings.of(bootstrap));
    registry.add("keyledger.kafka.bootstrap-servers", () -> bootstrap);
    registry.add("spring.datasource.url", () -> DATABASE.database().jdbcUrl());
    registry.add("spring.datasource.username", () -> DATABASE.dataSource().getUsername());
    registry.add("spring.datasource.password", () -> DATABASE.dataSource().getPassword());
    registry.add("spring.datasource.hikari.schema", () -> "token");
    String json = new TestServerKeys().json();
    registry.add("keyledger.server-keys.json", () -> json);
  }

  @BeforeEach
  void anotherClient() {
    api = Api.at(port);
    fresh.set(true);
  }

  Api anotherAddress() {
    return Api.at(port);
  }

  /** An organisation as its last access record has it. */
  final class Org {
    final OrganizationId id = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    final String slug = "org-" + UUID.randomUUID();
    private String dialect;
    private final SecondStep secondStep;
    private long position;

    Org(String dialect, SecondStep secondStep) {
      this.dialect = dialect;
      this.secondStep = secondStep;
      standing(false, secondStep);
    }

    void suspend() {
      standing(true, secondStep);
    }

    void comeToSpeak(String other) {
      dialect = other;
      standing(false, secondStep);
    }

    void ask(SecondStep tightened) {
      standing(false, tightened);
    }

    void govern(SessionRules rules) {
      standing(false, rules);
    }

    private void standing(boolean suspended, SecondStep step) {
      standing(suspended, new SessionRules(Duration.ofMinutes(15), Duration.ofDays(30), step));
    }

    private void standing(boolean suspended, SessionRules rules) {
      state.apply(
          new OrganizationAccess(
              id,
              position++,
              slug,
              OrganizationKind.STANDARD,
              true,
              true,
              suspended,
              List.of(),
              policy(dialect, rules)));
    }

    Membership invite(String email) {
      MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
      Api.Answer invited =
          api.post(
              "/internal/v1/invitations",
              internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
              Map.of("organization", id.value(), "member", member.value(), "email", email));
      return new Membership(
          this, member, new PersonId(invited.field("person")), invited.field("invitation_token"));
    }

    /** The same for a member who is asked for a second step. */
    Membership memberWithSecondStep(String email) {
      Membership membership = invite(email);
      membership.added(Role.OWNER);
      String challenge = signIn(email).field("challenge");
      String token = verify(challenge, code()).field("access_token");
      Api.Answer accepted =
          api.post("/v1/invitations/accept", token, Map.of("token", membership.token));
      if (accepted.status() != 200) {
        throw new AssertionError(accepted.toString());
      }
      clock.advance(Duration.ofSeconds(30));
      return membership;
    }

    /** Invited, added and accepted. */
    Membership member(String email) {
      Membership membership = invite(email);
      membership.added(Role.OWNER);
      Map<String, Object> body = new HashMap<>(Map.of("token", membership.token));
      boolean hasPassword =
          DATABASE
              .jdbc()
              .sql("select exists (select from password where person_id = ?)")
              .param(membership.person.uuid())
              .query(Boolean.class)
              .single();
      Api.Answer accepted;
      if (hasPassword) {
        accepted = api.post("/v1/invitations/accept", signedIn(email).field("access_token"), body);
      } else {
        body.put("password", PASSWORD);
        accepted = api.post("/v1/invitations/accept", body);
      }
      if (accepted.status() != 200) {
        throw new AssertionError(accepted.toString());
      }
      return membership;
    }
  }

  final class Membership {
    final Org org;
    final MemberId id;
    final PersonId person;
    final String token;

    Membership(Org org, MemberId id, PersonId person, String token) {
      this.org = org;
      this.id = id;
      this.person = person;
      this.token = token;
    }

    void added(Role role) {
      state.apply(new MemberAccess(org.id, org.position++, id, person, role, false));
    }

    void removed() {
      state.apply(new MemberAccess(org.id, org.position++, id, person, Role.OWNER, true));
    }
  }

  Org org() {
    return new Org("canonical", SecondStep.WHEN_ENROLLED);
  }

  static String someEmail() {
    return "someone-" + UUID.randomUUID() + "@example.com";
  }

  /** A person with a password, and a second step where one is given, without an organisation. */
  PersonId person(String email, String totpSecret, boolean operator) {
    Map<String, Object> body = new HashMap<>(Map.of("email", email, "password", PASSWORD));
    if (totpSecret != null) {
      body.put("totp_secret", totpSecret);
    }
    body.put("operator", operator);
    Api.Answer made =
        api.post(
            "/internal/v1/demonstration/people",
            internalTokens.make(ServicePair.SEEDER_TO_TOKEN),
            body);
    return new PersonId(made.field("person"));
  }

  Api.Answer signIn(String email) {
    return api.post("/v1/sessions", Map.of("email", email, "password", PASSWORD));
  }

  Api.Answer signedIn(String email) {
    Api.Answer answer = signIn(email);
    if (answer.status() != 201) {
      throw new AssertionError(answer.toString());
    }
    return answer;
  }

  Api.Answer refresh(String token) {
    return api.post("/v1/sessions/refresh", Map.of("refresh_token", token));
  }

  Api.Answer verify(String challenge, String code) {
    return api.post("/v1/sessions/verify", Map.of("challenge", challenge, "code", code));
  }

  String code() {
    return codeOf(TOTP_BYTES);
  }

  String codeOf(byte[] secret) {
    try {
      return new TimeBasedOneTimePasswordGenerator()
          .generateOneTimePasswordString(new SecretKeySpec(secret, "HmacSHA1"), clock.instant());
    } catch (java.security.InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  String wrongCode() {
    return code().equals("123456") ? "654321" : "123456";
  }

  static String claimsOf(String accessToken) {
    return new String(
        java.util.Base64.getUrlDecoder().decode(accessToken.split("\\.")[1]),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Of an answer that shows a TOTP secret. */
  static byte[] secretOf(Api.Answer enrolment) {
    var bits = new StringBuilder();
    for (char c : enrolment.field("secret").toCharArray()) {
      String digit = Integer.toBinaryString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c));
      bits.append("0".repeat(5 - digit.length())).append(digit);
    }
    var bytes = new byte[bits.length() / 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(bits.substring(i * 8, i * 8 + 8), 2);
    }
    return bytes;
  }

  static Policy policy(String dialect, SecondStep secondStep) {
    return policy(
        dialect, new SessionRules(Duration.ofMinutes(15), Duration.ofDays(30), secondStep));
  }

  private static Policy policy(String dialect, SessionRules sessions) {
    return new Policy(
        dialect,
        List.of("test", "live"),
        Policy.EnvironmentChoice.CREATOR,
        List.of(),
        List.of("test", "live"),
        new KeyRules(
            Map.of("live", "kl_live", "test", "kl_test"),
            List.of(KeyRules.KeyUse.DIRECT),
            KeyRules.Creators.PERMISSION,
            KeyRules.Authority.CREATOR,
            new KeyRules.Limit(5, KeyRules.Limit.Per.ENVIRONMENT),
            null,
            KeyRules.Expiry.OPTIONAL,
            Duration.ofDays(1),
            Duration.ofDays(7),
            KeyRules.OutstandingTokens.END),
        new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
        sessions,
        Map.of(Role.OWNER, List.of("api_keys.create")),
        List.of());
  }
}
