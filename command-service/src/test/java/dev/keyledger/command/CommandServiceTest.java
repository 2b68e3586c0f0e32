package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.testing.FakeTokenService;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two replicas of command-service on one database, as all tests over HTTP use them. */
@ExtendWith(Replicas.class)
abstract class CommandServiceTest {
  static final String OPERATOR = PersonId.of(UuidCreator.getTimeOrderedEpoch()).value();
  private static final AtomicInteger SLUGS = new AtomicInteger();

  static Database database;
  static FakeTokenService tokenService;
  static MovableClock clock;
  static TestServerKeys serverKeys;
  static Replica one;
  static Replica two;

  static void startReplicas() {
    database = Servers.forTests().freshDatabase();
    tokenService = new FakeTokenService();
    clock = MovableClock.atPresent();
    serverKeys = new TestServerKeys();
    one = Replica.start(database, serverKeys.json(), tokenService, clock);
    two = Replica.start(database, serverKeys.json(), tokenService, clock);
  }

  static void stopReplicas() {
    one.close();
    two.close();
    tokenService.close();
  }

  record RegisteredOrganization(String id, String slug, String path) {
    String keys() {
      return path + "/keys";
    }
  }

  static RegisteredOrganization organization(String preset) {
    String slug = "o" + SLUGS.incrementAndGet() + "-" + UUID.randomUUID().toString().charAt(0);
    Answer answer =
        one.post(
            OPERATOR,
            "/v1/organizations",
            """
            {"slug":"%s","name":"Test","preset":"%s"}
            """
                .formatted(slug, preset));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    String id = answer.body().required("id").stringValue();
    return new RegisteredOrganization(id, slug, "/v1/organizations/" + slug);
  }

  /** A new member's token. */
  static String member(RegisteredOrganization organization, String role) {
    String email = role + SLUGS.incrementAndGet() + "@example.com";
    Answer answer =
        one.post(
            OPERATOR,
            organization.path() + "/members",
            """
            {"email":"%s","role":"%s"}
            """
                .formatted(email, role));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return String.join(
        "|",
        tokenService.personOf(email).value(),
        answer.body().required("member").required("id").stringValue(),
        organization.id(),
        organization.slug());
  }

  static String memberIdOf(String token) {
    return token.split("\\|")[1];
  }

  static String newKey(String name, String environment) {
    return EventCodecJson.of(Map.of("name", name, "environment", environment));
  }

  static final class EventCodecJson {
    private EventCodecJson() {}

    static String of(Map<String, ?> map) {
      return dev.keyledger.events.EventCodec.mapper().writeValueAsString(map);
    }
  }
}
