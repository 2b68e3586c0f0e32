package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How fast an organisation's members may change it, over both replicas. */
class CommandRateOverHttpTest extends CommandServiceTest {
  private static final Policy STANDARD = new Presets().find("standard").orElseThrow();

  private static Answer set(RegisteredOrganization organization, String as, Policy policy) {
    return one.send(
        "PUT",
        as,
        organization.path() + "/policy",
        new String(EventCodec.mapper().writeValueAsBytes(policy), StandardCharsets.UTF_8));
  }

  @Test
  void changesBeyondTheRateAreRefusedWithWhenToComeBackAndRevokingGoesOn() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    Policy bounded = Policies.withCommandRate(STANDARD, 10, Duration.ofMinutes(1));
    Answer policy = set(organization, OPERATOR, bounded);
    assertThat(policy.status()).as(policy.text()).isEqualTo(200);
    assertThat(policy.header("RateLimit")).isEmpty();

    Answer first =
        one.post(owner, organization.keys(), newKey("k", "live"), "Idempotency-Key", "a");
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.header("RateLimit-Policy")).isEqualTo("\"commands\";q=10;w=60");
    assertThat(first.header("RateLimit")).isEqualTo("\"commands\";r=9;t=60");
    clock.advance(Duration.ofSeconds(10));
    String key = organization.keys() + "/" + first.body().at("/key/id").stringValue();
    for (int i = 0; i < 9; i++) {
      Replica replica = i % 2 == 0 ? two : one;
      Answer renamed = replica.send("PATCH", owner, key, "{\"name\":\"n%d\"}".formatted(i));
      assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
      assertThat(renamed.header("RateLimit")).isEqualTo("\"commands\";r=%d;t=50".formatted(8 - i));
    }

    long written = events(organization);
    for (Replica replica : new Replica[] {one, two}) {
      Answer beyond = replica.send("PATCH", owner, key, "{\"name\":\"beyond\"}");
      assertThat(beyond.status()).as(beyond.text()).isEqualTo(429);
      assertThat(beyond.code()).isEqualTo("rate_limited");
      assertThat(beyond.header("RateLimit-Policy")).isEqualTo("\"commands\";q=10;w=60");
      assertThat(beyond.header("RateLimit")).isEqualTo("\"commands\";r=0;t=50");
      assertThat(beyond.header("Retry-After")).isEqualTo("50");
    }
    // It sends no invitation either.
    long invited = tokenService.invitations();
    String invitation = "{\"email\":\"late@example.com\",\"role\":\"auditor\"}";
    assertThat(one.post(owner, organization.path() + "/members", invitation).code())
        .isEqualTo("rate_limited");
    assertThat(tokenService.invitations()).isEqualTo(invited);
    assertThat(events(organization)).isEqualTo(written);

    Answer again =
        one.post(owner, organization.keys(), newKey("k", "live"), "Idempotency-Key", "a");
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(one.post(owner, key + "/revoke", "{}").status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(50));
    assertThat(two.post(owner, organization.keys(), newKey("k", "live")).status()).isEqualTo(201);
  }

  @Test
  void oneHundredConcurrentChangesThroughTwoReplicasMakeExactlyTen() throws Exception {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    Answer set =
        set(organization, OPERATOR, Policies.withCommandRate(STANDARD, 10, Duration.ofMinutes(1)));
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    var start = new CountDownLatch(1);
    List<Future<Answer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        Replica replica = i % 2 == 0 ? one : two;
        answers.add(
            clients.submit(() -> {
              start.await();
              return replica.post(owner, organization.keys(), newKey("k", "live"));
            }));
      }
      start.countDown();
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<Answer> answer : answers) {
      statuses.add(answer.get().status());
    }
    assertThat(statuses).containsOnly(201, 429);
    assertThat(statuses).filteredOn(status -> status == 201).hasSize(10);
  }

  private static long events(RegisteredOrganization organization) throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                "SELECT count(*) FROM command.event WHERE organization = ?")) {
      statement.setString(1, organization.id());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  @Test
  void ownersTightenItWithinWhatTheOperatorSet() {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");

    assertThat(
            set(
                    organization,
                    owner,
                    Policies.withCommandRate(STANDARD, 6_001, Duration.ofMinutes(1)))
                .code())
        .isEqualTo("policy_ceiling_exceeded");
    assertThat(set(organization, owner, Policies.withoutCommandRate(STANDARD)).code())
        .isEqualTo("policy_ceiling_exceeded");
    Answer fewer =
        set(organization, owner, Policies.withCommandRate(STANDARD, 5_000, Duration.ofMinutes(1)));
    assertThat(fewer.status()).as(fewer.text()).isEqualTo(200);
    assertThat(fewer.body().at("/policy/commands/rate/maximum").intValue()).isEqualTo(5_000);
  }

  /** What a refused command could be turned into a flood of, command-service can't write. */
}
